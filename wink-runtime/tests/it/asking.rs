//! Questions of machines to machines, whose answers come as messages.
#![allow(
    clippy::disallowed_methods,
    reason = "the tests are the outside: they have tasks"
)]

use std::future::Future;
use std::time::Duration;

use wink_runtime::{Address, CallError, Context, Question, SpawnOptions, System};

use crate::driver::probe::{Deaf, Hearing, Log, Message, act, note, pass, quiet};

/// Has `asker` ask; what comes of it is a line.
async fn ask(asker: &Address<Deaf>, store: &Address<Hearing>, question: Asked, limit: Option<u64>) {
    let store = store.clone();
    let asks = act(move |_, cx: &mut Context<Deaf>| match limit {
        None => cx.ask(&store, question, line),
        Some(limit) => cx.ask_within(&store, question, Duration::from_millis(limit), line),
    });
    asker.send(asks).await.expect("the asker runs");
}

type Asked = Question<Message<false>, u32>;

fn line(answer: Result<u32, CallError>) -> Message<true> {
    match answer {
        Ok(answer) => note(format!("hears {answer}")),
        Err(error) => note(error),
    }
}

/// An asker, and a machine that can be asked.
fn pair(log: &Log) -> (System, Address<Deaf>, Address<Hearing>) {
    let system = quiet();
    let asker = system.spawn(Deaf::new("asker", log));
    let store = system.spawn(Hearing::new("store", &Log::default()));
    (system, asker, store)
}

#[tokio::test(start_paused = true)]
async fn an_answer_comes_as_a_message() {
    let log = Log::default();
    let (_system, asker, store) = pair(&log);
    ask(&asker, &store, Message::kept(), None).await;
    ask(&asker, &store, Message::kept(), Some(5)).await;
    pass(Duration::from_millis(10)).await;
    assert_eq!(log.take(), ["asker: hears 0", "asker: hears 0"]);
}

#[tokio::test(start_paused = true)]
async fn who_is_asked_knows_by_whom() {
    let log = Log::default();
    let (_system, asker, store) = pair(&Log::default());
    let seen = log.clone();
    let looks = act(move |_, cx: &mut Context<Hearing>| {
        seen.push(format!("asked by {:?}", cx.sender()));
    });
    ask(&asker, &store, Question::new(looks, Some), None).await;
    pass(Duration::from_millis(1)).await;
    let by = Some(asker.identity());
    assert_eq!(log.take(), [format!("asked by {by:?}")]);
}

#[tokio::test(start_paused = true)]
async fn a_question_without_an_answer_says_why() {
    let log = Log::default();
    let (_system, asker, store) = pair(&log);
    ask(&asker, &store, Message::miss(), None).await;
    ask(&asker, &store, Message::skip(), None).await;
    ask(&asker, &store, Message::keep(), None).await;
    pass(Duration::from_millis(1)).await;
    assert_eq!(
        log.take(),
        [
            format!("asker: {}", CallError::Unhandled),
            format!("asker: {}", CallError::Ignored),
        ]
    );
    let fail = act(|_, cx: &mut Context<Hearing>| cx.error("no beans"));
    store.send(fail).await.expect("the store runs");
    pass(Duration::from_millis(1)).await;
    ask(&asker, &store, Message::kept(), None).await;
    pass(Duration::from_millis(1)).await;
    let died = |line: &String| line.ends_with("no beans");
    let lines = log.take();
    assert_eq!(lines.len(), 2, "of before its end and of after it");
    assert!(lines.iter().all(died), "{lines:?}");
    assert_eq!(asker.ended(), None);
}

#[tokio::test(start_paused = true)]
async fn what_a_step_asks_and_what_it_sends_arrive_in_its_order() {
    let log = Log::default();
    let (_system, asker, store) = pair(&log);
    let both = act(move |_, cx: &mut Context<Deaf>| {
        for round in 0..3 {
            cx.ask(&store, Message::keep(), line);
            let asked = act(move |store: &mut Hearing, _: &mut Context<Hearing>| {
                assert_eq!(store.kept.len(), round + 1, "the question went before");
            });
            cx.send(&store, asked);
        }
        cx.ask(&store, Message::kept(), line);
    });
    asker.send(both).await.expect("the asker runs");
    pass(Duration::from_millis(1)).await;
    assert_eq!(log.take(), ["asker: hears 3"]);
}

#[tokio::test(start_paused = true)]
async fn after_its_deadline_an_answer_is_not_heard() {
    let log = Log::default();
    let (_system, asker, store) = pair(&log);
    ask(&asker, &store, Message::keep(), Some(20)).await;
    ask(&asker, &store, Message::keep(), Some(50)).await;
    pass(Duration::from_millis(19)).await;
    assert!(log.take().is_empty());
    pass(Duration::from_millis(2)).await;
    assert_eq!(log.take(), [format!("asker: {}", CallError::Late)]);
    let answer = act(|store: &mut Hearing, cx: &mut Context<Hearing>| {
        let awaited: Vec<bool> = store.kept.iter().map(|reply| reply.is_awaited()).collect();
        assert_eq!(awaited, [false, true]);
        for reply in store.kept.drain(..) {
            cx.reply(reply, 7);
        }
    });
    store.send(answer).await.expect("the store runs");
    pass(Duration::from_millis(100)).await;
    assert_eq!(log.take(), ["asker: hears 7"]);
    assert_eq!(store.ended(), None);
}

#[tokio::test(start_paused = true)]
async fn a_step_that_fails_has_asked_nothing() {
    let log = Log::default();
    let (system, _asker, store) = pair(&log);
    let to = store.clone();
    let heard = log.clone();
    let mut lives = 0;
    let kept = system.spawn_kept(
        move || {
            lives += 1;
            let (to, is_first) = (to.clone(), lives == 1);
            Ok(Deaf::new("kept", &heard).first(move |_, cx| {
                if is_first {
                    cx.ask(&to, Message::keep(), line);
                    std::panic::resume_unwind(Box::new("boom"));
                }
            }))
        },
        &SpawnOptions::new(),
    );
    pass(Duration::from_millis(1)).await;
    kept.handle().restart();
    pass(Duration::from_millis(1)).await;
    assert_eq!(kept.call(Message::kept()).await, Ok(0), "it runs again");
    assert_eq!(store.call(Message::kept()).await, Ok(0), "nobody has asked");
    assert!(log.take().is_empty());
}

#[tokio::test(start_paused = true)]
async fn an_answer_needs_no_room() {
    let log = Log::default();
    let system = quiet();
    let asker = system.spawn_with(Deaf::new("asker", &log), &SpawnOptions::new().mailbox(1));
    let store = system.spawn(Hearing::new("store", &Log::default()));
    for _ in 0..5 {
        ask(&asker, &store, Message::keep(), None).await;
    }
    pass(Duration::from_millis(1)).await;
    let answer = act(|store: &mut Hearing, cx: &mut Context<Hearing>| {
        for (number, reply) in (0..).zip(store.kept.drain(..)) {
            cx.reply(reply, number);
        }
    });
    store.send(answer).await.expect("the store runs");
    pass(Duration::from_millis(1)).await;
    let expected: Vec<String> = (0..5)
        .map(|number| format!("asker: hears {number}"))
        .collect();
    assert_eq!(log.take(), expected);
    asker.send(note("room")).await.expect("it runs");
    pass(Duration::from_millis(1)).await;
    assert_eq!(log.take(), ["asker: room"]);
}

#[tokio::test(start_paused = true)]
async fn who_asks_fails_for_its_own_code_and_who_answers_goes_on() {
    let log = Log::default();
    let (_system, asker, store) = pair(&log);
    let to = store.clone();
    let asks = act(move |_, cx: &mut Context<Deaf>| {
        cx.ask(&to, Message::kept(), |_| panic!("cannot take it"));
    });
    asker.send(asks).await.expect("the asker runs");
    let reason = asker.closed().await;
    let error = reason.error().expect("it fails").to_string();
    assert!(error.ends_with("cannot take it"), "{error}");
    assert_eq!(store.call(Message::kept()).await, Ok(0));
}

#[tokio::test]
async fn answers_cross_threads() {
    const QUESTIONS: u32 = 100;
    let log = Log::default();
    let system = System::builder().loops(2).log(|_| {}).build();
    let store = system.spawn(Hearing::new("store", &Log::default()));
    let (tell, told) = tokio::sync::oneshot::channel();
    let mut tell = Some(tell);
    let asker = system.spawn(Deaf::new("asker", &log));
    let all = act(move |_, cx: &mut Context<Deaf>| {
        for number in 1..=QUESTIONS {
            let mut tell = if number == QUESTIONS {
                tell.take()
            } else {
                None
            };
            cx.ask(&store, Message::kept(), move |answer| {
                act(move |probe: &mut Deaf, _: &mut Context<Deaf>| {
                    probe.write(answer.expect("the store answers"));
                    if let Some(tell) = tell.take() {
                        let _ = tell.send(());
                    }
                })
            });
        }
    });
    asker.send(all).await.expect("the asker runs");
    told.await.expect("the last answer comes last");
    assert_eq!(log.take().len(), QUESTIONS as usize);
    assert!(system.shutdown().await.is_complete());
}

/// As [`pair`], in two loops with threads of their own.
fn strangers(log: &Log) -> (System, Address<Deaf>, Address<Hearing>) {
    let system = System::builder().loops(2).log(|_| {}).build();
    let asker = system.spawn(Deaf::new("asker", log));
    let store = system.spawn(Hearing::new("store", &Log::default()));
    (system, asker, store)
}

#[tokio::test]
async fn what_a_step_asks_and_sends_to_another_loop_arrives_in_its_order() {
    let log = Log::default();
    let (system, asker, store) = strangers(&log);
    for before in 0..3 {
        let to = store.clone();
        let both = act(move |_, cx: &mut Context<Deaf>| {
            let expect = |count| {
                act(move |store: &mut Hearing, _: &mut Context<Hearing>| {
                    assert_eq!(store.kept.len(), count, "the question went before");
                })
            };
            // Nothing, one letter or two before the first question.
            for _ in 0..before {
                cx.send(&to, expect(0));
            }
            for round in 0..3 {
                cx.ask(&to, Message::keep(), line);
                cx.send(&to, expect(round + 1));
                cx.send(&to, expect(round + 1));
            }
            let all = act(|store: &mut Hearing, cx: &mut Context<Hearing>| {
                for (number, reply) in (0..).zip(store.kept.drain(..)) {
                    cx.reply(reply, number);
                }
            });
            cx.send(&to, all);
        });
        asker.send(both).await.expect("the asker runs");
        while log.len() < 3 {
            tokio::task::yield_now().await;
        }
        let expected = ["asker: hears 0", "asker: hears 1", "asker: hears 2"];
        assert_eq!(log.take(), expected);
        assert_eq!(store.call(Message::kept()).await, Ok(0));
    }
    assert!(system.shutdown().await.is_complete());
}

#[tokio::test]
async fn a_step_that_fails_has_asked_nothing_in_another_loop() {
    let log = Log::default();
    let (system, _asker, store) = strangers(&log);
    let (to, heard, mut lives) = (store.clone(), log.clone(), 0);
    let make = move || {
        lives += 1;
        let (to, is_first) = (to.clone(), lives == 1);
        Ok(Deaf::new("kept", &heard).first(move |_, cx| {
            if is_first {
                cx.ask(&to, Message::keep(), line);
                std::panic::resume_unwind(Box::new("boom"));
            }
        }))
    };
    // In the asker's loop, which has fewer machines than the other one when the store is there.
    let crowd = system.spawn(Deaf::new("crowd", &log));
    let options = SpawnOptions::new().beside(&crowd);
    let elsewhere =
        format!("{crowd:?}").contains("loop 0") == format!("{store:?}").contains("loop 1");
    assert!(elsewhere, "{crowd:?}, {store:?}");
    let kept = system.spawn_kept(make, &options);
    // Nothing comes of it before the machine is down.
    let mut question = std::pin::pin!(kept.call(Message::kept()));
    let answer = std::future::poll_fn(|context| {
        kept.handle().restart();
        context.waker().wake_by_ref();
        question.as_mut().poll(context)
    });
    assert_eq!(answer.await, Ok(0), "it runs again");
    assert_eq!(store.call(Message::kept()).await, Ok(0), "nobody has asked");
    assert!(log.take().is_empty());
    kept.handle().bury();
    assert!(system.shutdown().await.is_complete());
}

#[tokio::test]
async fn a_question_to_a_full_mailbox_of_another_loop_waits_for_room() {
    let log = Log::default();
    let system = System::builder().loops(2).log(|_| {}).build();
    let asker = system.spawn(Deaf::new("asker", &log));
    let options = SpawnOptions::new().mailbox(1);
    let store = system.spawn_with(Hearing::new("store", &Log::default()), &options);
    let (free, waits) = std::sync::mpsc::channel::<()>();
    let holds = act(move |_: &mut Hearing, _: &mut Context<Hearing>| {
        let _ = waits.recv();
    });
    store.send(holds).await.expect("it runs");
    // Its only place is taken until that is over.
    assert!(store.try_send(note("no room")).is_err());
    for _ in 0..2 {
        ask(&asker, &store, Message::kept(), None).await;
    }
    drop(free);
    while log.len() < 2 {
        tokio::task::yield_now().await;
    }
    assert_eq!(log.take(), ["asker: hears 0", "asker: hears 0"]);
    assert!(system.shutdown().await.is_complete());
}
