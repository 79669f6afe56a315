//! A plain step without effects does not allocate. The only test of its program, because the
//! allocator counts for all threads.

#[path = "it/machines/chart.rs"]
#[allow(unused, reason = "shared with the other tests")]
mod chart;
#[path = "it/machines/turnstile.rs"]
#[allow(unused, reason = "shared with the other tests")]
mod turnstile;

use stats_alloc::{INSTRUMENTED_SYSTEM, Region, StatsAlloc};
use std::alloc::System;
use turnstile::{Message, Turnstile};
use wink_runtime::{Effect, Start, Time};

#[global_allocator]
static ALLOCATOR: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

/// How many allocations, larger ones and frees included, `work` makes.
fn allocations(work: impl FnOnce()) -> usize {
    let region = Region::new(ALLOCATOR);
    work();
    let change = region.change();
    change.allocations + change.reallocations + change.deallocations
}

#[test]
fn a_plain_step_does_not_allocate() {
    assert_ne!(
        allocations(|| drop(std::hint::black_box(Box::new(1)))),
        0,
        "it does count"
    );

    let mut gate = Turnstile::default().start();
    let quiet = allocations(|| {
        for _ in 0..10 {
            let _ = gate.dispatch(Message::Coin { value: 1 });
        }
    });
    assert_eq!(quiet, 0, "a machine that has never asked for anything");

    // The first time-out and the first line make room, which is then used again.
    let mut round = || {
        let _ = gate.dispatch(Message::Coin { value: 5 });
        let _ = gate.dispatch(Message::Coin { value: 11 });
        let _ = gate.dispatch(Message::Push);
        let _ = gate.dispatch(Message::Push);
        let _ = gate.advance(Time::ZERO);
        assert!(matches!(gate.poll_effect(), Some(Effect::Log(_))));
    };
    round();
    assert_eq!(
        allocations(round),
        0,
        "time-outs and lines of a machine that has had some"
    );
}
