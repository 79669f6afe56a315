//! Questions of tasks that share their thread with the machine's loop: they are asked straight,
//! with nobody to be woken.

use std::future::Future;
use std::pin::pin;
use std::task::{Context, Poll, Waker};
use std::thread::{self, ThreadId};
use std::time::Duration;

use wink::CallError;
use wink::prelude::*;

#[machine(name = "tests/Scribe")]
pub mod scribe {
    use super::Scribe as Other;
    use super::{Duration, ThreadId, thread};

    #[data]
    #[derive(Default)]
    pub struct Scribe {
        pub lines: Vec<u32>,
        pub kept: Option<Reply<u32>>,
    }

    #[messages]
    pub enum Message {
        Write {
            line: u32,
        },
        #[reply(usize)]
        Count,
        #[reply(u32)]
        Dictate {
            to: Address<Other>,
            line: u32,
        },
        #[reply(u32)]
        Keep,
        #[reply(Time)]
        When,
        #[reply(ThreadId)]
        Place,
        #[reply(u32)]
        Fail,
        #[reply(u32)]
        Miss,
    }

    #[receive(Write)]
    fn write(scribe: &mut Scribe, cx: &mut Context, line: u32) {
        scribe.lines.push(line);
        if let Some(kept) = scribe.kept.take() {
            cx.reply(kept, line);
        }
    }

    #[receive(Count)]
    fn count(scribe: &Scribe) -> usize {
        scribe.lines.len()
    }

    #[receive(Dictate)]
    fn dictate(cx: &mut Context, to: Address<Other>, line: u32) -> u32 {
        cx.send(&to, Message::Write { line });
        line
    }

    #[receive(Keep)]
    fn keep(scribe: &mut Scribe, reply: Reply<u32>) {
        scribe.kept = Some(reply);
    }

    #[receive(When)]
    fn when(cx: &mut Context) -> Time {
        let line = 7;
        cx.set_timer("soon", Duration::from_secs(1), Message::Write { line });
        cx.now()
    }

    #[receive(Place)]
    fn place() -> ThreadId {
        thread::current().id()
    }

    #[receive(Miss)]
    fn miss(reply: Reply<u32>) {
        drop(reply);
    }

    #[receive(Fail)]
    fn fail() -> u32 {
        panic!("as told")
    }
}

use scribe::{Message, Scribe};

/// What a look at a future without anybody to be woken shows.
fn look<F: Future>(future: F) -> Poll<F::Output> {
    pin!(future).poll(&mut Context::from_waker(Waker::noop()))
}

/// Two machines that have started.
async fn scribes() -> (wink::System, [Address<Scribe>; 2]) {
    let system = wink::System::builder().log(|_| {}).build();
    let scribes = [(); 2].map(|()| system.spawn(Scribe::default()));
    for scribe in &scribes {
        assert_eq!(scribe.call(Message::count()).await, Ok(0));
    }
    (system, scribes)
}

#[tokio::test]
async fn an_answer_is_there_at_once() {
    let (_system, [scribe, _]) = scribes().await;
    scribe
        .send(Message::Write { line: 1 })
        .await
        .expect("it runs");
    // What was sent before comes before.
    assert_eq!(scribe.call(Message::count()).await, Ok(1));
    for _ in 0..3 {
        assert_eq!(look(scribe.call(Message::count())), Poll::Ready(Ok(1)));
    }
}

#[tokio::test]
async fn what_the_step_sends_arrives() {
    let (_system, [scribe, other]) = scribes().await;
    let question = Message::dictate(other.clone(), 5);
    assert_eq!(look(scribe.call(question)), Poll::Ready(Ok(5)));
    assert_eq!(look(other.call(Message::count())), Poll::Ready(Ok(1)));
    let question = Message::dictate(scribe.clone(), 6);
    assert_eq!(look(scribe.call(question)), Poll::Ready(Ok(6)), "to itself");
    assert_eq!(look(scribe.call(Message::count())), Poll::Ready(Ok(1)));
}

#[tokio::test]
async fn an_answer_that_comes_later_is_waited_for() {
    let (_system, [scribe, _]) = scribes().await;
    let mut answer = pin!(scribe.call(Message::keep()));
    let mut context = Context::from_waker(Waker::noop());
    assert!(answer.as_mut().poll(&mut context).is_pending());
    scribe
        .send(Message::Write { line: 3 })
        .await
        .expect("it runs");
    assert_eq!(answer.await, Ok(3));
}

#[tokio::test]
async fn a_question_without_an_answer_says_why_at_once() {
    let (_system, [scribe, _]) = scribes().await;
    let miss = look(scribe.call(Message::miss()));
    assert_eq!(miss, Poll::Ready(Err(CallError::Unanswered)));
    let Poll::Ready(Err(CallError::Died(reason))) = look(scribe.call(Message::fail())) else {
        panic!("the machine has ended in that step");
    };
    assert!(reason.to_string().contains("as told"), "{reason}");
    let again = scribe.call(Message::count()).await;
    assert!(matches!(again, Err(CallError::Died(_))), "{again:?}");
}

#[tokio::test(start_paused = true)]
async fn the_step_knows_what_time_it_is() {
    let (system, [scribe, _]) = scribes().await;
    for seconds in [3, 5] {
        tokio::time::advance(Duration::from_secs(seconds)).await;
        assert_eq!(
            look(scribe.call(Message::when())),
            Poll::Ready(Ok(system.now()))
        );
    }
    tokio::time::advance(Duration::from_millis(1_001)).await;
    assert_eq!(
        scribe.call(Message::count()).await,
        Ok(2),
        "both timers have fired"
    );
}

#[tokio::test]
#[expect(
    clippy::disallowed_methods,
    reason = "somebody on another thread is to ask"
)]
async fn steps_stay_on_the_thread_of_their_runtime() {
    let (_system, [scribe, _]) = scribes().await;
    let here = thread::current().id();
    assert_eq!(look(scribe.call(Message::place())), Poll::Ready(Ok(here)));
    let runtime = tokio::runtime::Handle::current();
    let asks = move || runtime.block_on(scribe.call(Message::place()));
    let there = tokio::task::spawn_blocking(asks).await;
    assert_eq!(there.expect("it asks"), Ok(here));
}
