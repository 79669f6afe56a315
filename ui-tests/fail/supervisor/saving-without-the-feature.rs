use wink::prelude::*;

#[machine]
pub mod store {
    #[data]
    #[derive(Default, Serialize, Deserialize)]
    pub struct Store;

    #[messages]
    #[derive(Serialize, Deserialize)]
    pub enum Message {}
}

#[supervisor]
pub mod stores {
    use super::store::Store;

    #[child(saved = in_memory)]
    fn first() -> Store {
        Store
    }
}

fn main() {}
