use wink::prelude::*;

#[machine]
pub mod lamp {
    #[data]
    #[derive(Default)]
    pub struct Lamp;

    #[messages]
    pub enum Message {
        Flip,
        #[reply(bool)]
        Shines,
    }

    #[state(initial)]
    #[receive(Flip)]
    pub mod only {
        #[receive(Shines)]
        fn shines() -> bool {
            true
        }
    }
}

#[machine]
pub mod gate {
    #[data]
    #[derive(Default)]
    pub struct Gate;

    #[messages]
    pub enum Message {
        Open,
    }

    #[state(initial)]
    #[receive(Open)]
    pub mod only {}
}

fn main() {
    let _ = (gate::Gate.start(), lamp::Lamp.start());
}

async fn knock(gate: Address<gate::Gate>) {
    let _ = gate.send(lamp::Message::Flip).await;
}
