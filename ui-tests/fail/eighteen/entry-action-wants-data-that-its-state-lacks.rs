use wink::prelude::*;

#[machine]
pub mod gate {
    #[data]
    #[derive(Default)]
    pub struct Gate;

    #[messages]
    pub enum Message {
        Coin { value: u32 },
        Push,
    }

    #[state(initial)]
    #[receive(Push)]
    #[receive(Coin)]
    pub mod locked {
        #[entry]
        fn red(speed: &mut u32) {
            *speed = 1;
        }
    }
}

fn main() {
    gate::Gate.start();
}
