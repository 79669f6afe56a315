use wink::prelude::*;

#[machine]
pub mod gate {
    #[data]
    #[derive(Default)]
    pub struct Gate;

    #[messages]
    pub enum Message {
        Open,
        Close,
    }

    #[state]
    #[recieve(Open => open)]
    #[ignore(Close)]
    pub mod closed {}

    #[state(paralell)]
    #[receive(Close => closed)]
    #[after("5 parsecs" => closed)]
    pub mod open {}

    #[state(final)]
    pub mod over {
        #[always(=> closed)]
        fn again() {}
    }
}

fn main() {
    let mut gate = gate::Gate::default().start();
    let _ = gate.dispatch(gate::Message::Open);
}
