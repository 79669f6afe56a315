//! What a managed future's task does: the table of `Task::manage`.

use std::cell::{Cell, RefCell};
use std::future::{pending, poll_fn, ready};
use std::pin::pin;
use std::rc::Rc;
use std::task::Poll;

use wink_runtime::{Crash, ErrorKind, ExitReason, LinkMode, Notice, Task, Watched};

use super::{Way, boom, finish, heard, poll};

/// A task and one that monitors it.
fn monitored() -> (Task, Task) {
    let (task, monitor) = (Task::new("task"), Task::new("monitor"));
    monitor.link(&task, LinkMode::Monitor).expect("both run");
    (task, monitor)
}

fn reason(monitor: &mut Task) -> ExitReason {
    let downs = heard(monitor);
    assert_eq!(downs.len(), 1, "{downs:?}");
    downs[0].reason().clone()
}

#[test]
fn a_future_s_own_end() {
    for way in Way::ALL {
        let (task, mut monitor) = monitored();
        way.end(task);
        assert!(way.is_told_by(&reason(&mut monitor)));
    }
}

#[test]
fn one_that_it_watches_completes() {
    for mode in [LinkMode::Monitor, LinkMode::Peer] {
        let (task, mut monitor) = monitored();
        let other = Task::new("other");
        task.link(&other, mode).expect("both run");
        let gone = other.handle();
        Way::Completes.end(other);
        let mut managed = Box::pin(task.manage(pending::<Result<(), String>>()));
        assert!(poll(&mut managed).is_pending(), "it goes on");
        assert_eq!(gone.watchers(), 0);
        drop(managed);
        assert_eq!(reason(&mut monitor), ExitReason::Dropped);
    }
}

#[test]
fn one_that_it_watches_fails_or_is_dropped() {
    for mode in [LinkMode::Monitor, LinkMode::Peer] {
        for way in [Way::Faults, Way::Panics, Way::IsDropped] {
            let (task, mut monitor) = monitored();
            let other = Task::new("other");
            let who = other.identity();
            task.link(&other, mode).expect("both run");
            way.end(other);
            // Its own future is ready: the failure comes first all the same.
            let result = finish(task.manage(ready(Ok::<_, String>(5))));
            let Err(Crash::Linked(error)) = result else {
                panic!("{result:?}")
            };
            let ErrorKind::Linked {
                machine,
                reason: cause,
            } = error.kind()
            else {
                panic!("{error:?}")
            };
            assert_eq!(*machine, who);
            assert!(way.is_told_by(cause));
            assert_eq!(reason(&mut monitor), ExitReason::Errored(error));
        }
    }
}

#[test]
fn it_is_asked_to_stop() {
    let (task, mut monitor) = monitored();
    task.handle().stop();
    let result = finish(task.manage(ready(Ok::<_, String>(5))));
    assert_eq!(result, Err(Crash::Stopped));
    assert_eq!(reason(&mut monitor), ExitReason::Stopped);
}

#[test]
fn it_is_asked_to_stop_while_it_waits() {
    let (task, mut monitor) = monitored();
    let handle = task.handle();
    let mut managed = Box::pin(task.manage(pending::<Result<(), String>>()));
    assert!(poll(&mut managed).is_pending());
    handle.stop();
    assert_eq!(finish(managed), Err(Crash::Stopped));
    assert_eq!(reason(&mut monitor), ExitReason::Stopped);
}

#[test]
fn a_future_that_cleans_up_has_the_time_that_it_is_given() {
    for in_time in [true, false] {
        let (task, mut monitor) = monitored();
        let handle = task.handle();
        let (told, late) = (Cell::new(false), Cell::new(false));
        let future = poll_fn(|_| match told.get() && in_time {
            true => Poll::Ready(Ok::<_, String>("clean")),
            false => Poll::Pending,
        });
        let limit = || {
            told.set(true);
            poll_fn(|_| {
                if late.get() {
                    Poll::Ready(())
                } else {
                    Poll::Pending
                }
            })
        };
        let mut managed = Box::pin(task.manage_until(future, limit));
        assert!(poll(&mut managed).is_pending());
        assert!(!told.get());
        handle.stop();
        if in_time {
            assert_eq!(finish(managed), Ok("clean"));
            assert_eq!(reason(&mut monitor), ExitReason::Normal);
        } else {
            assert!(poll(&mut managed).is_pending(), "the time is not over");
            late.set(true);
            assert_eq!(finish(managed), Err(Crash::Stopped));
            assert_eq!(reason(&mut monitor), ExitReason::Stopped);
        }
    }
}

#[test]
fn a_failure_ends_a_clean_up() {
    let task = Task::new("task");
    let other = Task::new("other");
    task.link(&other, LinkMode::Peer).expect("both run");
    task.handle().stop();
    let managed = task.manage_until(pending::<Result<(), String>>(), pending::<()>);
    let mut managed = Box::pin(managed);
    assert!(poll(&mut managed).is_pending());
    Way::Faults.end(other);
    assert!(matches!(finish(managed), Err(Crash::Linked(_))));
}

#[test]
fn a_task_that_never_ran_was_dropped() {
    let (task, mut monitor) = monitored();
    drop(task.manage(ready(Ok::<_, String>(5))));
    assert_eq!(reason(&mut monitor), ExitReason::Dropped);
}

#[test]
fn partly_managed_it_lives_on() {
    let (task, mut monitor) = monitored();
    let (task, five) = finish(task.part_manage(ready(Ok::<_, String>(5)))).expect("it is ready");
    assert_eq!(five, 5);
    assert_eq!(heard(&mut monitor), []);
    let (task, six) = finish(task.part_manage(ready(Ok::<_, String>(6)))).expect("it is ready");
    assert_eq!((six, task.handle().ended()), (6, None));
    Way::Panics.end(task);
    assert!(Way::Panics.is_told_by(&reason(&mut monitor)));
}

#[test]
fn the_future_goes_before_anybody_is_told() {
    struct Last(Rc<RefCell<Vec<Option<ExitReason>>>>, wink_runtime::Handle);
    impl Drop for Last {
        fn drop(&mut self) {
            self.0.borrow_mut().push(self.1.ended());
        }
    }
    for way in ["ready", "failed", "stopped", "dropped"] {
        let task = Task::new("task");
        let seen = Rc::new(RefCell::new(Vec::new()));
        let last = Last(seen.clone(), task.handle());
        let handle = task.handle();
        let mut managed = Box::pin(task.manage(async move {
            let _last = last;
            match way {
                "ready" => Ok(()),
                "failed" => Err("no beans"),
                _ => pending().await,
            }
        }));
        let _ = poll(&mut managed);
        if way == "stopped" {
            handle.stop();
            let _ = poll(&mut managed);
        }
        drop(managed);
        assert_eq!(*seen.borrow(), [None], "{way}");
        assert!(handle.ended().is_some(), "{way}");
    }
}

#[test]
fn a_panic_of_what_the_future_holds_is_a_panic() {
    struct Bomb;
    impl Drop for Bomb {
        fn drop(&mut self) {
            std::panic::resume_unwind(Box::new("in drop"));
        }
    }
    let (task, mut monitor) = monitored();
    let bomb = Bomb;
    // The bomb lives as long as the future itself, not only as long as it runs.
    let future = poll_fn(move |_| {
        let _held = &bomb;
        Poll::Ready(Ok::<_, String>(()))
    });
    let result = finish(task.manage(future));
    assert!(matches!(result, Err(Crash::Panicked(_))), "{result:?}");
    assert_eq!(reason(&mut monitor).to_string(), "panicked: in drop");
}

#[test]
fn watching_sees_what_is_first_and_spoils_nothing() {
    let mut task = Task::new("task");
    let other = Task::new("other");
    task.link(&other, LinkMode::Monitor).expect("both run");
    let ready_now = Cell::new(false);
    let mut future = pin!(poll_fn(|_| if ready_now.get() {
        Poll::Ready(5)
    } else {
        Poll::Pending
    }));
    assert!(poll(Box::pin(task.watch(&mut future))).is_pending());
    Way::Completes.end(other);
    ready_now.set(true);
    match finish(task.watch(&mut future)) {
        Ok(Watched::Noticed(Notice::Down(down))) => assert_eq!(*down.reason(), ExitReason::Normal),
        other => panic!("what it hears comes first: {other:?}"),
    }
    assert_eq!(finish(task.watch(&mut future)), Ok(Watched::Completed(5)));
    task.handle().stop();
    assert_eq!(
        finish(task.watch(ready(()))),
        Ok(Watched::Noticed(Notice::Stop))
    );
    let error = finish(task.watch(pin!(async { boom() }))).expect_err("it panics");
    assert!(
        matches!(
            error.kind(),
            ErrorKind::Panic {
                location: Some(_),
                ..
            }
        ),
        "{error:?}"
    );
    assert_eq!(task.handle().ended(), None);
}
