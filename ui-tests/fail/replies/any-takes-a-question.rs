use wink::prelude::*;

#[machine]
pub mod gate {
    #[data]
    #[derive(Default)]
    pub struct Gate;

    #[messages]
    pub enum Message {
        Push,
        #[reply(u32)]
        Total,
    }

    #[state(initial)]
    pub mod only {
        #[receive(_)]
        fn anything(message: Message) {
            let _ = message;
        }
    }
}

fn main() {
    gate::Gate.start();
}
