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

    #[child(mailbox = 10, silence = "20s")]
    fn first() -> Result<Program<Store>, Error> {
        Err(Error::raised("no node"))
    }
}

fn main() {}
