//! What the tests supervise.

use std::sync::{Arc, Mutex, PoisonError};

use wink::prelude::*;
use wink::{System, SystemEvent};

/// What has happened, in order.
#[derive(Clone, Default)]
pub struct Log(Arc<Mutex<Vec<String>>>);

impl Log {
    pub fn push(&self, line: impl Into<String>) {
        let mut lines = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        lines.push(line.into());
    }

    /// Takes what has been written since the last time.
    pub fn take(&self) -> Vec<String> {
        std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// A system that says nothing.
pub fn system() -> System {
    System::builder().log(|_| {}).build()
}

/// A system that writes down what is poison.
pub fn wary_system(log: &Log) -> System {
    let log = log.clone();
    let note = move |event: &SystemEvent| {
        if let SystemEvent::Poison { .. } = event {
            log.push(
                event
                    .to_string()
                    .replace(|letter: char| letter.is_ascii_digit(), "N"),
            );
        }
    };
    System::builder().log(note).build()
}

/// Lets so much time pass.
pub async fn pass(time: Duration) {
    let ended = tokio::time::timeout(time, std::future::pending::<()>()).await;
    assert!(ended.is_err());
}

/// Lets everything happen that does not wait for time.
pub async fn calm() {
    pass(Duration::from_millis(1)).await;
}

/// Keeps a number.
#[machine(name = "tests/Store")]
pub mod store {
    use super::Log;

    #[data]
    pub struct Store {
        pub name: String,
        pub log: Log,
        pub number: u32,
    }

    impl Store {
        /// What makes such a machine again and again.
        pub fn maker(name: &str, log: &Log) -> impl FnMut() -> Store + Send + use<> {
            let (name, log) = (name.to_owned(), log.clone());
            move || Store {
                name: name.clone(),
                log: log.clone(),
                number: 0,
            }
        }
    }

    #[messages]
    pub enum Message {
        Set {
            to: u32,
        },
        #[reply(u32)]
        Number,
        #[reply(u32)]
        Divide {
            by: u32,
        },
        Fail,
        Quit,
        /// Takes so many seconds.
        Work {
            seconds: u64,
        },
        Close,
        Open,
        /// Waits while it is closed.
        Late,
    }

    #[entry]
    fn start(store: &Store) {
        store.log.push(format!("{} starts", store.name));
    }

    #[exit]
    fn end(store: &Store) {
        store.log.push(format!("{} ends", store.name));
    }

    #[receive(Set)]
    fn set(store: &mut Store, to: u32) {
        store.log.push(format!("{} = {to}", store.name));
        store.number = to;
    }

    #[receive(Number)]
    fn number(store: &Store) -> u32 {
        store.number
    }

    #[receive(Divide)]
    fn divide(store: &Store, by: u32) -> u32 {
        store.number / by
    }

    #[receive(Fail)]
    fn fail(cx: &mut Context) {
        cx.error("broken");
    }

    #[receive(Quit)]
    fn quit(cx: &mut Context) {
        cx.exit();
    }

    #[receive(Work)]
    async fn work(store: &mut Store, seconds: u64) {
        let time = Duration::from_secs(seconds);
        let _ = tokio::time::timeout(time, std::future::pending::<()>()).await;
        store.number += 1;
    }

    #[state(initial)]
    #[receive(Close => closed)]
    #[ignore(Open)]
    pub mod open {
        #[receive(Late)]
        fn late(store: &Store) {
            store.log.push(format!("{} is late", store.name));
        }
    }

    #[state]
    #[receive(Open => open)]
    #[ignore(Close)]
    #[defer(Late)]
    pub mod closed {}
}
