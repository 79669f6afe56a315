//! A step for a loop, which does not ask what the step did.
//!
//! Must not know of: loops.

use super::plain::{complete, redeliver};
use super::{Facts, UnderWay};
use crate::core::observer::Observer;
use crate::core::outcome::Outcome;
use crate::core::status::Phase;
use crate::core::steps::{Parts, Steps};

/// As the plain `dispatch`, of a machine that runs; whether it still does, and its step has left
/// nothing with the mail of its loop. An outcome that is
/// returned is written in small pieces and copied in big ones, for which the processor waits: more
/// than for all else of a small step.
#[inline(always)]
pub(crate) fn handle<M: Steps, O: Observer>(
    parts: &mut Parts<M>,
    message: M::Message,
    observer: &mut O,
) -> bool {
    debug_assert_eq!(parts.cx.phase, Phase::RUNNING, "the loop has looked");
    let mut outcome = Outcome::NOTHING;
    let open = UnderWay { parts: &mut *parts };
    M::deliver(open.parts, message, &mut outcome, observer);
    if M::DEFERS {
        complete(open.parts, &mut outcome, observer);
    } else if Facts::<M>::HAS_ALWAYS || open.parts.cx.phase != Phase::RUNNING {
        // Nobody will ask what the step did, a question's port neither: so the optimizer sees
        // that nothing of it has to be written down, and of a step that asked for nothing nothing
        // at all.
        let mut unasked = Outcome::NOTHING;
        complete(open.parts, &mut unasked, observer);
    } else {
        open.close();
        return true;
    }
    open.close();
    if M::DEFERS && outcome.changed() {
        redeliver(parts, &mut outcome, observer);
    }
    parts.cx.is_settled()
}

/// As [`handle`], for a question whose asker is there while it is asked: he is told what came of
/// it.
#[inline(always)]
pub(crate) fn answer<M: Steps, O: Observer>(
    parts: &mut Parts<M>,
    message: M::Message,
    observer: &mut O,
) -> bool {
    debug_assert_eq!(parts.cx.phase, Phase::RUNNING, "the loop has looked");
    let mut outcome = Outcome::NOTHING;
    let open = UnderWay { parts: &mut *parts };
    M::deliver(open.parts, message, &mut outcome, observer);
    if M::DEFERS || Facts::<M>::HAS_ALWAYS || open.parts.cx.phase != Phase::RUNNING {
        complete(open.parts, &mut outcome, observer);
    }
    if open.parts.cx.is_asked() {
        open.parts.cx.close(outcome.received());
    }
    open.close();
    if M::DEFERS && outcome.changed() {
        redeliver(parts, &mut outcome, observer);
    }
    parts.cx.is_settled()
}
