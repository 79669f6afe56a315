use wink::prelude::*;

#[machine]
pub mod gate {
    #[data]
    #[derive(Default)]
    pub struct Gate;

    #[messages]
    pub enum Message {
        #[reply(u32)]
        Total,
        #[reply(bool)]
        Ready,
    }

    #[state(initial)]
    #[receive(Ready)]
    pub mod only {
        #[receive(Total)]
        fn total() {}
    }
}

fn main() {
    gate::Gate.start();
}
