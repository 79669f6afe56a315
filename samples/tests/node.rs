//! A node as its users know it: real processes, the real `wink`, in folders of their own.

#[path = "node/abroad.rs"]
mod abroad;
#[path = "node/bench.rs"]
mod bench;
#[path = "node/check.rs"]
mod check;
#[path = "node/commands.rs"]
mod commands;
#[path = "node/deaths.rs"]
mod deaths;
#[path = "node/family.rs"]
mod family;
#[path = "node/hostile.rs"]
mod hostile;
#[path = "node/live.rs"]
mod live;
#[path = "node/members.rs"]
mod members;
#[path = "node/placement.rs"]
mod placement;
#[path = "node/transcripts.rs"]
mod transcripts;
#[path = "node/trouble.rs"]
mod trouble;
#[path = "node/versions.rs"]
mod versions;
