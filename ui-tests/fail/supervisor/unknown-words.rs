use wink::prelude::*;

#[machine]
pub mod store {
    #[data]
    #[derive(Default)]
    pub struct Store;

    #[messages]
    pub enum Message {}
}

#[supervisor(strategy = one_for_al, intensty = "3 in 5s", intensity = "often")]
pub mod stores {
    use super::store::Store;

    #[child(restart = transent, grace = "2 days")]
    fn first() -> Store {
        Store
    }

    #[child(restart = never, grace = immediately, restart = transient)]
    fn second() -> Store {
        Store
    }

    #[supervisor(back_off = "10s..1s")]
    pub mod inner {
        #[task(graze = "1s")]
        async fn third() {}
    }
}

fn main() {}
