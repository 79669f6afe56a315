use wink::prelude::*;

#[machine]
pub mod gate {
    #[data]
    #[derive(Default)]
    pub struct Gate;

    #[messages]
    pub enum Message {
        Knock,
        Open,
    }

    #[state(initial)]
    #[receive(Open)]
    pub mod only {
        #[ignore(Knock)]
        fn nobody_is_at_home() {}
    }
}

fn main() {
    gate::Gate.start();
}
