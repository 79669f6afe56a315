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

    pub struct Speed(pub u32);

    #[state(initial)]
    #[receive(Coin)]
    pub mod locked {
        #[receive(Push)]
        fn push(speed: &mut Speed) {
            speed.0 += 1;
        }

        #[state(initial)]
        pub mod turning {
            #[entry]
            fn begin() -> Speed {
                Speed(1)
            }
        }
    }
}

fn main() {
    gate::Gate.start();
}
