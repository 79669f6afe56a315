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

    #[child(mailbox = 0, silence = 20)]
    fn third() -> Store {
        Store
    }

    #[child(mailbox = "all of them", saved = 3)]
    fn fourth() -> Store {
        Store
    }

    #[supervisor(back_off = "10s..1s")]
    pub mod inner {
        #[task(graze = "1s", mailbox = 3)]
        async fn fifth() {}
    }
}

fn main() {}
