//! Several kinds of machine that answer one type of question, behind one handle.
#![allow(
    clippy::disallowed_methods,
    reason = "the tests are the outside: they have tasks"
)]

use std::time::Duration;

use wink_runtime::{CallError, Respondent};

use crate::driver::probe::{Deaf, Hearing, Log, Message, act, note, pass, quiet};

/// What both kinds of probe can be asked.
#[derive(Clone, Copy)]
enum Ask {
    Kept,
    Keep,
    Skip,
}

fn line(answer: Result<u32, CallError>) -> Message<true> {
    note(match answer {
        Ok(number) => format!("answer {number}"),
        Err(error) => error.to_string(),
    })
}

#[tokio::test(start_paused = true)]
async fn several_kinds_of_machine_answer_behind_one_handle() {
    let system = quiet();
    let hearing = system.spawn(Hearing::new("a", &Log::default()));
    let deaf = system.spawn(Deaf::new("b", &Log::default()));
    let asked: [Respondent<(), u32>; 2] = [
        hearing.respondent(|()| Message::kept()),
        deaf.respondent(|()| Message::kept()),
    ];
    for one in &asked {
        assert_eq!(one.call(()).await, Ok(0));
        assert_eq!(one.call_within((), Duration::from_secs(1)).await, Ok(0));
        assert_eq!((one.waiting(), one.ended()), (0, None));
    }
    assert_eq!(asked[0], hearing.respondent(|()| Message::keep()));
    assert_ne!(asked[0], asked[1]);
    assert_eq!(format!("{:?}", asked[1]), deaf.to_string());
    let keeps = deaf.respondent(|()| Message::keep());
    let late = keeps.call_within((), Duration::from_secs(1)).await;
    assert_eq!(late, Err(CallError::Late));
    deaf.stop();
    deaf.closed().await;
    assert!(matches!(asked[1].call(()).await, Err(CallError::Died(_))));
}

#[tokio::test(start_paused = true)]
async fn a_step_asks_whoever_answers_and_hears_one_message_for_each_question() {
    let (log, system) = (Log::default(), quiet());
    let store = system.spawn(Hearing::new("store", &Log::default()));
    let prices = store.respondent(|ask| match ask {
        Ask::Kept => Message::kept(),
        Ask::Keep => Message::keep(),
        Ask::Skip => Message::skip(),
    });
    let asker = system.spawn(Deaf::new("asker", &log));
    let ask = async |ask: Ask, limit: Option<u64>, fails: bool| {
        let prices = prices.clone();
        let asks = act(move |_: &mut Deaf, cx| {
            match limit.map(Duration::from_secs) {
                Some(limit) => cx.ask_of_within(&prices, ask, limit, line),
                None => cx.ask_of(&prices, ask, line),
            }
            if fails {
                cx.error("no money");
            }
        });
        asker.send(asks).await.expect("it runs");
        pass(Duration::from_secs(2)).await;
        log.take()
    };
    assert_eq!(ask(Ask::Kept, None, false).await, ["asker: answer 0"]);
    assert_eq!(ask(Ask::Kept, Some(1), false).await, ["asker: answer 0"]);
    let late = ask(Ask::Keep, Some(1), false).await;
    assert_eq!(late, ["asker: no answer in time"]);
    let ignored = ask(Ask::Skip, None, false).await;
    assert_eq!(
        ignored,
        ["asker: no answer: the machine ignores this question now"]
    );
    assert_eq!(ask(Ask::Keep, None, false).await, [""; 0]);
    store.stop();
    pass(Duration::from_secs(1)).await;
    assert_eq!(
        log.take(),
        ["asker: no answer: the machine has ended: stopped"]
    );
    // A step that fails has asked nothing.
    assert_eq!(ask(Ask::Kept, None, true).await, ["asker: leaves"]);
}
