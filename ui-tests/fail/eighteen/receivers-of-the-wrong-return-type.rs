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
        #[reply(u32)]
        Total,
    }

    #[state(initial)]
    pub mod locked {
        #[receive(Coin => unlocked | stay)]
        fn pay() {}

        #[receive(Push => unlocked)]
        fn push() -> bool {
            true
        }

        #[receive(Total)]
        fn total() -> String {
            String::new()
        }
    }

    #[state]
    #[receive(Push => locked)]
    #[ignore(Coin | Total)]
    pub mod unlocked {}
}

fn main() {
    gate::Gate.start();
}
