//! Slots of questions that all go on to the same place.
//!
//! Must not know: mailboxes, drivers.

use std::sync::{Arc, PoisonError};

use super::{ReplyPort, Returns, Settled, Slot};
use crate::core::sync::Mutex;

/// How many slots are kept at most.
const KEPT: usize = 128;

/// Slots for questions that go on to the same place: each is used again when its question was
/// answered, which saves most of them an allocation.
pub(crate) struct Slots<R> {
    list: Vec<Slot<R>>,
    /// The one that has been in use for the longest time, or that is to be made next.
    next: usize,
}

impl<R> Default for Slots<R> {
    fn default() -> Self {
        Self {
            list: Vec::new(),
            next: 0,
        }
    }
}

impl<R> Slots<R> {
    /// The end for whoever answers; what comes of the question goes on to `returns`.
    pub(crate) fn port(&mut self, returns: Arc<dyn Returns<R>>, number: u64) -> ReplyPort<R> {
        let settled = Settled::Common(returns, number);
        let place = self.next;
        self.next = (place + 1) % KEPT;
        // Unique: nobody has anything to do with its last question any more.
        if let Some(slot) = self.list.get_mut(place)
            && let Some(own) = Arc::get_mut(slot)
        {
            *own.get_mut().unwrap_or_else(PoisonError::into_inner) = settled;
            let slot = slot.clone();
            return ReplyPort { slot: Some(slot) };
        }
        let slot = Arc::new(Mutex::new(settled));
        if place >= self.list.len() {
            self.list.push(slot.clone());
        }
        ReplyPort { slot: Some(slot) }
    }
}

#[cfg(test)]
mod tests {
    use std::any::Any;

    use super::super::{CallError, Onward};
    use super::*;
    use crate::core::event_loop::post::Post;

    type Heard = Vec<(u64, Result<u32, CallError>)>;

    /// Writes down what it is told.
    #[derive(Clone, Default)]
    struct Clerk(Arc<Mutex<Heard>>);

    impl Clerk {
        fn note(&self, number: u64, settled: Result<u32, CallError>) {
            self.0.lock().expect("no panic").push((number, settled));
        }

        fn heard(&self) -> Heard {
            std::mem::take(&mut *self.0.lock().expect("no panic"))
        }
    }

    struct Alone(Clerk, u64);

    impl Onward<u32> for Alone {
        fn settle(&mut self, settled: Result<u32, CallError>) {
            self.0.note(self.1, settled);
        }

        fn answer_here(&mut self, reply: u32, _: &mut Post) {
            self.settle(Ok(reply));
        }

        fn unread(&mut self, _: Box<dyn Any + Send>, error: CallError) {
            self.0.note(self.1, Err(error));
        }

        fn lost(&mut self) {
            self.0.note(self.1, Err(CallError::Late));
        }

        fn is_awaited(&self) -> bool {
            true
        }
    }

    impl Returns<u32> for Clerk {
        fn settle(&self, number: u64, reply: u32) {
            self.note(number, Ok(reply));
        }

        fn is_awaited(&self) -> bool {
            true
        }

        fn alone(self: Arc<Self>, number: u64) -> Box<dyn Onward<u32> + Send> {
            Box::new(Alone((*self).clone(), number))
        }
    }

    #[test]
    fn a_slot_is_used_again_and_never_while_its_question_is_open() {
        let (clerk, mut slots) = (Arc::new(Clerk::default()), Slots::default());
        let open: Vec<_> = (0..200).map(|n| slots.port(clerk.clone(), n)).collect();
        assert_eq!(slots.list.len(), KEPT);
        for (number, port) in (0..).zip(open) {
            assert!(port.is_awaited());
            port.answer(number);
        }
        let all: Heard = (0..200_u32).map(|n| (n.into(), Ok(n))).collect();
        assert_eq!(clerk.heard(), all);
        let kept: Vec<_> = slots.list.iter().map(Arc::as_ptr).collect();
        let held = slots.port(clerk.clone(), 1_000);
        for number in 0..1_000_u32 {
            slots.port(clerk.clone(), number.into()).answer(number);
        }
        assert_eq!(clerk.heard().len(), 1_000);
        let after: Vec<_> = slots.list.iter().map(Arc::as_ptr).collect();
        assert_eq!(after, kept);
        held.answer(7);
        assert_eq!(clerk.heard(), [(1_000, Ok(7))]);
    }

    #[test]
    fn what_is_no_answer_is_told_too() {
        let (clerk, mut slots) = (Arc::new(Clerk::default()), Slots::default());
        drop(slots.port(clerk.clone(), 1));
        slots.port(clerk.clone(), 2).refuse(CallError::Ignored);
        let unread = slots.port(clerk.clone(), 3);
        unread.give_back(CallError::Unhandled, || Box::new(()));
        let lost = slots.port(clerk.clone(), 4);
        let witness = lost.witness().expect("it leads somewhere");
        let panicked = std::panic::catch_unwind(std::panic::AssertUnwindSafe(move || {
            let _lost = lost;
            std::panic::resume_unwind(Box::new("boom"));
        }));
        assert!(panicked.is_err());
        witness.explain(CallError::Unanswered);
        let heard = [
            (1, Err(CallError::Unanswered)),
            (2, Err(CallError::Ignored)),
            (3, Err(CallError::Unhandled)),
            (4, Err(CallError::Late)),
            (4, Err(CallError::Unanswered)),
        ];
        assert_eq!(clerk.heard(), heard);
    }
}
