//! Whether many ask the machines of one loop at once, so that one turn had better answer them
//! all.
//!
//! Must not know of: who asks, who runs loops.

use std::sync::atomic::Ordering::Relaxed;

use crate::core::sync::{AtomicBool, AtomicU32};

/// After so many turns for a single asker each, askers no longer gather.
const LONELY: u32 = 32;

/// How crowded it has been lately. A guess: wrong, it costs time and nothing else.
#[derive(Default)]
pub(crate) struct Crowd {
    /// For how many more turns askers gather; 0 when each runs the loop for himself.
    left: AtomicU32,
    /// Somebody runs the loop for a question of his own.
    is_inside: AtomicBool,
}

impl Crowd {
    /// Whether askers gather.
    #[inline]
    pub(crate) fn gathers(&self) -> bool {
        self.left.load(Relaxed) > 0
    }

    /// Another asker has the loop, or no longer has.
    pub(crate) fn set_inside(&self, is_inside: bool) {
        self.is_inside.store(is_inside, Relaxed);
    }

    /// An asker has found that he cannot run the loop at once.
    pub(crate) fn meet(&self) {
        if self.is_inside.load(Relaxed) {
            self.left.store(LONELY, Relaxed);
        }
    }

    /// One turn for those that have gathered came to so many letters.
    pub(crate) fn turned(&self, letters: usize) {
        let left = match letters {
            0 | 1 => self.left.load(Relaxed).saturating_sub(1),
            _ => LONELY,
        };
        self.left.store(left, Relaxed);
    }
}

#[cfg(all(test, not(shuttle)))]
mod tests {
    use super::*;

    #[test]
    fn askers_gather_from_when_two_meet_until_each_has_come_alone_for_a_while() {
        let crowd = Crowd::default();
        crowd.meet();
        assert!(!crowd.gathers(), "no other asker was there");
        crowd.set_inside(true);
        crowd.meet();
        crowd.set_inside(false);
        assert!(crowd.gathers());
        (1..LONELY).for_each(|_| crowd.turned(1));
        assert!(crowd.gathers());
        crowd.turned(2);
        (1..LONELY).for_each(|_| crowd.turned(1));
        assert!(crowd.gathers());
        crowd.turned(1);
        assert!(!crowd.gathers());
        crowd.turned(0);
        assert!(!crowd.gathers());
    }
}
