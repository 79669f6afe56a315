//! Links: what each mode promises, how an end counts, what a notice does to a managed future.
//!
//! Must not know: mailboxes, futures, locks, executors, clocks. Everything here is a decision
//! about plain data; who carries it out lives in [`crate::link`].

pub(crate) mod ties;
pub(crate) mod watchers;

use std::fmt;

use super::exit::{Down, Error, ExitReason, Identity};

/// Who hears of whose end when `first` is linked with `second`.
///
/// | mode | `second` ends | `first` ends |
/// | --- | --- | --- |
/// | `Monitor` | `first` hears of it | nothing |
/// | `Notify` | nothing | `second` hears of it |
/// | `Peer` | `first` hears of it | `second` hears of it |
///
/// However an end comes about ([`Ending`]), those who hear of it hear why.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum LinkMode {
    /// The first hears of the second.
    Monitor,
    /// The second hears of the first.
    Notify,
    /// Each hears of the other, and fails with it unless it receives the notice.
    Peer,
}

impl LinkMode {
    /// All three.
    pub const ALL: [Self; 3] = [Self::Monitor, Self::Notify, Self::Peer];

    /// Whether the first hears of the second's end.
    pub const fn first_hears(self) -> bool {
        matches!(self, Self::Monitor | Self::Peer)
    }

    /// Whether the second hears of the first's end.
    pub const fn second_hears(self) -> bool {
        matches!(self, Self::Notify | Self::Peer)
    }
}

/// How an end counts for those who are linked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Ending {
    /// In good order: it was done, or was asked to stop and did.
    Completed,
    /// It failed, with an error, a panic or a linked one's failure; or it had to be killed.
    Faulted,
    /// It was thrown away before it was done.
    Dropped,
}

impl ExitReason {
    /// How this end counts for those who are linked.
    pub const fn ending(&self) -> Ending {
        match self {
            ExitReason::Normal | ExitReason::Stopped => Ending::Completed,
            ExitReason::Errored(_) | ExitReason::Killed => Ending::Faulted,
            ExitReason::Dropped => Ending::Dropped,
        }
    }
}

/// Why two were not linked. Nothing has changed for either of them.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum LinkError {
    /// The two are one and the same.
    Oneself(Identity),
    /// One of them has ended.
    Ended {
        /// Which one.
        machine: Identity,
        /// Why it ended.
        reason: ExitReason,
    },
}

impl fmt::Display for LinkError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            LinkError::Oneself(machine) => write!(
                formatter,
                "{machine} cannot be linked with itself: it would hear of its own end when it \
                 is over; link it with another one"
            ),
            LinkError::Ended { machine, reason } => {
                write!(formatter, "not linked: {machine} has ended: {reason:#}")
            }
        }
    }
}

impl std::error::Error for LinkError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            LinkError::Ended { reason, .. } => reason.error().map(|error| error as _),
            LinkError::Oneself(_) => None,
        }
    }
}

/// What becomes of a managed future that hears of an end: nothing, when that was in good order;
/// else it fails too, with the whole chain of causes.
pub fn cascade(down: &Down) -> Option<Error> {
    match down.reason().ending() {
        Ending::Completed => None,
        Ending::Faulted | Ending::Dropped => {
            Some(Error::linked(down.machine(), down.reason().clone()))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::exit::{ErrorKind, MachineId};

    const WHO: Identity = Identity::new(MachineId::new(7), "family/Child");

    #[test]
    fn who_hears_in_which_mode() {
        let hearing = LinkMode::ALL.map(|mode| (mode.first_hears(), mode.second_hears()));
        assert_eq!(hearing, [(true, false), (false, true), (true, true)]);
    }

    #[test]
    fn how_ends_count_and_what_they_do_to_a_managed_future() {
        let error = Error::raised("no beans");
        let table = [
            (ExitReason::Normal, Ending::Completed),
            (ExitReason::Stopped, Ending::Completed),
            (ExitReason::Errored(error), Ending::Faulted),
            (ExitReason::Killed, Ending::Faulted),
            (ExitReason::Dropped, Ending::Dropped),
        ];
        for (reason, ending) in table {
            assert_eq!(reason.ending(), ending, "{reason:?}");
            let failure = cascade(&Down::new(WHO, reason.clone(), false));
            assert_eq!(failure.is_some(), ending != Ending::Completed, "{reason:?}");
            if let Some(failure) = failure {
                let kind = ErrorKind::Linked {
                    machine: WHO,
                    reason: reason.clone(),
                };
                assert_eq!(failure.kind(), &kind);
                assert_eq!(failure.cause(), reason.error());
            }
        }
    }

    #[test]
    fn a_cascade_of_cascades_keeps_every_hop() {
        let first = Error::panic("boom", Some("src/main.rs:3:5".into()));
        let second = cascade(&Down::new(WHO, first.into(), true)).expect("it failed");
        let third = cascade(&Down::new(WHO, second.into(), true)).expect("it failed");
        assert_eq!(
            format!("{third:#}"),
            "linked family/Child#7 failed: linked family/Child#7 failed: \
             panicked at src/main.rs:3:5: boom"
        );
    }

    #[test]
    fn errors_say_what_to_do() {
        assert_eq!(
            LinkError::Oneself(WHO).to_string(),
            "family/Child#7 cannot be linked with itself: it would hear of its own end when it \
             is over; link it with another one"
        );
        let ended = LinkError::Ended {
            machine: WHO,
            reason: Error::raised("no beans").into(),
        };
        assert_eq!(
            ended.to_string(),
            "not linked: family/Child#7 has ended: no beans"
        );
    }
}
