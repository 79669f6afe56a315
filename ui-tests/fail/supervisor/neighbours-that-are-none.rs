use wink::prelude::*;

#[machine]
pub mod store {
    #[data]
    #[derive(Default, Serialize, Deserialize)]
    pub struct Store;

    #[messages]
    #[derive(Debug, Clone, Serialize, Deserialize)]
    pub enum Message {}
}

#[supervisor]
pub mod stores {
    use super::store::Store;
    use wink::remote::Program;

    #[child(beside = second)]
    fn first() -> Store {
        Store
    }

    #[child(beside = frist)]
    fn second() -> Store {
        Store
    }

    #[child(beside = cellar)]
    fn third() -> Store {
        Store
    }

    #[supervisor]
    pub mod cellar {
        use super::super::store::Store;

        #[child(beside = first)]
        fn only() -> Store {
            Store
        }
    }

    #[child(beside = "first")]
    fn fourth() -> Store {
        Store
    }

    #[child(beside = first)]
    fn fifth() -> Result<Program<Store>, Error> {
        Err(Error::raised("no node"))
    }

    #[child(beside = sixth)]
    fn sixth() -> Store {
        Store
    }
}

fn main() {}
