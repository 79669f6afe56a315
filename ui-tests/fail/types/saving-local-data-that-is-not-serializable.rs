use wink::prelude::*;

#[machine]
pub mod gate {
    #[data]
    #[derive(Default, Serialize, Deserialize)]
    pub struct Gate;

    #[messages]
    #[derive(Serialize, Deserialize)]
    pub enum Message {
        Open,
    }

    #[state(initial)]
    #[receive(Open)]
    pub mod only {
        pub struct Local;

        #[entry]
        fn begin() -> Local {
            Local
        }
    }
}

fn main() {
    let gate = gate::Gate.start();
    let _ = gate.snapshot();
}
