use wink::prelude::*;

#[machine]
pub mod store {
    #[data]
    #[derive(Default)]
    pub struct Store;

    #[messages]
    pub enum Message {}
}

#[supervisor]
pub mod stores {
    use super::store::Store;

    #[child]
    fn nothing() {}

    #[child]
    async fn waiting() -> Store {
        Store
    }

    #[task]
    fn hurried() {}

    #[child]
    fn named(name: &str) -> Store {
        let _ = name;
        Store
    }

    #[child]
    fn start() -> Store {
        Store
    }

    #[supervisor]
    pub mod named_twice {}

    #[child]
    fn named_twice() -> Store {
        Store
    }
}

fn main() {}
