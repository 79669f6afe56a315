//! Random trees of supervisors under random mail, panics, kills and stops; and what must hold
//! whatever happens: no message is lost or handled twice, no child outlives its parent, children
//! stop in reverse order.
//!
//! Each round has a seed, which decides the tree and everything that is done to it; a round that
//! goes wrong says its seed, and `WINK_SOAK_SEED=…` repeats it. `WINK_SOAK_SECONDS=60` goes on for
//! that long instead of for some rounds.
#![cfg(feature = "tokio")]
#![allow(missing_docs, reason = "nobody reads the documentation of a test")]

mod ledger;
mod round;
mod tree;
mod worker;

use std::time::Duration;

use ledger::Fate;
use round::{Dice, Kind, round};
use wink::System;

/// How many rounds of each kind there are when nothing else is said.
const ROUNDS: u64 = 25;

/// The seeds of the rounds, as long as there are to be more.
#[allow(
    clippy::disallowed_methods,
    reason = "a soak lasts as long as it is told to; what it does is its seed's"
)]
fn seeds(first: u64) -> impl Iterator<Item = u64> {
    let number = |name: &str| std::env::var(name).ok().and_then(|text| text.parse().ok());
    if let Some(seed) = number("WINK_SOAK_SEED") {
        return Box::new(std::iter::once(seed)) as Box<dyn Iterator<Item = u64>>;
    }
    let Some(seconds) = number("WINK_SOAK_SECONDS") else {
        return Box::new(first..first + ROUNDS);
    };
    let begun = std::time::Instant::now();
    // Two kinds of rounds share the time.
    let time = Duration::from_secs(seconds) / 2;
    Box::new((first..).take_while(move |_| begun.elapsed() < time))
}

/// On one thread and a driven clock: what happens is the seed's alone.
fn driven(seed: u64) -> Vec<u64> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .start_paused(true)
        .build();
    let runtime = runtime.expect("a runtime");
    let (traces, ledger) = runtime.block_on(round(seed, System::builder(), Kind::Driven));
    drop(runtime);
    assert_eq!(ledger.strong_count(), 0, "seed {seed}: it is all gone");
    traces
}

/// What is left of a system so long after its end stays.
const LEAK: Duration = Duration::from_secs(30);

/// On three loops in threads: what is done is the seed's, what comes of it is also the threads'.
#[allow(
    clippy::disallowed_methods,
    reason = "what leaks is told from what is not over yet by time alone"
)]
fn threaded(seed: u64) -> Vec<u64> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .build();
    let system = System::builder().loops(3);
    let runtime = runtime.expect("a runtime");
    let (traces, ledger) = runtime.block_on(round(seed, system, Kind::Threaded));
    drop(runtime);
    // The loops' threads end soon, and nobody is told when.
    let begun = std::time::Instant::now();
    while ledger.strong_count() > 0 {
        assert!(begun.elapsed() < LEAK, "seed {seed}: something is left");
        std::thread::yield_now();
    }
    traces
}

fn soak(first: u64, round: fn(u64) -> Vec<u64>) {
    let (mut rounds, mut handled) = (0, 0);
    for seed in seeds(first) {
        handled += round(seed)[Fate::Handled as usize];
        rounds += 1;
    }
    // Shown with `--nocapture`.
    println!("{rounds} rounds, {handled} messages handled");
    assert!(handled > 0);
}

fn quietly() {
    static ONCE: std::sync::Once = std::sync::Once::new();
    ONCE.call_once(|| {
        let usual = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |info| {
            let text = info.payload_as_str().unwrap_or_default();
            if text != worker::ON_PURPOSE {
                usual(info);
            }
        }));
    });
}

#[test]
fn nothing_is_lost_on_a_driven_clock() {
    quietly();
    soak(1, driven);
}

#[test]
fn nothing_is_lost_on_threads() {
    quietly();
    soak(1_000_000, threaded);
}

#[test]
fn a_seed_repeats_its_round() {
    quietly();
    for seed in 1..4 {
        assert_eq!(driven(seed), driven(seed), "seed {seed}");
    }
    assert_ne!(driven(1), driven(2));
    assert_ne!(Dice::new(1).below(1 << 40), Dice::new(2).below(1 << 40));
}
