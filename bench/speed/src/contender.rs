//! What all contenders look like to the clock.
//!
//! Must not know of: how time is taken, which contenders there are.

use crate::workload::Workload;

/// Whose machine it is, and so what is asked of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Written by hand: the best of these is what the others are compared with.
    Hand,
    /// Ours, without an async function.
    Wink,
    /// Ours, with async functions of which none waits.
    WinkAsync,
    /// Another crate's.
    Peer,
}

/// A machine that is started, fed and read.
pub trait Contender: Sized {
    /// What it competes in.
    type Workload: Workload;
    /// The events in its own type; made before the clock starts.
    type Event: Clone;
    /// The name in the table.
    const NAME: &'static str;
    /// Whose it is.
    const KIND: Kind;

    /// A machine that has entered its initial state.
    fn start() -> Self;
    /// Its own event for one of the workload's.
    fn event(event: <Self::Workload as Workload>::Event) -> Self::Event;
    /// Handles one event.
    fn step(&mut self, event: Self::Event);
    /// What its functions noted.
    fn checksum(&self) -> u64;
}

/// Polls a future that does not wait.
///
/// # Panics
/// If it does.
#[inline(always)]
pub fn ready<F: Future>(future: F) -> F::Output {
    let mut context = std::task::Context::from_waker(std::task::Waker::noop());
    match std::pin::pin!(future).poll(&mut context) {
        std::task::Poll::Ready(output) => output,
        std::task::Poll::Pending => panic!("a machine of which no function waits has waited"),
    }
}
