//! What the oracle has to say about the engine.

mod differential;
#[path = "../../../wink-chart/tests/it/drawing.rs"]
mod drawing;
mod engine;
mod explored;
mod pictures;
mod random_charts;
#[path = "../../../wink-chart/tests/it/read_back.rs"]
mod read_back;
mod referee;
