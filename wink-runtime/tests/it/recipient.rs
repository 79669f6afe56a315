//! Several kinds of machine behind one handle, and questions that are handed on.
#![allow(
    clippy::disallowed_methods,
    reason = "the tests are the outside: they have tasks"
)]

use std::time::Duration;

use wink_runtime::{
    CallError, Context, Error, ExitReason, Question, Recipient, Reply, SpawnOptions, Takes,
    TrySendError,
};

use crate::driver::probe::{Deaf, Hearing, Log, Message, Probe, act, note, pass, quiet, watched};

/// Something that both kinds of probe take.
#[derive(Clone, Debug, PartialEq)]
struct Tick(u32);

impl Takes<Tick> for Hearing {
    fn message(tick: Tick) -> Message<false> {
        note(format!("hears tick {}", tick.0))
    }
}

impl Takes<Tick> for Deaf {
    fn message(tick: Tick) -> Message<true> {
        note(format!("tick {}", tick.0))
    }

    fn original(message: Message<true>) -> Option<Tick> {
        match message {
            Message::Note(line) => line.strip_prefix("tick ")?.parse().ok().map(Tick),
            _ => None,
        }
    }
}

#[tokio::test(start_paused = true)]
async fn several_kinds_of_machine_are_behind_one_handle() {
    let log = Log::default();
    let system = quiet();
    let hearing = system.spawn(Hearing::new("a", &log));
    let deaf = system.spawn(Deaf::new("b", &log));
    let wrapped = system.spawn(Deaf::new("c", &log));
    let recipients: Vec<Recipient<Tick>> = vec![
        hearing.recipient(),
        deaf.recipient(),
        wrapped.recipient_with(|tick: Tick| note(format!("wrapped {}", tick.0))),
    ];
    for (number, recipient) in (1..).zip(&recipients) {
        recipient.send(Tick(number)).await.expect("it runs");
        recipient
            .try_send(Tick(number * 10))
            .expect("there is room");
    }
    pass(Duration::from_millis(1)).await;
    let mut lines = log.take();
    lines.sort();
    assert_eq!(
        lines,
        [
            "a: hears tick 1",
            "a: hears tick 10",
            "b: tick 2",
            "b: tick 20",
            "c: wrapped 3",
            "c: wrapped 30"
        ]
    );
}

#[tokio::test(start_paused = true)]
async fn recipients_compare_by_machine() {
    let system = quiet();
    let one = system.spawn(Deaf::new("one", &Log::default()));
    let two = system.spawn(Deaf::new("two", &Log::default()));
    let first: Recipient<Tick> = one.recipient();
    let again: Recipient<Tick> = one.recipient_with(|_| note("another way"));
    assert_eq!(first, again);
    assert_ne!(first, two.recipient());
    let set: std::collections::BTreeSet<_> = [first, again, two.recipient()].into();
    assert_eq!(set.len(), 2);
    assert_eq!(format!("{:?}", one.recipient::<Tick>()), one.to_string());
}

#[tokio::test(start_paused = true)]
async fn what_could_not_be_sent_comes_back() {
    let system = quiet();
    let options = SpawnOptions::new().mailbox(1);
    let machine = system.spawn_with(Deaf::new("machine", &Log::default()), &options);
    let by_type: Recipient<Tick> = machine.recipient();
    let by_function: Recipient<Tick> = machine.recipient_with(|_| note("no way back"));
    by_type.try_send(Tick(1)).expect("there is room for one");
    assert_eq!(by_type.waiting(), 1);
    let full = by_type.try_send(Tick(2));
    assert!(
        matches!(full, Err(TrySendError::Full(Some(Tick(2))))),
        "{full:?}"
    );
    assert!(matches!(
        by_function.try_send(Tick(2)),
        Err(TrySendError::Full(None))
    ));
    machine.stop();
    machine.closed().await;
    let error = by_type.send(Tick(3)).await.expect_err("it has ended");
    assert_eq!(
        (error.message, error.reason),
        (Some(Tick(3)), ExitReason::Stopped)
    );
    assert_eq!(by_type.ended(), Some(ExitReason::Stopped));
}

#[tokio::test(start_paused = true)]
async fn a_step_sends_to_a_recipient_when_it_has_completed() {
    let log = Log::default();
    let system = watched(&log);
    let target = system.spawn(Deaf::new("target", &log));
    let recipient: Recipient<Tick> = target.recipient();
    let to = recipient.clone();
    let sender = system.spawn(Deaf::new("sender", &Log::default()).first(move |_, cx| {
        cx.send_to(&to, Tick(1));
    }));
    pass(Duration::from_millis(1)).await;
    assert!(log.take().contains(&"target: tick 1".to_owned()));
    target.stop();
    target.closed().await;
    log.take();
    sender
        .send(act(move |_, cx| cx.send_to(&recipient, Tick(2))))
        .await
        .expect("it runs");
    pass(Duration::from_millis(1)).await;
    let line = format!("! {sender}: a message for {target} was not delivered: it has ended");
    assert!(log.take().contains(&line));
}

/// Keeps a question and hands it on: the probe's kept replies are the way back.
fn hand_on(
    probe: &mut Deaf,
    cx: &mut Context<Deaf>,
    to: &wink_runtime::Address<Hearing>,
    question: Question<Message<false>, u32>,
) {
    let reply: Reply<u32> = probe.kept.pop().expect("a question was kept");
    cx.forward(reply, to, question);
}

/// Asks a machine that hands the question on to another one, as which question that is.
async fn forwarded(
    question: fn() -> Question<Message<false>, u32>,
    then: fn(&mut Probe<false>, &mut Context<Probe<false>>),
) -> Result<u32, CallError> {
    let system = quiet();
    let desk = system.spawn(Deaf::new("desk", &Log::default()));
    let store = system.spawn(Hearing::new("store", &Log::default()));
    let asked = tokio::spawn(desk.call(Message::keep()));
    pass(Duration::from_millis(1)).await;
    let to = store.clone();
    desk.send(act(move |probe, cx| hand_on(probe, cx, &to, question())))
        .await
        .expect("it runs");
    // Whoever handed it on has nothing more to do with it. A stop overtakes mail.
    pass(Duration::from_millis(1)).await;
    desk.stop();
    desk.closed().await;
    let _ = store.send(act(then)).await;
    pass(Duration::from_millis(1)).await;
    asked.await.expect("asking does not panic")
}

#[tokio::test(start_paused = true)]
async fn a_forwarded_question_is_answered_by_the_other_machine() {
    assert_eq!(forwarded(Message::kept, |_, _| {}).await, Ok(0));
    let later = forwarded(Message::keep, |probe, cx| {
        let reply = probe.kept.pop().expect("it was kept");
        assert!(reply.is_awaited());
        cx.reply(reply, 7);
    });
    assert_eq!(later.await, Ok(7));
}

#[tokio::test(start_paused = true)]
async fn the_asker_of_a_forwarded_question_hears_why_it_has_no_answer() {
    let miss = forwarded(Message::miss, |_, _| {}).await;
    assert_eq!(miss, Err(CallError::Unhandled));
    let skip = forwarded(Message::skip, |_, _| {}).await;
    assert_eq!(skip, Err(CallError::Ignored));
    let dies = forwarded(Message::keep, |_, cx| cx.error("no beans")).await;
    let Err(CallError::Died(ExitReason::Errored(error))) = dies else {
        panic!("{dies:?}")
    };
    assert_eq!(error.to_string(), "no beans");
    let panics = forwarded(Message::keep, |probe, _| {
        let _in_its_hands = probe.kept.pop();
        std::panic::resume_unwind(Box::new("boom"));
    });
    let panics = panics.await;
    let Err(CallError::Died(ExitReason::Errored(error))) = panics else {
        panic!("{panics:?}")
    };
    assert_eq!(error.to_string(), "panicked: boom");
}

#[tokio::test(start_paused = true)]
async fn a_question_forwarded_to_a_dead_machine_or_by_a_failing_step_has_no_answer() {
    let system = quiet();
    let store = system.spawn(Hearing::new("store", &Log::default()));
    store
        .send(act(|_, cx| cx.error("no beans")))
        .await
        .expect("it runs");
    store.closed().await;
    let desk = system.spawn(Deaf::new("desk", &Log::default()));
    for fails in [false, true] {
        let asked = tokio::spawn(desk.call(Message::keep()));
        pass(Duration::from_millis(1)).await;
        let to = store.clone();
        let handed = act(move |probe: &mut Deaf, cx: &mut Context<Deaf>| {
            hand_on(probe, cx, &to, Message::kept());
            if fails {
                std::panic::resume_unwind(Box::new("boom"));
            }
        });
        desk.send(handed).await.expect("it runs");
        let answer = asked.await.expect("asking does not panic");
        let Err(CallError::Died(ExitReason::Errored(error))) = answer else {
            panic!("{answer:?}")
        };
        // Of a step that fails nothing has left: the machine that was asked has died.
        let why: fn(&Error) -> bool = match fails {
            false => |error| error.to_string() == "no beans",
            true => |error| ["no beans", "panicked: boom"].contains(&error.to_string().as_str()),
        };
        assert!(why(&error), "{error}");
    }
}
