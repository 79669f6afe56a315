//! How long a loop's thread looks for more before it sleeps: to be woken costs it and whoever
//! wakes it some microseconds.

use std::hint;
use std::time::{Duration, Instant};

use super::stopwatch::read_clock;
use crate::core::event_loop::home::Home;

/// How many times the bell is looked at before other tasks of the thread get their turn.
const LOOKS: u32 = 64;

/// How many more times, when it has rung: what is brought in the meantime is handled with it, and
/// who waits for an answer may run the loop himself.
const SLICE: u32 = 16;

/// So many more letters in one slice are a stream: to look at it letter by letter would hold up
/// who brings them, since what two processors write in turn they have to hand to each other.
const STREAM: usize = 8;

/// How many slices a stream is waited for.
const SLICES: u32 = 64;

/// So many letters are enough.
const ENOUGH: usize = 4_096;

/// What a thread does next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Next {
    /// It runs the loop.
    Run,
    /// It goes on watching, when other tasks have had their turn.
    Watch,
    /// It sleeps.
    Sleep,
}

/// A thread that may watch its loop's bell.
pub(super) struct Vigil {
    /// For how long nothing may come.
    most: Duration,
    /// It was worth it the last time: something came soon.
    pays: bool,
    state: State,
}

enum State {
    /// The loop runs.
    Runs,
    /// It watches; nothing has come since then.
    Watches(Instant),
    /// It sleeps, since then.
    Sleeps(Instant),
}

impl Vigil {
    pub(super) fn new(most: Duration) -> Self {
        Self {
            most,
            pays: false,
            state: State::Runs,
        }
    }

    /// Whether to watch before sleeping.
    pub(super) fn pays(&self) -> bool {
        self.pays
    }

    /// Nothing is left to do.
    pub(super) fn begin(&mut self) {
        let now = read_clock();
        self.state = match self.pays {
            true => State::Watches(now),
            false => State::Sleeps(now),
        };
    }

    /// The thread runs the loop.
    pub(super) fn end(&mut self) {
        self.state = State::Runs;
    }

    /// The thread's task is polled again.
    pub(super) fn resume(&mut self, home: &Home) -> Next {
        match self.state {
            State::Runs => Next::Run,
            State::Sleeps(since) => {
                self.pays = read_clock() - since < self.most;
                Next::Run
            }
            State::Watches(_) if look(home) => Next::Run,
            State::Watches(since) => {
                let now = read_clock();
                if home.bell.was_needed() {
                    self.state = State::Watches(now);
                    return Next::Watch;
                }
                if now - since < self.most {
                    return Next::Watch;
                }
                self.pays = false;
                self.state = State::Sleeps(now);
                match home.bell.unwatch() {
                    true => Next::Run,
                    false => Next::Sleep,
                }
            }
        }
    }

    /// Whether others rely on this thread's looking.
    pub(super) fn is_on(&self) -> bool {
        matches!(self.state, State::Watches(_))
    }
}

/// Looks for a while; whether there is something to do and nobody to do it.
fn look(home: &Home) -> bool {
    for _ in 0..LOOKS {
        if home.bell.is_wanted() && gather(home) {
            return true;
        }
        hint::spin_loop();
    }
    false
}

/// Waits a little for more to come, longer while much does; whether there is still nobody to deal
/// with it.
fn gather(home: &Home) -> bool {
    let mut before = 0;
    for _ in 0..SLICES {
        for _ in 0..SLICE {
            hint::spin_loop();
        }
        if !home.bell.is_wanted() {
            return false;
        }
        let backlog = home.backlog();
        if backlog < before + STREAM || backlog >= ENOUGH {
            break;
        }
        before = backlog;
    }
    true
}
