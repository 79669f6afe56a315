//! A worker as a program of its own, for a node to start; for the tests of placement.

mod crew;

wink::main!(crew::worker::Worker);
