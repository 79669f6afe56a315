//! The flat toggle.

mod finny;
mod hand;
mod rust_fsm;
mod smlang;
mod statig;
mod wink;
mod wink_async;

pub use finny::Finny;
pub use hand::Pair;
pub use rust_fsm::RustFsm;
pub use smlang::Smlang;
pub use statig::{StatigAwaitable, StatigBlocking};
pub use wink::Wink;
pub use wink_async::WinkAsync;
