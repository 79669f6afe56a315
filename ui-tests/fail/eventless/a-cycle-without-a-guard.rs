use wink::prelude::*;

#[machine]
pub mod gate {
    #[data]
    #[derive(Default)]
    pub struct Gate;

    #[messages]
    pub enum Message {
        Go,
    }

    #[state(initial)]
    #[receive(Go => red)]
    pub mod waiting {}

    #[state]
    #[always(=> green)]
    pub mod red {}

    #[state]
    #[always(=> red)]
    pub mod green {}
}

fn main() {
    gate::Gate.start();
}
