use wink::prelude::*;

#[machine]
pub mod gate {
    #[data]
    #[derive(Default)]
    pub struct Gate;

    #[messages]
    pub enum Message {
        Push,
    }

    #[state(initial)]
    #[receive(Push)]
    pub mod only {
        #[child(exited)]
        fn ended(child: &Child, error: &Error) {
            let _ = (child, error);
        }
    }
}

fn main() {
    gate::Gate.start();
}
