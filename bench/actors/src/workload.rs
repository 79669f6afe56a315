//! What every contender has to do, and how it is known that it has done it.
//!
//! Must not know of: contenders.

use std::fmt;

/// How many messages a producer sends before it lets its consumer run, where both share a thread
/// and nothing else makes it wait.
pub const BURST: u64 = 1_000;
/// How many messages a bounded mailbox holds.
pub const BOUND: usize = 1_024;
/// How many producers send to one consumer in the row of many.
pub const PRODUCERS: u64 = 8;
/// How many questions are under way at once in the row of many.
pub const ASKERS: u64 = 64;
/// How many members the ring has.
pub const RING: u64 = 1_000;

/// One line of the tables.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Row {
    /// One producer, one consumer, the mailbox as large as the contender lets it be.
    Send,
    /// One producer, one consumer, room for [`BOUND`] messages.
    SendBounded,
    /// As the first, to a consumer that is supervised.
    SendSupervised,
    /// [`PRODUCERS`] producers, one consumer.
    SendMany,
    /// A token goes around a ring of [`RING`] members.
    Ring,
    /// One question under way: the next is asked when the answer is there.
    Ask,
    /// The same, where wink's machines ask by `cx.ask` instead of two messages.
    Question,
    /// [`ASKERS`] questions under way.
    AskMany,
    /// An actor is made and has handled its first message; then it stays, idle.
    Spawn,
    /// From the message that makes an actor panic to the next message handled by its successor.
    Restart,
}

impl Row {
    /// All rows, in the order of the tables.
    pub const ALL: [Row; 10] = [
        Row::Send,
        Row::SendBounded,
        Row::SendSupervised,
        Row::SendMany,
        Row::Ring,
        Row::Ask,
        Row::Question,
        Row::AskMany,
        Row::Spawn,
        Row::Restart,
    ];

    /// The name for the command line.
    pub fn id(self) -> &'static str {
        match self {
            Row::Send => "send",
            Row::SendBounded => "send-bounded",
            Row::SendSupervised => "send-supervised",
            Row::SendMany => "send-8",
            Row::Ring => "ring",
            Row::Ask => "ask",
            Row::Question => "question",
            Row::AskMany => "ask-64",
            Row::Spawn => "spawn",
            Row::Restart => "restart",
        }
    }

    /// The row of that name.
    pub fn named(id: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|row| row.id() == id)
    }

    /// What the checksum of `operations` has to be.
    pub fn expected(self, operations: u64) -> u64 {
        match self {
            Row::Send | Row::SendBounded | Row::SendSupervised | Row::Ring | Row::Spawn => {
                sum(operations)
            }
            Row::SendMany => PRODUCERS * sum(operations / PRODUCERS),
            Row::Ask | Row::Question => sum(operations) + operations,
            Row::AskMany => ASKERS * sum(operations / ASKERS) + operations,
            Row::Restart => operations,
        }
    }

    /// The nearest number of operations that the row can do: it divides them among its producers.
    pub fn round(self, operations: u64) -> u64 {
        let parts = match self {
            Row::SendMany => PRODUCERS,
            Row::AskMany => ASKERS,
            _ => 1,
        };
        operations.next_multiple_of(parts)
    }
}

impl fmt::Display for Row {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Row::Send => "send, 1 producer",
            Row::SendBounded => "send, 1 producer, bounded 1,024",
            Row::SendSupervised => "send, 1 producer, supervised",
            Row::SendMany => "send, 8 producers",
            Row::Ring => "token, ring of 1,000",
            Row::Ask => "ask, 1 in flight",
            Row::Question => "ask by `cx.ask`, 1 in flight",
            Row::AskMany => "ask, 64 in flight",
            Row::Spawn => "spawn and first message",
            Row::Restart => "panic to next message (median)",
        })
    }
}

/// 1 + 2 + … + `last`.
pub const fn sum(last: u64) -> u64 {
    last * (last + 1) / 2
}
