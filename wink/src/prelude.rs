//! What the module of a machine needs: `use wink::prelude::*;`.

pub use crate::{Address, Child, Context, Down, Error, Reply, Start, Time};
pub use core::time::Duration;
pub use serde::{Deserialize, Serialize};
pub use wink_macros::{machine, supervisor};
