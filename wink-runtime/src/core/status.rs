//! Whether a machine runs, in one byte that a step writes twice.
//!
//! Must not know of: anything else.

/// Whether a machine runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Status {
    /// It has not been started.
    Fresh,
    /// It waits for messages.
    Running,
    /// It has ended in peace: it reached a final state, said so, or was stopped.
    Exited,
    /// It has ended with an error, or a step of it panicked.
    Errored,
}

/// The status and what the step under way has asked for.
///
/// In a step that asks for nothing this is a constant that the optimizer sees through, so that
/// what follows a step costs a plain machine nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Phase(u8);

impl Phase {
    pub(crate) const RUNNING: Phase = Phase(0);
    /// A step that was begun and has not completed. Seen between steps: it never will.
    pub(crate) const STEPPING: Phase = Phase(1);
    pub(crate) const FRESH: Phase = Phase(0x20);
    pub(crate) const EXITED: Phase = Phase(0x40);
    pub(crate) const ERRORED: Phase = Phase(0x80);

    /// The step used something that has to be looked after when it is over.
    const DIRTY: u8 = 2;
    const FINISHING: u8 = 4;
    const FAILING: u8 = 8;

    /// The step was left before it completed.
    pub(crate) fn leave(&mut self) {
        self.0 |= Phase::STEPPING.0;
    }

    /// The step has left something with the mail of its loop, to be looked after when it is over.
    #[inline]
    pub(crate) fn owe(&mut self) {
        // As one that is written down as being under way: so it is not taken for one of those after
        // which there is nothing to look at.
        self.0 |= Phase::STEPPING.0;
    }

    /// Inside a step: it has not asked for anything that has to be looked after.
    #[inline]
    pub(crate) const fn is_plain(self) -> bool {
        self.0 & !Phase::STEPPING.0 == 0
    }

    /// Between steps again, after one that was plain. Nothing is written where that is known
    /// already, as in most steps.
    #[inline]
    pub(crate) fn rest(&mut self) {
        if *self != Phase::RUNNING {
            *self = Phase::RUNNING;
        }
    }

    #[inline]
    pub(crate) fn mark_dirty(&mut self) {
        self.0 |= Phase::DIRTY;
    }

    /// Whether the step has left something to be looked after.
    #[inline(always)]
    pub(crate) const fn is_dirty(self) -> bool {
        self.0 & Phase::DIRTY != 0
    }

    pub(crate) fn finish(&mut self) {
        self.0 |= Phase::FINISHING;
    }

    pub(crate) fn fail(&mut self) {
        self.0 |= Phase::FAILING;
    }

    /// The step has been told to end the machine.
    #[inline]
    pub(crate) const fn is_ending(self) -> bool {
        self.0 & (Phase::FINISHING | Phase::FAILING) != 0
    }

    /// Between steps: the last one never completed.
    pub(crate) const fn is_broken(self) -> bool {
        !matches!(
            self,
            Phase::RUNNING | Phase::FRESH | Phase::EXITED | Phase::ERRORED
        )
    }

    pub(crate) const fn is_failing(self) -> bool {
        self.0 & Phase::FAILING != 0
    }

    /// As seen between steps. A step that is still under way then was left by a panic, or its
    /// future was dropped.
    pub(crate) const fn status(self) -> Status {
        match self {
            Phase::RUNNING => Status::Running,
            Phase::FRESH => Status::Fresh,
            Phase::EXITED => Status::Exited,
            _ => Status::Errored,
        }
    }
}
