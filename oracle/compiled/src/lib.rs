//! Random charts as real machines: `build.rs` writes them out as source, the tests run what the
//! macro makes of it against the oracle.
#![forbid(unsafe_code)]
