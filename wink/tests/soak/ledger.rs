//! What became of each message.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use wink::{Handle, Identity, MachineId, SystemEvent};

/// How far a message is, and where it ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// It is on its way; dropped now, nobody has seen it.
    Sent,
    /// A step is about it; dropped now, the step has failed.
    Begun,
    Handled,
    /// Its sender has it back.
    Refused,
    /// It was sent by a step that fails after that: it must not arrive.
    Doomed,
    /// As `Sent`, of a question: its sender does not get it back.
    Asked,
    /// As `Sent`, of a message whose step waits: it may be killed before it has done anything.
    Slow,
}

/// Comes with each message, and says what became of it when it is dropped.
pub struct Token {
    pub number: u64,
    fate: Fate,
    ledger: Arc<Ledger>,
}

impl Token {
    pub fn begin(&mut self) {
        assert_ne!(
            self.fate,
            Fate::Doomed,
            "token {} of a failed step",
            self.number
        );
        self.fate = Fate::Begun;
    }

    pub fn handled(mut self) -> u64 {
        self.begin();
        self.fate = Fate::Handled;
        self.number
    }

    pub fn asked(mut self) -> Self {
        self.fate = Fate::Asked;
        self
    }

    pub fn slow(mut self) -> Self {
        self.fate = Fate::Slow;
        self
    }

    pub fn refused(mut self) {
        self.fate = Fate::Refused;
    }
}

impl Drop for Token {
    fn drop(&mut self) {
        self.ledger.count(self.fate).fetch_add(1, Ordering::SeqCst);
    }
}

#[derive(Default)]
pub struct Ledger {
    next: AtomicU64,
    sent: AtomicU64,
    /// By fate.
    counts: [AtomicU64; 7],
    answered: AtomicU64,
    unanswered: AtomicU64,
    /// As the system tells it.
    unread: AtomicU64,
    undelivered: AtomicU64,
    story: Mutex<Story>,
}

/// Who lives, and who has ended how.
#[derive(Default)]
pub struct Story {
    /// Where workers can be asked whether they have ended.
    handles: BTreeMap<MachineId, Handle>,
    children: BTreeMap<MachineId, Vec<Identity>>,
    /// Exit actions that ran: of which supervisor, at which place.
    pub exits: Vec<(u32, u32)>,
    pub wrong: Vec<String>,
    /// Everything that was told, in short.
    pub told: Vec<u64>,
}

impl Story {
    /// The round is over. Each of them leads to the system, which tells this story.
    pub fn forget_handles(&mut self) {
        self.handles.clear();
    }
}

impl Ledger {
    pub fn token(self: &Arc<Self>) -> Token {
        self.sent.fetch_add(1, Ordering::SeqCst);
        self.mint(Fate::Sent)
    }

    /// For a message of a step that will fail.
    pub fn doomed(self: &Arc<Self>) -> Token {
        self.mint(Fate::Doomed)
    }

    fn mint(self: &Arc<Self>, fate: Fate) -> Token {
        Token {
            number: self.next.fetch_add(1, Ordering::SeqCst),
            fate,
            ledger: self.clone(),
        }
    }

    fn count(&self, fate: Fate) -> &AtomicU64 {
        &self.counts[fate as usize]
    }

    /// A question was answered, or its asker was told why not.
    pub fn answered(&self, is: bool) {
        let count = if is { &self.answered } else { &self.unanswered };
        count.fetch_add(1, Ordering::SeqCst);
    }

    pub fn story(&self) -> MutexGuard<'_, Story> {
        self.story.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub fn born(&self, handle: Handle) {
        self.story().handles.insert(handle.identity().id(), handle);
    }

    /// What the system tells.
    pub fn hear(&self, event: &SystemEvent) {
        let mut story = self.story();
        match event {
            SystemEvent::Started { machine, spawner } => {
                story.told.push(machine.id().get());
                if let Some(spawner) = spawner {
                    story
                        .children
                        .entry(spawner.id())
                        .or_default()
                        .push(*machine);
                }
            }
            SystemEvent::Exited {
                machine, unread, ..
            } => {
                story.told.push(machine.id().get() << 32 | *unread as u64);
                if machine.name() == super::worker::NAME {
                    self.unread.fetch_add(*unread as u64, Ordering::SeqCst);
                }
                story.bury(*machine);
            }
            SystemEvent::Undelivered { to, .. } if to.name() == super::worker::NAME => {
                self.undelivered.fetch_add(1, Ordering::SeqCst);
            }
            _ => {}
        }
    }

    /// Everything adds up, once nothing is under way.
    pub fn check(&self, seed: u64) {
        let count = |fate| self.count(fate).load(Ordering::SeqCst);
        let sent = self.sent.load(Ordering::SeqCst);
        let (handled, failed) = (count(Fate::Handled), count(Fate::Begun));
        let (refused, unseen) = (count(Fate::Refused), count(Fate::Sent));
        let (asked, slow) = (count(Fate::Asked), count(Fate::Slow));
        let unanswered = self.unanswered.load(Ordering::SeqCst);
        let unread = self.unread.load(Ordering::SeqCst);
        let undelivered = self.undelivered.load(Ordering::SeqCst);
        let sums = format!(
            "seed {seed}: sent {sent}, handled {handled}, failed with {failed}, refused {refused}, \
             not seen {unseen}, nor {slow} slow ones, nor {asked} questions of {unanswered} that were not answered; told: \
             unread {unread}, undelivered {undelivered}"
        );
        assert_eq!(
            sent,
            handled + failed + refused + unseen + asked + slow,
            "{sums}"
        );
        // A question may also have found its machine ended: then it was never accepted. The
        // step of a slow one may have been killed.
        let told = unread + undelivered;
        assert!((unseen..=unseen + asked + slow).contains(&told), "{sums}");
        assert!(asked <= unanswered, "{sums}");
        let story = self.story();
        assert!(story.wrong.is_empty(), "seed {seed}: {:#?}", story.wrong);
    }

    /// Changes with everything that happens.
    pub fn mark(&self) -> (u64, u64, usize) {
        let sum = |counts: &[AtomicU64]| {
            let counts = counts.iter().map(|count| count.load(Ordering::SeqCst));
            counts.sum()
        };
        let next = self.next.load(Ordering::SeqCst);
        (next, sum(&self.counts), self.story().told.len())
    }

    /// What a round was like.
    pub fn traces(&self) -> Vec<u64> {
        let counts = self.counts.iter().map(|count| count.load(Ordering::SeqCst));
        let told = std::mem::take(&mut self.story().told);
        counts.chain(told).collect()
    }
}

impl Story {
    /// A machine has ended for good: its children have, before it.
    fn bury(&mut self, machine: Identity) {
        for child in self.children.remove(&machine.id()).unwrap_or_default() {
            if let Some(handle) = self.handles.get(&child.id())
                && handle.ended().is_none()
            {
                self.wrong.push(format!("{child} outlives {machine}"));
            }
        }
    }
}
