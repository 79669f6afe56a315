//! The machines that are observed, and an hour in which everything happens to them that can be
//! seen.

use std::future::pending;

use wink::prelude::*;
use wink::{Restart, SpawnOptions, Supervisor, System, SystemBuilder};

/// Takes coins.
#[machine(name = "tests/Till")]
pub mod till {
    use super::Till as Other;

    #[data]
    #[derive(Clone, Default, Serialize, Deserialize)]
    pub struct Till {
        pub coins: u32,
        pub last: Option<String>,
    }

    #[messages]
    #[derive(Debug, Clone)]
    pub enum Message {
        Pay {
            coins: u32,
            from: String,
        },
        Open,
        Close,
        Break,
        Snap,
        /// Passes the coins on.
        Give {
            to: Address<Other>,
            times: u32,
        },
        /// Takes so many seconds.
        Count {
            seconds: u64,
        },
        Quit,
        #[reply(u32)]
        Total,
    }

    #[receive(Total)]
    fn total(till: &Till) -> u32 {
        till.coins
    }

    #[receive(Break)]
    fn fail(cx: &mut Context) {
        cx.error("the drawer is stuck");
    }

    #[receive(Snap)]
    fn snap(till: &mut Till) {
        till.coins = 99;
        panic!("the spring is gone");
    }

    #[receive(Give)]
    fn give(cx: &mut Context, to: Address<Other>, times: u32) {
        for coins in 0..times {
            let from = "a till".to_owned();
            cx.send(&to, Message::Pay { coins, from });
        }
    }

    #[receive(Count)]
    async fn count(till: &mut Till, seconds: u64) {
        tokio::time::sleep(Duration::from_secs(seconds)).await;
        till.coins += 1;
    }

    #[receive(Quit)]
    fn quit(cx: &mut Context) {
        cx.exit();
    }

    #[state(initial)]
    #[receive(Open => open)]
    #[ignore(Close | Pay)]
    pub mod closed {}

    #[state]
    #[receive(Close => closed)]
    #[ignore(Open)]
    pub mod open {
        #[receive(Pay)]
        fn pay(till: &mut Till, cx: &mut Context, coins: u32, from: String) {
            till.coins += coins;
            till.last = Some(from);
            cx.log("thank you");
        }
    }
}

pub use till::{Message, Till};

/// A system that says nothing on the screen.
pub fn quiet() -> SystemBuilder {
    System::builder().log(|_| {})
}

/// Runs on paused time, alone on this thread.
pub fn alone<T>(work: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .start_paused(true)
        .build();
    runtime.expect("a runtime").block_on(work)
}

/// Lets so much time pass.
pub async fn pass(time: Duration) {
    let ended = tokio::time::timeout(time, pending::<()>()).await;
    assert!(ended.is_err());
}

/// Everything that can be seen happens.
pub async fn eventful_hour(system: System) {
    let restarts = wink::ChildSpec::new("main").restart(Restart::Transient);
    let tills = Supervisor::builder("tills")
        .intensity(9, Duration::from_secs(60))
        .child(restarts, Till::default)
        .start(&system);
    let main = tills.address::<Till>("main").expect("it was declared");
    let pay = |coins| Message::Pay {
        coins,
        from: "Ann".to_owned(),
    };
    main.send(Message::Open).await.expect("it runs");
    main.send(pay(5)).await.expect("it runs");
    for _ in 0..2 {
        // The second time it is poison.
        main.send(Message::Break).await.expect("it runs");
    }
    pass(Duration::from_millis(1)).await;
    // No room from outside.
    let small = SpawnOptions::new().mailbox(1);
    let (left, right) = (
        system.spawn_with(Till::default(), &small),
        system.spawn_with(Till::default(), &small),
    );
    let give = |to: &Address<Till>| Message::Give {
        to: to.clone(),
        times: 5,
    };
    left.try_send(give(&right)).expect("there is room");
    assert!(left.try_send(pay(1)).is_err());
    // No room in each other.
    right.try_send(give(&left)).expect("there is room");
    assert!(right.closed().await.is_failure());
    pass(Duration::from_millis(1)).await;
    // Nobody there.
    left.send(give(&right)).await.expect("it runs");
    left.send(Message::Count { seconds: 3 })
        .await
        .expect("it runs");
    pass(Duration::from_secs(4)).await;
    assert!(system.shutdown().await.is_complete());
}
