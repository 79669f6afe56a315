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
        #[reply(Option<String>)]
        Name,
    }

    #[state(initial)]
    pub mod only {
        #[receive(Total)]
        fn total() -> u64 {
            0
        }

        #[receive(Name)]
        fn name(reply: Reply<String>) {
            let _ = reply;
        }
    }
}

fn main() {
    gate::Gate.start();
}
