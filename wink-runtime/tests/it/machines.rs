//! Machines written by hand as the compiler writes them.

pub mod chart;
pub mod courier;
pub mod homebody;
pub mod lamp;
pub mod lobby;
pub mod ticker;
pub mod turnstile;
pub mod whirl;
