//! Which links of a peer count: a later run of a node fences the earlier ones.
//!
//! Must not know of: connections.

use std::collections::BTreeMap;

/// Which node a link is with: its credential's name, and where it is reached.
pub type PeerKey = (String, String);

/// Gives links their epochs, and remembers the latest run of each peer.
#[derive(Clone, Debug, Default)]
pub struct Fence {
    next: u64,
    peers: BTreeMap<PeerKey, Run>,
}

#[derive(Clone, Debug)]
struct Run {
    incarnation: u64,
    /// Links with a lower epoch are with an earlier run, or were declared dead.
    least: u64,
}

/// How many peers are remembered of which no link is left.
const REMEMBERED: usize = 65_536;

impl Fence {
    /// A number for a link, higher than all before.
    pub fn epoch(&mut self) -> u64 {
        self.next += 1;
        self.next
    }

    /// The link of that epoch is with this run of that peer. Returns the epoch from which on
    /// the peer's links count: those below are with an earlier run.
    ///
    /// Nodes that nobody can reach have no runs: programs with one credential may be many at a
    /// time.
    pub fn admit(&mut self, peer: &PeerKey, incarnation: u64, epoch: u64) -> u64 {
        if peer.1.is_empty() {
            return 0;
        }
        if self.peers.len() >= REMEMBERED && !self.peers.contains_key(peer) {
            self.peers.pop_first();
        }
        let run = self.peers.entry(peer.clone()).or_insert(Run {
            incarnation,
            least: 0,
        });
        if run.incarnation != incarnation {
            *run = Run {
                incarnation,
                least: epoch,
            };
        }
        run.least
    }

    /// The peer is declared dead: links up to that epoch count no more.
    pub fn bury(&mut self, peer: &PeerKey, epoch: u64) {
        if let Some(run) = self.peers.get_mut(peer) {
            run.least = run.least.max(epoch + 1);
        }
    }

    /// Whether a link of that epoch counts.
    pub fn counts(&self, peer: &PeerKey, epoch: u64) -> bool {
        self.peers.get(peer).is_none_or(|run| run.least <= epoch)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn peer(address: &str) -> PeerKey {
        ("node".to_owned(), address.to_owned())
    }

    #[test]
    fn a_later_run_fences_the_earlier() {
        let mut fence = Fence::default();
        let one = peer("10.0.0.2:42000");
        let (first, second, third) = (fence.epoch(), fence.epoch(), fence.epoch());
        assert_eq!(fence.admit(&one, 100, first), 0);
        assert_eq!(fence.admit(&one, 100, second), 0, "two links of one run");
        assert!(fence.counts(&one, first));
        assert_eq!(fence.admit(&one, 200, third), third);
        assert!(!fence.counts(&one, first) && !fence.counts(&one, second));
        assert!(fence.counts(&one, third));
    }

    #[test]
    fn the_dead_stay_dead_and_may_come_again() {
        let mut fence = Fence::default();
        let one = peer("10.0.0.2:42000");
        let first = fence.epoch();
        fence.admit(&one, 100, first);
        fence.bury(&one, first);
        assert!(!fence.counts(&one, first));
        let second = fence.epoch();
        assert!(fence.admit(&one, 100, second) <= second);
        assert!(fence.counts(&one, second));
    }

    #[test]
    fn programs_that_nobody_reaches_do_not_fence_each_other() {
        let mut fence = Fence::default();
        let user = peer("");
        let (first, second) = (fence.epoch(), fence.epoch());
        assert_eq!(fence.admit(&user, 1, first), 0);
        assert_eq!(fence.admit(&user, 2, second), 0);
        assert!(fence.counts(&user, first) && fence.counts(&user, second));
    }
}
