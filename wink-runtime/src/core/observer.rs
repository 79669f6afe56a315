//! Who is told what a step does.
//!
//! Must not know of: how a step is carried out, and of no form of output.

use std::boxed::Box;
use wink_chart::{MessageId, RowId, StateId};

/// Is told what a step does, in the order in which it happens. `()` is nobody.
///
/// All methods do nothing unless they are written.
pub trait Observer {
    /// A row was taken.
    #[inline]
    fn row(&mut self, row: RowId) {
        let _ = row;
    }

    /// A state was left.
    #[inline]
    fn exited(&mut self, state: StateId) {
        let _ = state;
    }

    /// A state was entered.
    #[inline]
    fn entered(&mut self, state: StateId) {
        let _ = state;
    }

    /// A message was dropped because this row says so.
    #[inline]
    fn ignored(&mut self, row: RowId) {
        let _ = row;
    }

    /// A message was kept for later because this row says so.
    #[inline]
    fn deferred(&mut self, row: RowId) {
        let _ = row;
    }

    /// A message that nothing takes was dropped.
    #[inline]
    fn unhandled(&mut self, message: MessageId) {
        let _ = message;
    }
}

/// Nobody: what nobody is told costs nothing.
impl Observer for () {}

/// What points to an observer is one.
macro_rules! forward {
    ($pointer:ty) => {
        impl<O: Observer + ?Sized> Observer for $pointer {
            fn row(&mut self, row: RowId) {
                (**self).row(row);
            }

            fn exited(&mut self, state: StateId) {
                (**self).exited(state);
            }

            fn entered(&mut self, state: StateId) {
                (**self).entered(state);
            }

            fn ignored(&mut self, row: RowId) {
                (**self).ignored(row);
            }

            fn deferred(&mut self, row: RowId) {
                (**self).deferred(row);
            }

            fn unhandled(&mut self, message: MessageId) {
                (**self).unhandled(message);
            }
        }
    };
}

forward!(&mut O);
forward!(Box<O>);

/// One thing that an [`Observer`] was told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Record {
    /// A row was taken.
    Row(RowId),
    /// A state was left.
    Exited(StateId),
    /// A state was entered.
    Entered(StateId),
    /// A message was dropped because this row says so.
    Ignored(RowId),
    /// A message was kept for later because this row says so.
    Deferred(RowId),
    /// A message that nothing takes was dropped.
    Unhandled(MessageId),
}

/// Keeps everything, in order.
impl Observer for Vec<Record> {
    fn row(&mut self, row: RowId) {
        self.push(Record::Row(row));
    }

    fn exited(&mut self, state: StateId) {
        self.push(Record::Exited(state));
    }

    fn entered(&mut self, state: StateId) {
        self.push(Record::Entered(state));
    }

    fn ignored(&mut self, row: RowId) {
        self.push(Record::Ignored(row));
    }

    fn deferred(&mut self, row: RowId) {
        self.push(Record::Deferred(row));
    }

    fn unhandled(&mut self, message: MessageId) {
        self.push(Record::Unhandled(message));
    }
}
