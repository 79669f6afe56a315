//! The least that a queue between two threads can be, by hand and from the standard library: a
//! vector behind a short lock, which the reader exchanges for an empty one. What mail costs beyond
//! that is spent on what else it does. No bound, no addresses, no end, no order of anything else.

use std::mem;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::Notify;

use super::{Turn, block_on_task, pause};
use crate::sample::{Sample, Stopwatch};
use crate::workload::{BURST, Row};

/// How often the reader looks at nothing before it looks for letters again: each look takes the
/// queue's lines out of the writer's cache. Of 0 to 4,096 the one with which a letter costs least.
const PATIENCE: u32 = 128;

/// Letter by letter, as from outside.
pub fn turn(row: Row) -> Option<Turn> {
    Some(match row {
        Row::Send => |threads, count| block_on_task(threads, send(count, 1)),
        _ => return None,
    })
}

/// What a step has sent all at once, as between machines.
pub fn turn_in_batches(row: Row) -> Option<Turn> {
    Some(match row {
        Row::Send => |threads, count| block_on_task(threads, send(count, BURST)),
        _ => return None,
    })
}

/// As large as a message of the others, which know two of them.
#[derive(Clone, Copy)]
enum Letter {
    End,
    Add(u64),
}

#[derive(Default)]
struct Queue {
    letters: Mutex<Vec<Letter>>,
    comes: Notify,
}

impl Queue {
    /// Adds a letter.
    fn push(&self, letter: Letter) {
        let mut letters = self.letters.lock().unwrap_or_else(PoisonError::into_inner);
        letters.push(letter);
        let is_first = letters.len() == 1;
        drop(letters);
        if is_first {
            self.comes.notify_one();
        }
    }

    /// Adds all of these.
    fn append(&self, own: &mut Vec<Letter>) {
        let mut letters = self.letters.lock().unwrap_or_else(PoisonError::into_inner);
        let is_first = letters.is_empty();
        match is_first {
            true => mem::swap(&mut *letters, own),
            false => letters.append(own),
        }
        drop(letters);
        if is_first {
            self.comes.notify_one();
        }
    }

    fn exchange(&self, own: &mut Vec<Letter>) {
        let mut letters = self.letters.lock().unwrap_or_else(PoisonError::into_inner);
        mem::swap(&mut *letters, own);
    }

    /// Takes all letters, in exchange for an empty vector; waits for some.
    async fn take(&self, own: &mut Vec<Letter>) {
        loop {
            for _ in 0..PATIENCE {
                std::hint::spin_loop();
            }
            self.exchange(own);
            if !own.is_empty() {
                return;
            }
            self.comes.notified().await;
        }
    }
}

async fn send(count: u64, batch: u64) -> Sample {
    pass(count / 10, batch).await;
    let watch = Stopwatch::start();
    let sum = pass(count, batch).await;
    watch.stop(count, sum)
}

#[expect(clippy::disallowed_methods, reason = "tasks are what is measured here")]
async fn pass(count: u64, batch: u64) -> u64 {
    let queue = Arc::new(Queue::default());
    let reader = queue.clone();
    let consumer = tokio::spawn(async move {
        let (mut sum, mut taken) = (0, Vec::new());
        loop {
            reader.take(&mut taken).await;
            for letter in taken.drain(..) {
                match letter {
                    Letter::Add(value) => sum += value,
                    Letter::End => return sum,
                }
            }
        }
    });
    tokio::spawn(async move {
        let mut own = Vec::new();
        for value in 1..=count {
            match batch {
                1 => queue.push(Letter::Add(value)),
                _ => own.push(Letter::Add(value)),
            }
            if value % BURST == 0 {
                queue.append(&mut own);
                pause().await;
            }
        }
        own.push(Letter::End);
        queue.append(&mut own);
    });
    consumer.await.expect("the consumer does not panic")
}
