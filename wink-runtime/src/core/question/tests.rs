//! A question's two ends.

use super::*;

#[test]
fn an_answer_is_taken_once() {
    let (port, mut pending) = port();
    assert_eq!(pending.take(), Found::Nothing);
    assert!(port.is_awaited());
    port.answer(5);
    assert_eq!(pending.take(), Found::Answer(5));
    assert_eq!(pending.take(), Found::Nothing);
}

#[test]
fn a_dropped_port_is_unanswered() {
    let (port, mut pending) = port::<u32>();
    drop(port);
    assert_eq!(pending.take(), Found::Error(CallError::Unanswered));
}

#[test]
fn a_port_dropped_by_a_panic_is_lost() {
    let (port, mut pending) = port::<u32>();
    let panicked = std::panic::catch_unwind(std::panic::AssertUnwindSafe(move || {
        let _port = port;
        std::panic::resume_unwind(Box::new("boom"));
    }));
    assert!(panicked.is_err());
    assert_eq!(pending.take(), Found::Lost);
    assert_eq!(
        pending.take(),
        Found::Lost,
        "the machine's end says the rest"
    );
}

#[test]
fn nobody_waits_when_the_asker_has_gone() {
    let (port, pending) = port::<u32>();
    drop(pending);
    assert!(!port.is_awaited());
    port.answer(1);
}

#[test]
fn a_deferred_reply_answers_through_its_variant() {
    let (port, mut pending) = port::<Option<u32>>();
    let reply: Reply<u32> = port.defer(Some);
    assert!(reply.is_awaited());
    let answer = reply.with(3);
    assert_eq!(
        pending.take(),
        Found::Nothing,
        "an answer is an effect until performed"
    );
    answer.perform();
    assert_eq!(pending.take(), Found::Answer(Some(3)));
}

#[test]
fn the_asker_is_woken() {
    let (port, mut pending) = port::<u32>();
    let flag = Arc::new(Flag::default());
    let waker = Waker::from(flag.clone());
    let mut context = Context::from_waker(&waker);
    assert!(pending.poll(&mut context).is_pending());
    port.refuse(CallError::Unhandled);
    assert!(flag.0.load(std::sync::atomic::Ordering::SeqCst));
    assert_eq!(
        pending.poll(&mut context),
        Poll::Ready(Found::Error(CallError::Unhandled))
    );
}

#[derive(Default)]
struct Flag(std::sync::atomic::AtomicBool);

impl std::task::Wake for Flag {
    fn wake(self: Arc<Self>) {
        self.0.store(true, std::sync::atomic::Ordering::SeqCst);
    }
}
