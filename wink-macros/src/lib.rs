//! The compiler of wink machines.
