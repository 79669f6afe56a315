use wink::prelude::*;

#[supervisor]
pub mod stores {
    pub struct Store;

    #[child]
    fn first() -> Store {
        Store
    }
}

fn main() {}
