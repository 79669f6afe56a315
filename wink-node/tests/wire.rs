//! Who may ask a node for what: a real node, the real wire, and credentials of all kinds.

#[path = "wire/bench.rs"]
mod bench;
#[path = "wire/roles.rs"]
mod roles;
#[path = "wire/tokens.rs"]
mod tokens;
