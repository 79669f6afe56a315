//! Times such as `250ms`, `5s` or `1m30s`: read as everywhere else.

pub use wink_chart::parse_duration as nanoseconds;
