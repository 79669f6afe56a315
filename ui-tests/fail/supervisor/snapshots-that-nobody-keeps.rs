use wink::prelude::*;

/// Stands for wink's, which needs its feature.
pub struct Saved;

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
        Saved
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
        let _ = number;
        Saved
    }

    #[task(saved = in_memory)]
    async fn sixth() {}
}

fn main() {}
