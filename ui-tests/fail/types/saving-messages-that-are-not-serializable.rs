use wink::prelude::*;

#[machine]
pub mod gate {
    #[data]
    #[derive(Default, Serialize, Deserialize)]
    pub struct Gate;

    #[messages]
    pub enum Message {
        Open,
    }

    #[state(initial)]
    #[receive(Open)]
    pub mod only {}
}

fn main() {
    let gate = gate::Gate.start();
    let _ = gate.snapshot();
}
