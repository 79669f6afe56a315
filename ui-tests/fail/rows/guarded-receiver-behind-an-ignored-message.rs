use wink::prelude::*;

#[machine]
pub mod gate {
    #[data]
    #[derive(Default)]
    pub struct Gate;

    #[messages]
    pub enum Message {
        Coin { value: u32 },
    }

    #[state(initial)]
    #[ignore(Coin)]
    pub mod only {
        #[receive(Coin if value > 100)]
        fn be_rich(value: u32) {
            let _ = value;
        }
    }
}

fn main() {
    gate::Gate.start();
}
