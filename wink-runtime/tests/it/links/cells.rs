//! Who hears what: three modes, either end, every way to end.

use super::{Way, heard};
use wink_runtime::{ExitReason, Handle, LinkError, LinkMode, Notice, Task};

fn pair() -> (Task, Task) {
    (Task::new("a"), Task::new("b"))
}

/// (mode, the first hears of the second, the second hears of the first)
const TABLE: [(LinkMode, bool, bool); 3] = [
    (LinkMode::Monitor, true, false),
    (LinkMode::Notify, false, true),
    (LinkMode::Peer, true, true),
];

/// Ends one of two and checks what the other one hears.
fn check(ending: Task, mut other: Task, way: Way, hears: bool, linked: bool) {
    let who = ending.identity();
    way.end(ending);
    let downs = heard(&mut other);
    assert_eq!(downs.len(), usize::from(hears), "{downs:?}");
    for down in downs {
        assert_eq!(down.machine(), who);
        assert_eq!(down.is_linked(), linked);
        assert!(way.is_told_by(down.reason()), "{:?}", down.reason());
    }
}

#[test]
fn all_cells_of_the_table() {
    for (mode, first_hears, second_hears) in TABLE {
        for way in Way::ALL {
            println!("{mode:?}, {way:?}");
            let linked = mode == LinkMode::Peer;
            let (a, b) = pair();
            a.link(&b, mode).expect("both run");
            check(b, a, way, first_hears, linked);
            let (a, b) = pair();
            a.link(&b, mode).expect("both run");
            check(a, b, way, second_hears, linked);
        }
    }
}

#[test]
fn links_add_up_and_are_told_once() {
    let (mut a, b) = pair();
    for mode in [LinkMode::Monitor, LinkMode::Peer, LinkMode::Monitor] {
        a.link(&b, mode).expect("both run");
    }
    b.link(&a, LinkMode::Notify).expect("both run");
    assert_eq!((a.handle().watchers(), b.handle().watchers()), (1, 1));
    drop(b);
    let downs = heard(&mut a);
    assert_eq!(downs.len(), 1);
    assert!(downs[0].is_linked());
}

#[test]
fn unlinking_takes_back_the_directions_of_its_mode() {
    for linked in LinkMode::ALL {
        for unlinked in LinkMode::ALL {
            let link = || {
                let (a, b) = pair();
                a.link(&b, linked).expect("both run");
                a.unlink(&b, unlinked);
                (a, b)
            };
            let (mut a, b) = link();
            drop(b);
            let hears = linked.first_hears() && !unlinked.first_hears();
            assert_eq!(
                heard(&mut a).len(),
                usize::from(hears),
                "{linked:?} - {unlinked:?}"
            );
            let (a, mut b) = link();
            drop(a);
            let hears = linked.second_hears() && !unlinked.second_hears();
            assert_eq!(
                heard(&mut b).len(),
                usize::from(hears),
                "{linked:?} - {unlinked:?}"
            );
        }
    }
}

#[test]
fn unlinking_takes_back_what_was_told_and_not_received() {
    let (mut a, b) = pair();
    let other = Task::new("c");
    a.link(&b, LinkMode::Monitor).expect("both run");
    a.link(&other, LinkMode::Monitor).expect("both run");
    let gone = b.handle();
    drop((b, other));
    a.unlink(&gone, LinkMode::Monitor);
    let downs = heard(&mut a);
    assert_eq!(downs.len(), 1);
    assert_eq!(downs[0].machine().name(), "c");
}

#[test]
fn a_link_with_oneself_is_refused() {
    let a = Task::new("a");
    for mode in LinkMode::ALL {
        let error = LinkError::Oneself(a.identity());
        assert_eq!(a.link(&a, mode), Err(error.clone()));
        assert_eq!(a.handle().link(&a.handle(), mode), Err(error));
    }
    a.unlink(&a, LinkMode::Peer);
    assert_eq!(a.handle().watchers(), 0);
}

#[test]
fn a_link_with_a_dead_one_says_so_at_once_in_every_mode() {
    for way in Way::ALL {
        for mode in LinkMode::ALL {
            let (mut a, b) = pair();
            let (dead, who) = (b.handle(), b.identity());
            way.end(b);
            let told = |result| match result {
                Err(LinkError::Ended { machine, reason }) => {
                    assert_eq!(machine, who);
                    assert!(way.is_told_by(&reason), "{reason:?}");
                }
                other => panic!("{mode:?} to a dead one: {other:?}"),
            };
            told(a.link(&dead, mode));
            told(dead.link(&a, mode));
            assert_eq!(heard(&mut a), [], "the error has told it");
            assert_eq!(a.handle().watchers(), 0, "nothing is half linked");
        }
    }
}

#[test]
fn a_chain_ends_with_every_cause() {
    let tasks = ["a", "b", "c", "d"].map(Task::new);
    for pair in tasks.windows(2) {
        pair[0].link(&pair[1], LinkMode::Peer).expect("both run");
    }
    let [a, b, c, d] = tasks;
    let names = [c.identity(), b.identity(), a.identity()];
    Way::Faults.end(a);
    let mut last = None;
    for mut task in [b, c, d] {
        let notice = task.try_receive().expect("its neighbour has failed");
        let Notice::Down(down) = notice else {
            panic!("{notice:?}")
        };
        let error = wink_runtime::core::link::cascade(&down).expect("a failure");
        task.finish(error.clone().into());
        last = Some(error);
    }
    let [c, b, a] = names;
    assert_eq!(
        format!("{:#}", last.expect("three hops")),
        format!("linked {c} failed: linked {b} failed: linked {a} failed: no beans")
    );
}

#[test]
fn numbers_are_never_given_again() {
    let mut seen = std::collections::BTreeSet::new();
    for _ in 0..1_000 {
        let task = Task::new("short");
        assert!(
            seen.insert(task.identity().id()),
            "{} again",
            task.identity()
        );
    }
}

#[test]
fn a_task_that_a_panic_drops_has_failed_not_only_gone() {
    let (mut a, b) = pair();
    a.link(&b, LinkMode::Monitor).expect("both run");
    let owner = move || {
        let _owned = b;
        std::panic::resume_unwind(Box::new("boom"));
    };
    assert!(std::panic::catch_unwind(std::panic::AssertUnwindSafe(owner)).is_err());
    let downs = heard(&mut a);
    assert_eq!(
        downs[0].reason().to_string(),
        "panicked: the owner of this task panicked"
    );
}

#[test]
fn what_ended_is_known_to_its_handles() {
    let task = Task::new("a");
    let handle: Handle = task.handle();
    assert_eq!(handle.ended(), None);
    let mut closed = handle.closed();
    assert!(super::poll(&mut closed).is_pending());
    task.finish(ExitReason::Normal);
    assert_eq!(super::finish(closed), ExitReason::Normal);
    assert_eq!(handle.ended(), Some(ExitReason::Normal));
}
