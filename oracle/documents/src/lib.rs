//! Documents as real machines: `build.rs` asks the door for one of each, the tests run them and
//! keep the table in `docs/conformance.md`.
#![forbid(unsafe_code)]
