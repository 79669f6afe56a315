//! What the oracle has to say about the engine.

mod engine;
mod explored;
mod pictures;
mod random_charts;
mod referee;
