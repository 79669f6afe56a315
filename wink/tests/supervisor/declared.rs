//! Supervisors that are declared, and checked by the compiler.

use super::machines::store::Message;
use super::machines::{Log, calm, system};
use wink::prelude::*;
use wink::{ChildState, ExitReason, TrySendError};

/// Three stores, two of them under a supervisor of their own.
#[supervisor(strategy = rest_for_one, intensity = "3 in 5s", back_off = "10ms..1s")]
pub mod shop {
    use super::super::machines::Log;
    use super::super::machines::store::Store;

    /// What the children are made from.
    #[data]
    pub struct Settings {
        pub log: Log,
    }

    fn store(settings: &Settings, name: &str) -> Store {
        Store::maker(name, &settings.log)()
    }

    #[child(mailbox = 2, silence = "20s", back_off = "1ms..1s")]
    fn till(settings: &Settings) -> Store {
        store(settings, "till")
    }

    #[supervisor(strategy = one_for_all)]
    pub mod kitchen {
        #[child(restart = transient, grace = "2s")]
        fn oven(settings: &Settings) -> Result<Store, Error> {
            Ok(store(settings, "oven"))
        }

        #[child(grace = forever)]
        fn sink(settings: &Settings) -> Store {
            store(settings, "sink")
        }
    }

    #[task(restart = temporary)]
    async fn radio(settings: &Settings) {
        settings.log.push("music");
    }
}

#[tokio::test(start_paused = true)]
async fn a_declared_supervisor_runs() {
    let log = Log::default();
    let system = system();
    let settings = shop::Settings { log: log.clone() };
    let shop = shop::start(&system, settings);
    let (till, oven) = (shop.till(), shop.kitchen().oven());
    calm().await;
    assert_eq!(
        log.take(),
        ["till starts", "oven starts", "sink starts", "music"]
    );
    till.send(Message::Set { to: 4 }).await.unwrap();
    assert!(oven.call(Message::divide(0)).await.is_err());
    assert_eq!(till.call(Message::number()).await, Ok(4));
    for to in [5, 6] {
        till.try_send(Message::Set { to })
            .expect("there is room for two");
    }
    assert!(matches!(
        till.try_send(Message::Set { to: 7 }),
        Err(TrySendError::Full(_))
    ));
    assert_eq!(oven, shop.kitchen().oven());
    let tree = "\
shop: rest for one, 3 in 5s
├─ till     up
├─ kitchen  up: one for all, 1 in 5s
│  ├─ oven  up, transient, 1 restart
│  └─ sink  up
└─ radio    done, temporary";
    calm().await;
    assert_eq!(shop.tree().to_string(), tree);
    assert_eq!(shop.tree().children[2].state, ChildState::Done);
    shop.stop();
    assert_eq!(shop.closed().await, ExitReason::Stopped);
}

/// Has no settings, and no children but those that are added.
#[supervisor]
pub mod pool {}

#[tokio::test(start_paused = true)]
async fn a_supervisor_without_children_of_its_own() {
    let log = Log::default();
    let system = system();
    let pool = pool::start(&system);
    let worker = super::machines::store::Store::maker("worker", &log);
    let worker = pool.add("worker", worker).unwrap();
    assert_eq!(worker.call(Message::number()).await, Ok(0));
}
