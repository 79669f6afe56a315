//! Machines in a system, from the source that a person writes: a parent that spawns a child,
//! hears of its start, its error and its end, and hires another.
#![cfg(feature = "tokio")]
#![allow(missing_docs, reason = "nobody reads the documentation of a test")]

mod alone;
mod asked;
mod between;
mod blocked;
mod blocking;
mod straight;
mod timers;

use wink::prelude::*;
use wink::{ExitReason, System};

/// Works for a second at a time.
#[machine]
pub mod worker {
    #[data]
    #[derive(Default)]
    pub struct Worker {
        pub done: u32,
    }

    #[messages]
    pub enum Message {
        Work {
            amount: u32,
        },
        Break,
        #[reply(u32)]
        Total,
    }

    #[receive(Work)]
    async fn work(worker: &mut Worker, amount: u32) {
        let second = tokio::time::timeout(Duration::from_secs(1), std::future::pending::<()>());
        let _ = second.await;
        worker.done += amount;
    }

    #[receive(Break)]
    fn break_down(cx: &mut Context) {
        cx.error("out of order");
    }

    #[receive(Total)]
    fn total(worker: &Worker) -> u32 {
        worker.done
    }
}

/// Keeps one worker.
#[machine]
pub mod boss {
    use super::worker::{self, Worker};

    #[data]
    #[derive(Default)]
    pub struct Boss {
        pub worker: Option<Address<Worker>>,
        pub heard: Vec<String>,
        pub waiting: Vec<Reply<String>>,
    }

    #[messages]
    pub enum Message {
        Order {
            amount: u32,
        },
        Sabotage,
        #[reply(Address<Worker>)]
        Hand,
        #[reply(String)]
        News,
    }

    /// Answers when the worker has gone.
    #[receive(News)]
    fn news(boss: &mut Boss, reply: Reply<String>) {
        boss.waiting.push(reply);
    }

    #[state(initial)]
    pub mod staffed {
        #[entry]
        fn hire(boss: &mut Boss, cx: &mut Context) {
            boss.worker = Some(cx.spawn(Worker::default()));
        }

        #[receive(Order)]
        fn order(boss: &mut Boss, cx: &mut Context, amount: u32) {
            if let Some(hand) = &boss.worker {
                cx.send(hand, worker::Message::Work { amount });
            }
        }

        #[receive(Sabotage)]
        fn sabotage(boss: &mut Boss, cx: &mut Context) {
            if let Some(hand) = &boss.worker {
                cx.send(hand, worker::Message::Break);
            }
        }

        #[receive(Hand)]
        fn hand(boss: &Boss) -> Address<Worker> {
            boss.worker.clone().expect("one was hired on entry")
        }

        #[child(started)]
        fn began(boss: &mut Boss, child: &Child) {
            boss.heard.push(format!("{child} began"));
        }

        #[child(errored)]
        fn failed(boss: &mut Boss, child: &Child, error: &Error) {
            assert!(boss.worker.as_ref().is_some_and(|hand| child == hand));
            boss.heard.push(format!("{child} failed: {error}"));
        }

        #[child(exited => alone)]
        fn gone(boss: &mut Boss, child: &Child, cx: &mut Context) {
            boss.heard.push(format!("{child} is gone"));
            let heard = std::mem::take(&mut boss.heard).join(", ");
            for reply in boss.waiting.drain(..) {
                cx.reply(reply, heard.clone());
            }
        }
    }

    #[state]
    #[ignore(Order | Sabotage | Hand)]
    #[after("5s" => staffed)]
    pub mod alone {}
}

#[tokio::test(start_paused = true)]
async fn a_boss_hears_of_its_worker_and_hires_another() {
    let system = System::builder().log(|_| {}).build();
    let boss = system.spawn(boss::Boss::default());
    let first = boss
        .call(boss::Message::hand())
        .await
        .expect("the boss is staffed");
    for _ in 0..3 {
        boss.send(boss::Message::Order { amount: 5 })
            .await
            .expect("the boss runs");
    }
    boss.call(boss::Message::hand())
        .await
        .expect("the boss is staffed");
    let before = system.now();
    assert_eq!(first.call(worker::Message::total()).await, Ok(15));
    assert!(
        system.now() - before >= Duration::from_secs(3),
        "one order at a time"
    );

    let news = boss.call(boss::Message::news());
    let (news, sent) = tokio::join!(news, boss.send(boss::Message::Sabotage));
    sent.expect("the boss runs");
    let expected = "wink/Worker#2 began, wink/Worker#2 failed: out of order, wink/Worker#2 is gone";
    assert_eq!(news.as_deref(), Ok(expected));
    let end = first.ended().expect("it is gone");
    assert_eq!(end.to_string(), "out of order");

    assert!(
        boss.call(boss::Message::hand()).await.is_err(),
        "ignored while alone"
    );
    let rest = tokio::time::timeout(Duration::from_secs(6), std::future::pending::<()>());
    assert!(rest.await.is_err());
    let second = boss
        .call(boss::Message::hand())
        .await
        .expect("another was hired");
    assert_ne!(first, second);

    assert!(system.shutdown().await.is_complete());
    assert_eq!(boss.ended(), Some(ExitReason::Stopped));
    assert_eq!(second.ended(), Some(ExitReason::Stopped));
}
