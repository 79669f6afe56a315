//! What is known of a machine's place while code is written that moves it: what is known already
//! is not written again.
//!
//! Must not know of: code.

use crate::model::StateId;

/// What is known of the machine's place: each part for itself.
#[derive(Clone, Copy, PartialEq)]
pub struct Known {
    /// The state that it rests in.
    pub rest: Option<StateId>,
    /// What hides that state.
    pub passing: Passing,
}

/// What a function sees that asks in the middle of a transition, instead of the resting state.
#[derive(Clone, Copy, PartialEq)]
pub enum Passing {
    /// The machine rests.
    Nothing,
    /// It is on its way, in this state.
    Through(StateId),
    /// Either.
    Unknown,
}

impl Known {
    /// Before the first entry.
    pub const START: Known = Known {
        rest: None,
        passing: Passing::Through(StateId::ROOT),
    };

    /// The machine rests in one of these.
    pub fn resting(origins: &[StateId]) -> Self {
        let rest = match origins {
            [only] => Some(*only),
            _ => None,
        };
        let passing = Passing::Nothing;
        Known { rest, passing }
    }

    /// What holds wherever a `match` with these ends has gone.
    pub fn whichever(ends: &[Known]) -> Self {
        let one = |one: Known, other: &Known| Known {
            rest: one.rest.filter(|_| one.rest == other.rest),
            passing: if one.passing == other.passing {
                one.passing
            } else {
                Passing::Unknown
            },
        };
        let unknown = Known {
            rest: None,
            passing: Passing::Unknown,
        };
        let first = ends.first().copied().unwrap_or(unknown);
        ends.iter().fold(first, one)
    }
}
