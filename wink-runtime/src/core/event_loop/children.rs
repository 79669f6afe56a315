//! The machines that one has spawned, the oldest first.
//!
//! Must not know of: how they end.

use std::sync::Arc;

use super::door::AnyDoor;
use super::home::Home;
use super::letter::Spot;
use crate::core::station::Handle;

/// So many that have ended stay in the list before anybody looks for them.
const TIDY: usize = 32;

/// Those that have not ended, and some that have.
///
/// Most live in their spawner's loop: of these nothing is kept but where they sit, and those that
/// were spawned one after another mostly sit side by side.
#[derive(Default)]
pub(crate) struct Children {
    /// The oldest first.
    litters: Vec<Litter>,
    /// Those of them that are not in this loop, or that are down with their spawner.
    elsewhere: Vec<Handle>,
    /// How many there are in all.
    count: usize,
    /// How many have ended since the list was tidied.
    ended: usize,
}

/// Children that follow each other in age, and in place.
struct Litter {
    /// [`ELSEWHERE`], where the other numbers say nothing.
    slab: u32,
    /// Of the oldest; the next one sits in the next slot.
    slot: u32,
    generation: u32,
    count: u32,
}

const ELSEWHERE: u32 = u32::MAX;

impl Litter {
    fn spots(&self) -> impl Iterator<Item = Spot> {
        let generation = self.generation;
        (0..self.count).map(move |place| Spot::new(self.slot.wrapping_add(place), generation))
    }
}

impl Children {
    /// The youngest of all.
    pub(crate) fn push(&mut self, child: Handle) {
        self.elsewhere.push(child);
        self.count += 1;
        match self.litters.last_mut() {
            Some(last) if last.slab == ELSEWHERE => last.count += 1,
            _ => self.add(ELSEWHERE, Spot::new(0, 0)),
        }
    }

    /// As [`push`](Self::push), in the same loop as its spawner.
    #[inline]
    pub(super) fn push_here(&mut self, slab: u32, spot: Spot) {
        self.count += 1;
        if let Some(last) = self.litters.last_mut()
            && last.slab == slab
            && last.generation == spot.generation()
            && last.slot.wrapping_add(last.count) == spot.slot()
        {
            last.count += 1;
        } else {
            self.add(slab, spot);
        }
    }

    fn add(&mut self, slab: u32, spot: Spot) {
        self.litters.push(Litter {
            slab,
            slot: spot.slot(),
            generation: spot.generation(),
            count: 1,
        });
    }

    /// All that have not ended, and some that have; the spawner's loop is that one.
    pub(crate) fn all(&self, home: &Home) -> Vec<Handle> {
        let mut all = self.elsewhere.clone();
        for litter in self
            .litters
            .iter()
            .filter(|litter| litter.slab != ELSEWHERE)
        {
            if let Some(door) = home.door_at(litter.slab) {
                all.extend(litter.spots().filter_map(|spot| door.sits_at(spot)));
            }
        }
        all
    }

    /// One of them has ended: at half of all the list is tidied, so that an end costs little
    /// however many there are.
    pub(crate) fn one_has_ended(&mut self, home: &Home) {
        self.ended += 1;
        if self.ended >= TIDY.max(self.count / 2) {
            self.tidy(home);
        }
    }

    fn tidy(&mut self, home: &Home) {
        let old = std::mem::take(self);
        let mut elsewhere = old.elsewhere.into_iter();
        for litter in old.litters {
            if litter.slab == ELSEWHERE {
                let others = elsewhere.by_ref().take(litter.count as usize);
                others
                    .filter(|child| child.ended().is_none())
                    .for_each(|child| self.push(child));
            } else if let Some(door) = home.door_at(litter.slab) {
                let mut spots = litter.spots().collect();
                door.retain(&mut spots);
                for spot in spots {
                    self.push_here(litter.slab, spot);
                }
            }
        }
    }

    /// Takes the youngest that has not ended; the spawner's loop is that one.
    pub(crate) fn pop_youngest(&mut self, home: &Home) -> Option<Handle> {
        loop {
            let litter = self.litters.pop_if(|litter| litter.count == 0);
            if litter.is_some() {
                continue;
            }
            let last = self.litters.last_mut()?;
            last.count -= 1;
            self.count -= 1;
            let child = match last.slab {
                ELSEWHERE => self.elsewhere.pop(),
                slab => {
                    let spot = Spot::new(last.slot.wrapping_add(last.count), last.generation);
                    let door: Option<Arc<dyn AnyDoor>> = home.door_at(slab);
                    door.and_then(|door| door.sits_at(spot))
                }
            };
            if let Some(child) = child
                && child.ended().is_none()
            {
                return Some(child);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::station::Nowhere;

    /// What is kept of them, litter by litter.
    fn litters(children: &Children) -> Vec<(u32, u32, u32, u32)> {
        let litters = children.litters.iter();
        litters
            .map(|litter| (litter.slab, litter.slot, litter.generation, litter.count))
            .collect()
    }

    #[test]
    fn those_that_sit_side_by_side_are_kept_as_one() {
        let mut children = Children::default();
        for slot in [0, 1, 2, 4, 3] {
            children.push_here(7, Spot::new(slot, 1));
        }
        children.push_here(7, Spot::new(4, 2));
        children.push_here(8, Spot::new(5, 2));
        children.push_here(8, Spot::new(6, 2));
        let expected = [
            (7, 0, 1, 3),
            (7, 4, 1, 1),
            (7, 3, 1, 1),
            (7, 4, 2, 1),
            (8, 5, 2, 2),
        ];
        assert_eq!(litters(&children), expected);
        assert_eq!(children.count, 8);
    }

    #[test]
    fn those_whose_loop_is_gone_have_ended() {
        let home = Home::new(Arc::new(Nowhere::default()));
        let mut children = Children::default();
        (0..100).for_each(|slot| children.push_here(0, Spot::new(slot, 1)));
        assert!(children.all(&home).is_empty());
        for _ in 0..TIDY {
            children.one_has_ended(&home);
        }
        assert_eq!(children.count, 100, "half of them have not ended");
        for _ in TIDY..50 {
            children.one_has_ended(&home);
        }
        assert_eq!((children.count, children.litters.len()), (0, 0));
        children.push_here(0, Spot::new(0, 2));
        assert!(children.pop_youngest(&home).is_none());
        assert_eq!((children.count, children.litters.len()), (0, 0));
    }
}
