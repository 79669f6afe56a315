//! Questions whose asker runs the loop: straight into the machine's step, and the answer straight
//! back. Nothing is allocated, locked or woken for it, unless the machine does not answer at once.
//!
//! Must not know of: threads, any executor.

use std::mem;
use std::sync::OnceLock;

use super::fifo::Place;
use super::handing::open;
use super::lend::Errand;
use super::letter::{From, Letter, NAMELESS, Origin, Spot};
use super::noted::open_noted;
use super::panic::catch;
use super::post::Post;
use super::slab::Slab;
use super::{EventLoop, Turn, World};
use crate::core::drive::{Drive, Rest};
use crate::core::effect::ReplyOf;
use crate::core::exit::Error;
use crate::core::instance::Instance;
use crate::core::machine::{Machine, Messages};
use crate::core::mailbox::{Envelope, Mailbox};
use crate::core::question::{CallError, ReplyPort, Spare, Straight, port};
use crate::core::station::Site;
use crate::core::time::Time;

/// The question that a machine of one type is asked straight, and how far that has come.
pub(crate) struct Inquiry<M: Machine> {
    question: Option<(Spot, M::Message)>,
    /// What the step under way makes of it.
    pub(crate) came: Straight<ReplyOf<M>>,
    /// What the asker is to find, when the turn is over that he runs: questions that come by letter
    /// may be answered in it, too.
    told: Straight<ReplyOf<M>>,
    /// The way back, if one has come with it.
    pub(crate) port: Option<ReplyPort<ReplyOf<M>>>,
    /// Slots of questions that were answered.
    spare: Vec<Spare<ReplyOf<M>>>,
}

/// How many slots are kept.
const SPARE: usize = 64;

impl<M: Machine> Inquiry<M> {
    pub(super) const EMPTY: Self = Self {
        question: None,
        came: Straight::Not,
        told: Straight::Not,
        port: None,
        spare: Vec::new(),
    };
}

/// The time of a turn, as the driver says; or as the clock says when somebody asks for it first,
/// in a turn of one step that seldom wants to know.
#[derive(Default)]
pub(crate) struct Moment {
    told: Time,
    is_open: bool,
    read: OnceLock<Time>,
}

impl Moment {
    /// It is that time.
    pub(crate) fn set(&mut self, now: Time) {
        self.told = now;
        self.is_open = false;
    }

    /// It is not known what time it is.
    fn open(&mut self) {
        self.is_open = true;
        if self.read.get().is_some() {
            self.read = OnceLock::new();
        }
    }

    #[inline]
    pub(crate) fn get(&self, site: &dyn Site) -> Time {
        match self.is_open {
            true => self.read(site),
            false => self.told,
        }
    }

    #[cold]
    #[inline(never)]
    fn read(&self, site: &dyn Site) -> Time {
        *self.read.get_or_init(|| site.now().max(self.told))
    }
}

/// One question on its way to a loop that the asker runs.
pub(crate) struct Asking<'asker, M: Machine> {
    mailbox: &'asker Mailbox<M>,
    message: &'asker mut Option<M::Message>,
    came: Straight<ReplyOf<M>>,
}

impl<'asker, M: Machine> Asking<'asker, M> {
    /// Asks, if the loop may be run here and now, nothing else has come for it, and there is room;
    /// otherwise the message stays.
    pub(crate) fn ask(
        mailbox: &'asker Mailbox<M>,
        message: &'asker mut Option<M::Message>,
    ) -> Straight<ReplyOf<M>> {
        let mut asking = Self {
            mailbox,
            message,
            came: Straight::Not,
        };
        mailbox.home().serve(&mut asking);
        asking.came
    }
}

impl<M: Machine> Errand for Asking<'_, M> {
    fn bring(&mut self, post: &mut Post) -> Option<u32> {
        // What came before, and waits for its machine, has a right to the room.
        if self.mailbox.has_unread() || !post.has_room(self.mailbox) {
            return None;
        }
        let door = self.mailbox.door();
        let message = self.message.take()?;
        post.queue(door).inquiry.question = Some((self.mailbox.spot(), message));
        Some(door.index)
    }

    fn fetch(&mut self, post: &mut Post) {
        let inquiry = &mut post.queue(self.mailbox.door()).inquiry;
        self.came = mem::replace(&mut inquiry.told, Straight::Not);
    }
}

impl EventLoop {
    /// As [`turn`](Self::turn), when nothing has come from outside, on that errand. `None` when
    /// there is nothing to look after: the next time that was set is the same as before, nothing is
    /// left to be run.
    pub(crate) fn serve(&mut self, budget: usize, errand: &mut dyn Errand) -> Option<Turn> {
        self.home.turns.step();
        let slab = errand.bring(&mut self.world.post);
        let is_over = slab.is_some_and(|slab| self.answer(slab));
        let turn = (!is_over).then(|| {
            let now = self.world.site().now();
            self.world.set_now(now);
            self.handle(budget)
        });
        if slab.is_some() {
            errand.fetch(&mut self.world.post);
        }
        self.home.current.rest();
        self.home.turns.step();
        turn
    }

    /// Has a machine of that slab answer the question that lies there, at once if there is nothing
    /// else to be done; whether that is all.
    fn answer(&mut self, slab: u32) -> bool {
        if slab as usize >= self.slabs.len() {
            self.furnish();
        }
        let world = &mut self.world;
        let at_once = world.is_idle() && world.watch.is_none() && world.is_before_alarm();
        self.slabs[slab as usize].answer(at_once, world)
    }
}

impl<M: Drive> Slab<M> {
    /// Has the machine whose question lies there answer it, `at_once` if nothing else is to
    /// be done before. Whether that is all: nothing is left to be looked after.
    pub(super) fn answer(&mut self, at_once: bool, world: &mut World) -> bool {
        let question = world.post.queue(&self.door).inquiry.question.take();
        let Some((to, message)) = question else {
            return false;
        };
        let index = to.slot();
        let may = at_once && !M::IS_ASYNC;
        let Some(instance) = open_noted(&mut self.slots, to).filter(|_| may) else {
            self.put_by(to, message, world);
            return false;
        };
        world.home.current.enter(self.door.index);
        world.home.current.begin(index, message.id());
        world.post.queue(&self.door).inquiry.came = Straight::Asked;
        world.post.begin_with(From::NOBODY, &NAMELESS);
        world.post.is_asked = true;
        let alarm = world.alarms.next();
        world.lend(&mut instance.parts.cx.post);
        let result = match Self::attempt_answer(instance, message) {
            Ok(result) => result,
            Err(error) => {
                self.failed_to_answer(error, world);
                return false;
            }
        };
        world.take_back(&mut instance.parts.cx.post);
        let inquiry = &mut world.post.queue(&self.door).inquiry;
        inquiry.told = mem::replace(&mut inquiry.came, Straight::Not);
        if matches!(result, Ok(true)) && instance.parts.cx.is_at_rest() {
            if let Some(record) = self.record(index) {
                record.handled(1);
            }
            if world.is_idle() && world.alarms.next() == alarm {
                return true;
            }
            // What it has sent to machines of its own loop is all that is left.
            world.tell_time();
            return false;
        }
        world.tell_time();
        let result = result.map(drop);
        self.note_current(index, world);
        self.guard(world, |slab, world| slab.after_letter(index, result, world));
        false
    }

    /// A panic is caught near its place, as in `attempt`.
    #[inline(never)]
    fn attempt_answer(
        instance: &mut Instance<M>,
        message: M::Message,
    ) -> Result<Result<bool, Rest<M>>, Error> {
        catch(|| M::answer(instance, message, &mut ()))
    }

    #[cold]
    #[inline(never)]
    fn failed_to_answer(&mut self, error: Error, world: &mut World) {
        let told = error.clone();
        let index = world.home.current.slot();
        if let Some(instance) = &mut self.slots[index as usize].instance {
            world.take_back(&mut instance.parts.cx.post);
        }
        world.tell_time();
        self.note_current(index, world);
        self.panicked(error, world);
        let inquiry = &mut world.post.queue(&self.door).inquiry;
        inquiry.told = match mem::replace(&mut inquiry.came, Straight::Not) {
            Straight::Asked | Straight::Answered(_) => {
                Straight::Refused(CallError::Died(told.into()))
            }
            other => other,
        };
    }

    /// Has a machine answer the question of another one that has come by letter. A panic goes
    /// through to the caller.
    #[inline]
    pub(super) fn answer_letter(&mut self, letter: Letter<M>, world: &mut World) {
        let Letter {
            to,
            from,
            name,
            port,
            message,
        } = letter;
        let index = to.slot();
        let (Some(message), Some(slot)) = (message, self.slots.get_mut(index as usize)) else {
            return;
        };
        let Some(instance) = &mut slot.instance else {
            return;
        };
        world.home.current.begin(index, message.id());
        let inquiry = &mut world.post.queue(&self.door).inquiry;
        (inquiry.came, inquiry.port) = (Straight::Asked, Some(port));
        world.post.begin_with(from, name);
        world.post.is_asked = true;
        world.lend(&mut instance.parts.cx.post);
        let result = M::answer(instance, message, &mut ());
        world.take_back(&mut instance.parts.cx.post);
        world.post.is_asked = false;
        let inquiry = &mut world.post.queue(&self.door).inquiry;
        let came = mem::replace(&mut inquiry.came, Straight::Not);
        if let Some(port) = inquiry.port.take() {
            // What the step has sent stays sent, whatever the asker has written.
            world.post.end();
            match came {
                Straight::Answered(answer) => {
                    let spare = instance.parts.cx.give(port, answer, &mut world.post);
                    let kept = &mut world.post.queue(&self.door).inquiry.spare;
                    if kept.len() < SPARE {
                        kept.extend(spare);
                    }
                }
                Straight::Refused(why) => port.refuse(why),
                Straight::Not | Straight::Asked | Straight::Kept(_) => drop(port),
            }
        }
        if !(matches!(result, Ok(true)) && instance.parts.cx.is_plain()) {
            self.after(index, result.map(drop), world);
        }
    }

    /// Has a machine answer the only letter that there is, if that is a question of this loop;
    /// whether it is.
    #[inline(never)]
    pub(super) fn answer_lone(&mut self, world: &mut World) -> bool {
        let queue = world.post.queue(&self.door);
        let letter = queue.alone().filter(|letter| !letter.is_foreign());
        let Some(letter) = letter.filter(|letter| open(&mut self.slots, letter.to).is_some())
        else {
            return false;
        };
        let letter = mem::replace(letter, Letter::EMPTY);
        queue.letters.took_alone();
        self.answer_letter(letter, world);
        world.post.end_lone(&self.door);
        true
    }

    /// As [`panicked`](Self::panicked), for a step that may have been asked something by letter.
    pub(super) fn panicked_when_asked(&mut self, error: Error, world: &mut World) {
        let index = world.home.current.slot();
        if let Some(instance) = &mut self.slots[index as usize].instance {
            world.take_back(&mut instance.parts.cx.post);
        }
        world.post.is_asked = false;
        let inquiry = &mut world.post.queue(&self.door).inquiry;
        let came = mem::replace(&mut inquiry.came, Straight::Not);
        let port = inquiry.port.take();
        let told = port.is_some().then(|| error.clone());
        self.panicked(error, world);
        drop(came);
        if let (Some(port), Some(error)) = (port, told) {
            port.refuse(CallError::Died(error.into()));
        }
    }

    /// The question goes the way of all letters.
    #[cold]
    #[inline(never)]
    fn put_by(&mut self, to: Spot, message: M::Message, world: &mut World) {
        let (port, pending) = port();
        let envelope = Envelope {
            message,
            sender: None,
            port: Some(port),
        };
        let letter = Letter::new(to, Origin::LOCAL, envelope);
        world.post.queue(&self.door).inquiry.told = Straight::Kept(pending);
        world.post.put(&self.door, letter);
    }
}

impl Post {
    /// What time it is in the step under way.
    pub(crate) fn time(&self) -> Time {
        self.now.get(&**self.home().site())
    }

    /// A slot for a question to that machine, if it lives in this loop and there is one.
    #[inline]
    pub(crate) fn spare<M: Machine>(&mut self, to: &Mailbox<M>) -> Option<Spare<ReplyOf<M>>> {
        match self.is_at(to.door().number) {
            true => self.queue(to.door()).inquiry.spare.pop(),
            false => None,
        }
    }

    /// Where what comes of the question lies that that machine of this loop is asked straight.
    #[inline]
    pub(crate) fn asked<'post, M: Machine>(
        &'post mut self,
        own: &'post Mailbox<M>,
    ) -> &'post mut Inquiry<M> {
        &mut self.queue(own.door()).inquiry
    }
}

impl World {
    /// Whether no time that was set has come. The clock is read only when some is set.
    #[inline]
    fn is_before_alarm(&mut self) -> bool {
        let Some(alarm) = self.alarms.next() else {
            self.post.now.open();
            return true;
        };
        let now = self.site().now();
        self.set_now(now);
        now < alarm
    }

    /// Whether there is nothing to be done now.
    fn is_idle(&self) -> bool {
        let has_mail = !self.post.is_idle() || self.post.retry || !self.retrying.is_empty();
        let is_held_up = !self.resuming.is_empty() || !self.has_credits.is_empty();
        !(has_mail || is_held_up || self.has_to_begin())
    }

    /// A step that was to be alone has led to more: it is known from here on what time it is.
    fn tell_time(&mut self) {
        self.post.is_asked = false;
        let now = self.post.time();
        self.set_now(now);
    }
}
