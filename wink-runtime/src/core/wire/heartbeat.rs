//! Signs of life: when to give one, and when a peer has been silent for too long.
//!
//! Must not know of: clocks, datagrams. Times are handed in.

use std::time::Duration;

use super::bytes::{Reader, WireError, Writer};
use crate::core::time::Time;

/// How often a node shows that it lives, and how long a peer may be silent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Heartbeat {
    /// Usually 2 seconds.
    pub interval: Duration,
    /// Usually 10 seconds. A peer that was not heard of for so long is declared dead.
    pub silence: Duration,
}

impl Default for Heartbeat {
    fn default() -> Self {
        Self {
            interval: Duration::from_secs(2),
            silence: Duration::from_secs(10),
        }
    }
}

/// What is to be done now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Due {
    /// Nothing.
    Nothing,
    /// Give a sign of life.
    Beat,
    /// The peer is dead: it was silent for this long. Said once; nothing follows.
    Dead(Duration),
}

/// The signs of life of one link. Feed it with [`heard`](Self::heard), ask [`poll`](Self::poll)
/// at [`deadline`](Self::deadline).
#[derive(Clone, Debug)]
pub struct Pulse {
    settings: Heartbeat,
    heard: Time,
    beat: Time,
    polled: Time,
    /// How often in a row the peer was granted its time anew.
    granted: u8,
    is_dead: bool,
}

/// How often in a row a node grants its peer the time anew because it was held up itself: one
/// that always is would otherwise never notice that anybody is dead.
const GRANTS: u8 = 3;

impl Pulse {
    /// The pulse of a link that begins now.
    pub fn new(settings: Heartbeat, now: Time) -> Self {
        Self {
            settings,
            heard: now,
            beat: now,
            polled: now,
            granted: 0,
            is_dead: false,
        }
    }

    /// Something has come from the peer. Whether it still counts: what comes of a dead one does
    /// not.
    #[must_use]
    pub fn heard(&mut self, now: Time) -> bool {
        self.heard = self.heard.max(now);
        self.granted = 0;
        !self.is_dead
    }

    /// When something has last come from the peer.
    pub fn last_heard(&self) -> Time {
        self.heard
    }

    /// What is due.
    ///
    /// A node that has slept itself (it was stopped, or its computer was) has heard nobody and
    /// must not conclude from that: it grants its peers the time anew, but not for ever.
    pub fn poll(&mut self, now: Time) -> Due {
        if self.is_dead {
            return Due::Nothing;
        }
        let asleep = now.since(self.polled);
        self.polled = now;
        let was_held_up = asleep > self.settings.silence / 2 + self.settings.interval;
        if was_held_up && self.granted < GRANTS {
            self.granted += 1;
            self.heard = now;
        }
        let silent = now.since(self.heard);
        if silent >= self.settings.silence {
            self.is_dead = true;
            return Due::Dead(silent);
        }
        if now >= self.beat {
            self.beat = now + self.settings.interval;
            return Due::Beat;
        }
        Due::Nothing
    }

    /// When to ask again; `None` once the peer is dead.
    pub fn deadline(&self) -> Option<Time> {
        let dead = self.heard + self.settings.silence;
        (!self.is_dead).then(|| self.beat.min(dead))
    }

    /// Whether the peer has missed more than one of its own signs of life.
    pub fn is_suspect(&self, now: Time) -> bool {
        self.is_dead || now.since(self.heard) > self.settings.interval * 2
    }
}

/// A sign of life: the epoch that the peer has given the link.
pub fn write_beat(bytes: &mut Vec<u8>, epoch: u64) {
    Writer(bytes).fixed(epoch);
}

/// The epoch in a sign of life.
///
/// # Errors
/// When the bytes are no sign of life.
pub fn read_beat(bytes: &[u8]) -> Result<u64, WireError> {
    let mut reader = Reader::new(bytes);
    let epoch = reader.fixed("an epoch")?;
    reader.finish("a sign of life")?;
    Ok(epoch)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn at(seconds: u64) -> Time {
        Time::ZERO + Duration::from_secs(seconds)
    }

    #[test]
    fn a_silent_peer_is_dead_after_ten_seconds() {
        let mut pulse = Pulse::new(Heartbeat::default(), at(0));
        let mut beats = Vec::new();
        let dead = loop {
            let deadline = pulse.deadline().expect("it lives");
            match pulse.poll(deadline) {
                Due::Beat => beats.push(deadline),
                Due::Dead(silent) => break (deadline, silent),
                Due::Nothing => panic!("something is due at the deadline"),
            }
        };
        assert_eq!(beats, [0, 2, 4, 6, 8].map(at));
        assert_eq!(dead, (at(10), Duration::from_secs(10)));
        assert_eq!(pulse.deadline(), None);
        assert_eq!(pulse.poll(at(30)), Due::Nothing, "it dies once");
        assert!(!pulse.heard(at(31)), "what comes late does not count");
    }

    #[test]
    fn a_peer_that_is_heard_lives() {
        let mut pulse = Pulse::new(Heartbeat::default(), at(0));
        for second in 0..100 {
            if second % 9 == 0 {
                assert!(pulse.heard(at(second)));
            }
            assert!(!matches!(pulse.poll(at(second)), Due::Dead(_)), "{second}");
        }
        assert!(!pulse.is_suspect(at(103)));
        assert!(pulse.is_suspect(at(104)));
    }

    #[test]
    fn who_is_always_held_up_notices_in_the_end() {
        let mut pulse = Pulse::new(Heartbeat::default(), at(0));
        let polls = (0..).map(|times| times * 8);
        let mut polls = polls.map(|second| (second, pulse.poll(at(second))));
        let (second, _) = polls
            .find(|(_, due)| matches!(due, Due::Dead(_)))
            .expect("it is noticed");
        assert_eq!(second, 40, "granted at 8, 16 and 24");
        // Who is heard in between lives.
        let mut pulse = Pulse::new(Heartbeat::default(), at(0));
        for times in 0..100 {
            assert!(!matches!(pulse.poll(at(times * 8)), Due::Dead(_)));
            if times % 3 == 0 {
                assert!(pulse.heard(at(times * 8)));
            }
        }
    }

    #[test]
    fn who_slept_concludes_nothing() {
        let mut pulse = Pulse::new(Heartbeat::default(), at(0));
        assert_eq!(pulse.poll(at(0)), Due::Beat);
        assert_eq!(pulse.poll(at(60)), Due::Beat, "a minute passed unseen");
        for second in 61..70 {
            assert!(!matches!(pulse.poll(at(second)), Due::Dead(_)));
        }
        assert!(matches!(pulse.poll(at(70)), Due::Dead(_)));
    }

    #[test]
    fn beats_carry_the_epoch() {
        let mut bytes = Vec::new();
        write_beat(&mut bytes, 7);
        assert_eq!(read_beat(&bytes), Ok(7));
        assert!(read_beat(&bytes[1..]).is_err());
        bytes.push(0);
        assert!(read_beat(&bytes).is_err());
    }

    proptest! {
        #[test]
        fn death_comes_only_of_silence(gaps in prop::collection::vec(1_u64..9, 1..50)) {
            let mut pulse = Pulse::new(Heartbeat::default(), at(0));
            let mut now = 0;
            for gap in gaps {
                for _ in 0..gap {
                    now += 1;
                    prop_assert!(!matches!(pulse.poll(at(now)), Due::Dead(_)));
                }
                prop_assert!(pulse.heard(at(now)));
            }
        }
    }
}
