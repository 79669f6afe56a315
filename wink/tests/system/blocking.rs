//! Work that blocks its thread: beside the machines, bounded, its result a message.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc;
use std::sync::{Arc, Mutex};

use wink::prelude::*;
use wink::{ExitReason, System};

/// Has work done that the test hands it.
#[machine]
pub mod clerk {
    use super::Work;

    #[data]
    #[derive(Default)]
    pub struct Clerk {
        pub results: Vec<String>,
        pub asked: Option<Reply<Vec<String>>>,
        pub expected: usize,
    }

    #[messages]
    pub enum Message {
        Do {
            work: Work,
        },
        Done {
            result: Result<String, Error>,
        },
        /// What has been done, when there is so much of it.
        #[reply(Vec<String>)]
        Results {
            count: usize,
        },
        #[reply(u32)]
        Alive,
    }

    #[receive(Do)]
    fn begin(cx: &mut Context, work: Work) {
        cx.spawn_blocking("work", work, |result| Message::Done { result });
    }

    #[receive(Done)]
    fn note(clerk: &mut Clerk, cx: &mut Context, result: Result<String, Error>) {
        clerk.results.push(match result {
            Ok(text) => text,
            Err(error) => format!("error: {error}"),
        });
        tell(clerk, cx);
    }

    #[receive(Results)]
    fn results(clerk: &mut Clerk, cx: &mut Context, reply: Reply<Vec<String>>, count: usize) {
        clerk.expected = count;
        clerk.asked = Some(reply);
        tell(clerk, cx);
    }

    fn tell(clerk: &mut Clerk, cx: &mut Context) {
        if clerk.results.len() >= clerk.expected
            && let Some(reply) = clerk.asked.take()
        {
            cx.reply(reply, clerk.results.clone());
        }
    }

    #[receive(Alive)]
    fn alive() -> u32 {
        1
    }
}

/// What is done on a thread of its own.
pub type Work = Box<dyn FnOnce() -> String + Send>;

use clerk::{Clerk, Message};

/// Work that says that it has begun, and ends when the test says so.
fn held(begun: &mpsc::Sender<&'static str>, name: &'static str) -> (Work, mpsc::Sender<()>) {
    let (go, may_go) = mpsc::channel();
    let begun = begun.clone();
    let work = Box::new(move || {
        let _ = begun.send(name);
        let _ = may_go.recv();
        name.to_owned()
    });
    (work, go)
}

/// A system with a thread for its loop, so that the test may block.
fn system(threads: usize) -> System {
    let builder = System::builder().loops(1).log(|_| {});
    builder.blocking(threads).build()
}

fn run<T>(future: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .build();
    runtime.unwrap().block_on(future)
}

#[test]
fn work_is_done_beside_the_machine_and_comes_as_a_message() {
    let system = system(8);
    let clerk = system.spawn(Clerk::default());
    let (begun, begins) = mpsc::channel();
    let (work, go) = held(&begun, "first");
    clerk.try_send(Message::Do { work }).unwrap();
    assert_eq!(begins.recv(), Ok("first"));
    // It holds nobody up.
    assert_eq!(run(clerk.call(Message::alive())), Ok(1));
    drop(go);
    assert_eq!(run(clerk.call(Message::results(1))).unwrap(), ["first"]);
    assert!(run(system.shutdown()).is_complete());
}

#[test]
fn a_panic_of_the_work_is_an_error_with_message_and_place() {
    let system = system(8);
    let clerk = system.spawn(Clerk::default());
    let work = Box::new(|| panic!("no more paper"));
    clerk.try_send(Message::Do { work }).unwrap();
    let results = run(clerk.call(Message::results(1))).unwrap();
    assert!(
        results[0].starts_with("error: panicked at wink/tests/system/blocking.rs:")
            && results[0].ends_with("no more paper"),
        "{results:?}"
    );
    assert_eq!(clerk.ended(), None, "the machine has not failed");
}

#[test]
fn so_much_is_done_at_a_time_and_the_rest_in_order() {
    let system = system(2);
    let clerk = system.spawn(Clerk::default());
    let (begun, begins) = mpsc::channel();
    let at_a_time = Arc::new(AtomicUsize::new(0));
    let most = Arc::new(AtomicUsize::new(0));
    let mut gates = Vec::new();
    for name in ["a", "b", "c", "d", "e", "f"] {
        let (inner, go) = held(&begun, name);
        let (at_a_time, most) = (at_a_time.clone(), most.clone());
        let work: Work = Box::new(move || {
            let now = at_a_time.fetch_add(1, Ordering::SeqCst) + 1;
            most.fetch_max(now, Ordering::SeqCst);
            let text = inner();
            at_a_time.fetch_sub(1, Ordering::SeqCst);
            text
        });
        clerk.try_send(Message::Do { work }).unwrap();
        gates.push(go);
    }
    let mut order: Vec<_> = vec![begins.recv().unwrap(), begins.recv().unwrap()];
    order.sort_unstable();
    assert_eq!(order, ["a", "b"]);
    assert_eq!(run(clerk.call(Message::alive())), Ok(1));
    assert!(begins.try_recv().is_err(), "there are two threads");
    for (gate, next) in gates.into_iter().zip(["c", "d", "e", "f"]) {
        drop(gate);
        assert_eq!(begins.recv(), Ok(next));
    }
    let mut results = run(clerk.call(Message::results(6))).unwrap();
    results.sort_unstable();
    assert_eq!(results, ["a", "b", "c", "d", "e", "f"]);
    assert_eq!(most.load(Ordering::SeqCst), 2);
}

#[test]
fn a_machine_that_ends_drops_what_has_begun_and_never_begins_the_rest() {
    let system = system(1);
    let clerk = system.spawn(Clerk::default());
    let (begun, begins) = mpsc::channel();
    let token = Arc::new(());
    let (inner, go) = held(&begun, "first");
    let (kept, last) = (token.clone(), begun.clone());
    let first: Work = Box::new(move || {
        let text = inner();
        drop(kept);
        drop(last);
        text
    });
    clerk.try_send(Message::Do { work: first }).unwrap();
    let (second, _gate) = held(&begun, "second");
    clerk.try_send(Message::Do { work: second }).unwrap();
    assert_eq!(begins.recv(), Ok("first"));
    clerk.stop();
    assert_eq!(run(clerk.closed()), ExitReason::Stopped);
    // The system has ended although the work goes on.
    assert!(run(system.shutdown()).is_complete());
    assert_eq!(Arc::strong_count(&token), 2);
    drop(begun);
    drop(go);
    // Every sender is gone: nothing begins any more, and the first is over.
    assert!(begins.recv().is_err());
    assert_eq!(Arc::strong_count(&token), 1);
}

#[test]
fn the_system_does_such_work_for_anyone() {
    let system = system(1);
    assert_eq!(run(system.spawn_blocking(|| 6 * 7)), Ok(42));
    let error = run(system.spawn_blocking(|| -> u32 { panic!("no paper") })).unwrap_err();
    assert!(error.to_string().contains("no paper"), "{error}");
    // It begins at once, and goes on when nobody waits.
    let (tell, told) = mpsc::channel();
    drop(system.spawn_blocking(move || tell.send(7)));
    assert_eq!(told.recv(), Ok(7));
}

#[tokio::test(start_paused = true)]
async fn paused_time_does_not_run_away_while_something_blocks() {
    let system = System::builder().log(|_| {}).build();
    let order = Arc::new(Mutex::new(Vec::new()));
    let (go, may_go) = mpsc::channel::<()>();
    let log = order.clone();
    let work = system.spawn_blocking(move || {
        let _ = may_go.recv();
        log.lock().unwrap().push("work");
    });
    let late = tokio::time::timeout(Duration::from_secs(3_600), std::future::pending::<()>());
    drop(go);
    let log = order.clone();
    let (done, ()) = tokio::join!(work, async move {
        assert!(late.await.is_err());
        log.lock().unwrap().push("an hour");
    });
    assert_eq!(done, Ok(()));
    assert_eq!(*order.lock().unwrap(), ["work", "an hour"]);
}
