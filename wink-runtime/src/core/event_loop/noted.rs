//! Mail for machines that are kept: handed out in runs as all mail, and noted, so that it is known
//! what they fail on.
//!
//! Must not know: any executor, any clock.

use super::World;
use super::current::Current;
use super::door::Credit;
use super::gate;
use super::letter::{Letter, Spot};
use super::panic::catch;
use super::record::Record;
use super::slab::{Slab, Slot};
use crate::core::drive::{Drive, Rest};
use crate::core::exit::Error;
use crate::core::instance::Instance;
use crate::core::machine::Messages;
use crate::core::time::Time;

/// As [`open`](super::handing::open), for a machine that is kept, too.
#[inline]
pub(super) fn open_noted<M: Drive>(slots: &mut [Slot<M>], to: Spot) -> Option<&mut Instance<M>> {
    let slot = slots.get_mut(to.slot() as usize)?;
    let is_open = slot.gate & !gate::KEPT == 0 && slot.generation == to.generation();
    match is_open {
        true => slot.instance.as_mut(),
        false => None,
    }
}

/// Letters that follow each other, and what is written down while they are handed out.
struct Run<'slab, M: Drive> {
    letters: &'slab mut [Letter<M>],
    gone: &'slab mut usize,
    credits: &'slab mut Vec<Credit>,
    current: &'slab Current,
    now: Time,
}

/// The last step of a run, where it has left something to be done.
type Left<M> = Option<Result<(), Rest<M>>>;

impl<M: Drive> Slab<M> {
    /// Hands out letters to a machine that is kept, as `hand_run` does; how many. To one that is
    /// held up, or that is asked something, one letter the way that all can go.
    #[inline(never)]
    pub(super) fn hand_noted(&mut self, world: &mut World, most: usize) -> usize {
        let Some((letters, gone)) = self.batch.open(most) else {
            return most;
        };
        let first = letters.first().filter(|letter| letter.port.is_nowhere());
        let opened =
            first.and_then(|letter| Some((letter.to, open_noted(&mut self.slots, letter.to)?)));
        let Some((to, instance)) = opened else {
            self.divert_first(world);
            return 1;
        };
        let before = *gone;
        world.home.current.attend(to.slot());
        world.lend(&mut instance.parts.cx.post);
        let mut run = Run {
            letters,
            gone,
            credits: &mut self.credits,
            current: &world.home.current,
            now: world.now,
        };
        let end = Self::attempt_run(instance, to, &mut run);
        let handed = *gone - before;
        self.batch.close();
        self.after_run(to.slot(), handed, end, world);
        handed
    }

    /// Has the machine's code handle them. A panic is caught near its place, as in `attempt`.
    #[inline(never)]
    fn attempt_run(
        instance: &mut Instance<M>,
        to: Spot,
        run: &mut Run<'_, M>,
    ) -> Result<Left<M>, Error> {
        catch(|| {
            let mut letters = run.letters.iter_mut();
            while let Some(letter) = letters.next() {
                if letter.to != to || !letter.port.is_nowhere() {
                    break;
                }
                *run.gone += 1;
                if letter.is_foreign() {
                    Credit::add(run.credits, to.slot(), to.generation());
                }
                let Some(message) = letter.message.take() else {
                    break;
                };
                if let Some(post) = &mut instance.parts.cx.post {
                    post.begin_with(letter.from, letter.name);
                }
                run.current.take(message.id());
                match M::deliver(instance, run.now, message, &mut ()) {
                    Ok(true) if instance.parts.cx.is_plain() => {}
                    Ok(_) if instance.parts.cx.gather(letters.len()) => {}
                    Ok(_) => return Some(Ok(())),
                    Err(rest) => return Some(Err(rest)),
                }
            }
            None
        })
    }

    /// Notes what the machine has handled, then does what is left to be done.
    fn after_run(
        &mut self,
        index: u32,
        handed: usize,
        end: Result<Left<M>, Error>,
        world: &mut World,
    ) {
        let is_whole = matches!(end, Ok(None));
        let whole = handed - usize::from(!is_whole);
        if let Some(record) = self.record(index) {
            record.handled(whole as u64);
        }
        if !is_whole {
            self.note_current(index, world);
        }
        match end {
            Ok(left) => {
                if let Some(instance) = &mut self.slots[index as usize].instance {
                    world.take_back(&mut instance.parts.cx.post);
                }
                if let Some(result) = left {
                    self.after_letter(index, result, world);
                }
            }
            Err(error) => {
                self.panicked(error, world);
                world.home.current.enter(self.door.index);
            }
        }
    }

    /// Notes that the machine's step with the message that the loop is at leads to more than
    /// itself, maybe to its end.
    #[inline]
    pub(super) fn note_current(&mut self, index: u32, world: &World) {
        if let Some(record) = self.record(index)
            && let Some(message) = world.home.current.message()
        {
            record.begin(message);
        }
    }

    /// What is noted of a machine that is kept.
    #[inline]
    pub(super) fn record(&mut self, index: u32) -> Option<&mut Record> {
        let rare = self.slots[index as usize].rare.as_mut()?;
        rare.kept.as_mut().map(|kept| &mut kept.record)
    }
}
