//! "Did you mean": shared with the command line.

pub use wink_chart::{distance, nearest};
