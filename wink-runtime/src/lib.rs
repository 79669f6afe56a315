//! Runs wink machines.
