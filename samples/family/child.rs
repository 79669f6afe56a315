//! The child as a program of its own, for a node to start.

mod offspring;

use offspring::{PATIENCE, child};
use std::time::Duration;

wink::main!(child::Child, |patience: Option<Duration>| child::Child {
    patience: patience.unwrap_or(PATIENCE),
});
