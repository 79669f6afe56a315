//! Questions and their answers, and every way not to get one.

use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Wake, Waker};
use std::time::Duration;

use wink_runtime::{BoxFuture, CallError, ExitReason, SpawnOptions, System};

use super::probe::{Deaf, Log, Message, act, error_of, pass, quiet};
use super::sleeper::{self, Sleeper};

#[tokio::test(start_paused = true)]
async fn a_question_is_answered() {
    let system = quiet();
    let a = system.spawn(Deaf::new("a", &Log::default()));
    assert_eq!(a.call(Message::kept()).await, Ok(0));
}

#[tokio::test(start_paused = true)]
async fn a_question_is_answered_later() {
    let system = quiet();
    let a = system.spawn(Deaf::new("a", &Log::default()));
    let asking = tokio::spawn(a.call(Message::keep()));
    while a.call(Message::kept()).await != Ok(1) {}
    a.send(act(|probe, cx| {
        let reply = probe.kept.remove(0);
        assert!(reply.is_awaited());
        cx.reply(reply, 42);
    }))
    .await
    .expect("a runs");
    assert_eq!(asking.await.expect("the task ends"), Ok(42));
}

#[tokio::test(start_paused = true)]
async fn a_dropped_reply_is_an_error_at_once() {
    let system = quiet();
    let a = system.spawn(Deaf::new("a", &Log::default()));
    let asking = tokio::spawn(a.call(Message::keep()));
    while a.call(Message::kept()).await != Ok(1) {}
    a.send(act(|probe, _| probe.kept.clear()))
        .await
        .expect("a runs");
    assert_eq!(
        asking.await.expect("the task ends"),
        Err(CallError::Unanswered)
    );
}

#[tokio::test(start_paused = true)]
async fn a_question_that_is_not_received_or_ignored_says_so() {
    let system = quiet();
    let a = system.spawn(Deaf::new("a", &Log::default()));
    assert_eq!(a.call(Message::miss()).await, Err(CallError::Unhandled));
    assert_eq!(a.call(Message::skip()).await, Err(CallError::Ignored));
}

#[tokio::test(start_paused = true)]
async fn a_deadline_ends_the_waiting() {
    let system = quiet();
    let a = system.spawn(Deaf::new("a", &Log::default()));
    let before = system.now();
    let limit = Duration::from_millis(1_500);
    assert_eq!(
        a.call_within(Message::keep(), limit).await,
        Err(CallError::Late)
    );
    assert_eq!(system.now() - before, limit);
    a.send(act(|probe, _| assert!(!probe.kept[0].is_awaited())))
        .await
        .expect("a runs");
    assert_eq!(a.call_within(Message::kept(), limit).await, Ok(1));
}

#[tokio::test(start_paused = true)]
async fn a_system_may_have_a_deadline_for_all_calls() {
    let limit = Duration::from_secs(5);
    let system = System::builder().answer_within(limit).log(|_| {}).build();
    let a = system.spawn(Deaf::new("a", &Log::default()));
    let before = system.now();
    assert_eq!(a.call(Message::keep()).await, Err(CallError::Late));
    assert_eq!(system.now() - before, limit);
    // Who says his own has that, also when it is longer.
    let own = 2 * limit;
    let answer = a.call_within(Message::keep(), own).await;
    assert_eq!(answer, Err(CallError::Late));
    assert_eq!(system.now() - before, limit + own);
    assert_eq!(a.call(Message::kept()).await, Ok(2));
}

#[tokio::test(start_paused = true)]
async fn the_deadline_covers_the_waiting_for_room() {
    let system = quiet();
    let log = Log::default();
    let options = SpawnOptions::new().mailbox(1);
    let slow = system.spawn_with(Sleeper::new(&log), &options);
    let forever = Box::pin(std::future::pending());
    slow.send(sleeper::Message::Wait(forever, "never"))
        .await
        .expect("it runs");
    tokio::task::yield_now().await;
    slow.send(sleeper::Message::Note("fills the mailbox"))
        .await
        .expect("it runs");
    let limit = Duration::from_secs(1);
    let answer = slow.call_within(sleeper::Message::hang(), limit).await;
    assert_eq!(answer, Err(CallError::Late));
    assert_eq!(slow.waiting(), 1, "the question went away with its caller");
}

#[tokio::test(start_paused = true)]
async fn a_caller_in_the_mailbox_hears_why_the_machine_ended() {
    let system = quiet();
    let a = system.spawn(Deaf::new("a", &Log::default()));
    a.try_send(act(|_, cx| cx.error("no beans")))
        .expect("there is room");
    let error = a.call(Message::kept()).await.expect_err("a ends before");
    assert_eq!(
        error.to_string(),
        "no answer: the machine has ended: no beans"
    );
    let error = a.call(Message::kept()).await.expect_err("a has ended");
    assert!(matches!(error, CallError::Died(_)));
}

#[tokio::test(start_paused = true)]
async fn a_caller_whose_reply_is_kept_hears_why_the_machine_ended() {
    let system = quiet();
    let a = system.spawn(Deaf::new("a", &Log::default()));
    let asking = tokio::spawn(a.call(Message::keep()));
    while a.call(Message::kept()).await != Ok(1) {}
    a.send(act(|_, cx| cx.exit())).await.expect("a runs");
    let error = asking.await.expect("the task ends");
    assert_eq!(error, Err(CallError::Died(ExitReason::Normal)));
}

#[tokio::test(start_paused = true)]
async fn a_caller_whose_question_panics_hears_the_panic() {
    let system = quiet();
    let a = system.spawn(Deaf::new("a", &Log::default()));
    let asking = tokio::spawn(a.call(Message::keep()));
    while a.call(Message::kept()).await != Ok(1) {}
    // The reply is in the hands of the step that panics, and so dropped before the machine.
    a.send(act(|probe, _| {
        let _reply = probe.kept.remove(0);
        panic!("the grinder jams");
    }))
    .await
    .expect("a runs");
    let Err(CallError::Died(reason)) = asking.await.expect("the task ends") else {
        panic!("the machine died");
    };
    assert!(
        error_of(&reason).to_string().contains("the grinder jams"),
        "{reason}"
    );
}

#[tokio::test(start_paused = true)]
async fn a_failing_step_answers_nothing() {
    let system = quiet();
    let a = system.spawn(Deaf::new("a", &Log::default()));
    let asking = tokio::spawn(a.call(Message::keep()));
    while a.call(Message::kept()).await != Ok(1) {}
    a.send(act(|probe, cx| {
        let reply = probe.kept.remove(0);
        cx.reply(reply, 42);
        panic!("after the answer");
    }))
    .await
    .expect("a runs");
    assert!(matches!(
        asking.await.expect("the task ends"),
        Err(CallError::Died(_))
    ));
}

/// A caller that looks the moment that it is woken, as one on another thread might: so it sees
/// whatever order things happen in.
struct Eager {
    call: Mutex<Option<Asking>>,
    answer: Mutex<Option<Result<u32, CallError>>>,
}

type Asking = BoxFuture<'static, Result<u32, CallError>>;

impl Eager {
    fn ask(call: impl Future<Output = Result<u32, CallError>> + Send + 'static) -> Arc<Self> {
        let eager = Eager {
            call: Mutex::new(Some(Box::pin(call))),
            answer: Mutex::new(None),
        };
        let eager = Arc::new(eager);
        eager.clone().wake();
        eager
    }

    fn answer(&self) -> Option<Result<u32, CallError>> {
        self.answer.lock().expect("no test panics with it").take()
    }
}

impl Wake for Eager {
    fn wake(self: Arc<Self>) {
        let Ok(mut slot) = self.call.try_lock() else {
            return;
        };
        let waker = Waker::from(self.clone());
        let mut context = Context::from_waker(&waker);
        let Some(call) = slot.as_mut() else {
            return;
        };
        if let Poll::Ready(answer) = call.as_mut().poll(&mut context) {
            *slot = None;
            *self.answer.lock().expect("no test panics with it") = Some(answer);
        }
    }
}

#[tokio::test(start_paused = true)]
async fn the_reason_is_told_however_fast_the_caller_looks() {
    let system = quiet();
    let log = Log::default();

    // The reply is dropped by a panic, before the machine is known to have ended.
    let a = system.spawn(Deaf::new("a", &log));
    let eager = Eager::ask(a.call(Message::keep()));
    a.send(act(|probe, _| {
        let _reply = probe.kept.remove(0);
        panic!("boom");
    }))
    .await
    .expect("a runs");
    a.closed().await;
    let answer = eager.answer().expect("there is one");
    assert!(
        matches!(&answer, Err(CallError::Died(ExitReason::Errored(_)))),
        "{answer:?}"
    );

    // The reply lies in the data of a machine that exits.
    let b = system.spawn(Deaf::new("b", &log));
    let eager = Eager::ask(b.call(Message::keep()));
    b.send(act(|_, cx| cx.exit())).await.expect("b runs");
    b.closed().await;
    pass(Duration::from_millis(1)).await;
    assert_eq!(
        eager.answer(),
        Some(Err(CallError::Died(ExitReason::Normal)))
    );

    // The reply is in an async step that is killed.
    let c = system.spawn(Sleeper::new(&log));
    let eager = Eager::ask(c.call(sleeper::Message::hang()));
    pass(Duration::from_millis(1)).await;
    c.stop();
    c.closed().await;
    pass(Duration::from_millis(1)).await;
    assert_eq!(
        eager.answer(),
        Some(Err(CallError::Died(ExitReason::Killed)))
    );
}

#[test]
fn the_reason_is_told_when_the_runtime_is_dropped() {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .start_paused(true)
        .build()
        .expect("a runtime");
    let eager = runtime.block_on(async {
        let sleeper = quiet().spawn(Sleeper::new(&Log::default()));
        let eager = Eager::ask(sleeper.call(sleeper::Message::hang()));
        pass(Duration::from_millis(1)).await;
        eager
    });
    drop(runtime);
    assert_eq!(
        eager.answer(),
        Some(Err(CallError::Died(ExitReason::Dropped)))
    );
}
