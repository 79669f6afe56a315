//! The player, fed mixed events.

mod finny;
mod hand;
mod hsm;
mod rust_fsm;
mod smlang;
mod statig;
mod statig_awaitable;
mod statig_blocking;
mod wink;
mod wink_async;

pub use finny::Finny;
pub use hand::{Dense, EventFirst, Pair};
pub use hsm::ParentTable;
pub use rust_fsm::RustFsm;
pub use smlang::Smlang;
pub use statig::{StatigAwaitable, StatigBlocking};
pub use wink::Wink;
pub use wink_async::WinkAsync;
