use wink::prelude::*;
use wink::Saved;

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
    use super::Saved;
    use super::store::Store;

    #[child(saved = in_memry)]
    fn first() -> Store {
        Store
    }

    #[child(saved = disk_of_stores)]
    fn second() -> Store {
        Store
    }

    fn disk_of_store() -> Saved {
        Saved::in_file("store.json")
    }

    #[child(saved = elsewhere)]
    fn third() -> Store {
        Store
    }

    #[child(saved)]
    fn fourth() -> Store {
        Store
    }

    #[child(saved = numbered)]
    fn fifth() -> Store {
        Store
    }

    fn numbered(number: u32) -> Saved {
        Saved::in_file(format!("{number}.json"))
    }

    #[task(saved = in_memory)]
    async fn sixth() {}
}

fn main() {}
