//! The event loop: thousands of machines as values in one heap, and the mail between them.
//!
//! A loop is a value. Whoever drives it calls [`EventLoop::turn`] when it has been woken or the
//! next deadline has come, and runs the asynchronous steps that come out.
//!
//! Must not know: threads, executors, clocks.

mod across;
mod alarm;
mod apart;
mod away;
pub(crate) mod bell;
pub(crate) mod bundle;
mod children;
pub(crate) mod crowd;
pub(crate) mod current;
pub(crate) mod door;
pub(crate) mod egg;
mod ending;
pub(crate) mod fifo;
pub(crate) mod gate;
mod handing;
pub(crate) mod home;
pub(crate) mod inbox;
pub(crate) mod inspect;
mod job;
mod kept;
mod key;
pub(crate) mod lend;
pub(crate) mod letter;
mod life;
pub(crate) mod lookout;
pub(crate) mod nest;
mod noted;
mod outbox;
pub(crate) mod owed;
mod pace;
pub(crate) mod panic;
mod perform;
pub(crate) mod post;
mod ready;
mod record;
pub(crate) mod rooms;
mod shelves;
mod silence;
pub(crate) mod slab;
mod starting;
mod stepping;
pub(crate) mod straight;
mod table;
pub(crate) mod watch;
mod watched;

use std::collections::VecDeque;
use std::mem;
use std::ops::{Deref, DerefMut};
use std::sync::Arc;

use self::home::{Home, Order, Seat, Waiting};
use self::post::Post;
use self::slab::AnySlab;
use self::table::Table;
use self::watch::Watch;
use super::station::{BoxFuture, Site};
use super::time::Time;

/// How many letters one slab's machines are given before orders and other slabs get their turn.
const CHUNK: usize = 128;

/// How many letters are handed out in one turn before the driver gets its own.
pub(crate) const BUDGET: usize = 1_024;

/// The loop's mail: here, except while a step has it.
pub(crate) struct Lent(Option<Box<Post>>);

impl Deref for Lent {
    type Target = Post;

    #[inline(always)]
    fn deref(&self) -> &Post {
        self.0.as_ref().expect("no step is under way")
    }
}

impl DerefMut for Lent {
    #[inline(always)]
    fn deref_mut(&mut self) -> &mut Post {
        self.0.as_mut().expect("no step is under way")
    }
}

/// What all slabs of a loop share.
pub(crate) struct World {
    home: Arc<Home>,
    pub(crate) post: Lent,
    pub(crate) now: Time,
    /// The slab that hands out mail, or did last.
    running: u32,
    pub(crate) alarms: Table,
    /// New machines, in the order in which they start.
    pub(crate) starting: VecDeque<Seat>,
    /// Machines whose mail has waited and need wait no longer.
    pub(crate) resuming: VecDeque<Seat>,
    /// Machines whose own mail waits for room.
    pub(crate) blocked: Vec<Seat>,
    retrying: Vec<Seat>,
    /// Slabs that have handled letters outside of their batch.
    pub(crate) has_credits: Vec<u32>,
    /// Asynchronous steps for the driver to run.
    pub(crate) jobs: Vec<BoxFuture<'static, ()>>,
    /// A step of this turn has panicked.
    pub(crate) has_panicked: bool,
    /// Who is told of steps. When somebody is, every machine takes its mail the slow way.
    pub(crate) watch: Option<Box<Watch>>,
}

impl World {
    pub(crate) fn site(&self) -> &Arc<dyn Site> {
        self.home.site()
    }

    /// It is that time, or later.
    fn set_now(&mut self, now: Time) {
        self.now = self.now.max(now);
        self.post.now.set(self.now);
    }

    /// Lends the mail to a step that has none, or takes it back from one that has.
    #[inline(always)]
    pub(crate) fn lend(&mut self, to: &mut Option<Box<Post>>) {
        mem::swap(&mut self.post.0, to);
    }

    /// Takes it back.
    #[inline(always)]
    pub(crate) fn take_back(&mut self, from: &mut Option<Box<Post>>) {
        if from.is_some() {
            mem::swap(&mut self.post.0, from);
        }
    }

    /// Whether there are orders, or machines that are to start.
    #[inline(always)]
    fn has_to_begin(&self) -> bool {
        self.post.nests.is_waiting() || !self.starting.is_empty() || self.home.has_orders()
    }

    /// The slab that has its turn now, unless there is something to begin before.
    #[inline(always)]
    fn next_ready(&mut self) -> Option<u32> {
        if self.has_to_begin() || !self.resuming.is_empty() {
            return None;
        }
        self.post.next_ready()
    }

    /// One machine's mail may find room.
    pub(crate) fn retry_later(&mut self, seat: Seat) {
        self.retrying.push(seat);
    }
}

/// What a turn came to.
#[derive(Default)]
pub(crate) struct Turn {
    /// There is more to do at once.
    pub(crate) has_more: bool,
    /// How many letters were handled.
    pub(crate) letters: usize,
    /// A step has panicked.
    pub(crate) has_panicked: bool,
}

/// A loop of machines.
pub(crate) struct EventLoop {
    home: Arc<Home>,
    /// What is taken from the home, for its memory.
    waiting: Waiting,
    slabs: Vec<Box<dyn AnySlab>>,
    world: World,
}

impl EventLoop {
    pub(crate) fn new(home: Arc<Home>) -> Self {
        panic::note_places();
        Self {
            waiting: Waiting::default(),
            slabs: Vec::new(),
            world: World {
                post: Lent(Some(Box::new(Post::new(home.clone())))),
                home: home.clone(),
                now: Time::ZERO,
                running: 0,
                alarms: Table::default(),
                starting: VecDeque::new(),
                resuming: VecDeque::new(),
                blocked: Vec::new(),
                retrying: Vec::new(),
                has_credits: Vec::new(),
                jobs: Vec::new(),
                has_panicked: false,
                watch: None,
            },
            home,
        }
    }

    /// Has all steps of the machines that come told.
    pub(crate) fn watch(&mut self, watch: Watch) {
        self.world.watch = Some(Box::new(watch));
    }

    /// Takes what has come and handles it, and about as many letters as `budget` says.
    pub(crate) fn turn(&mut self, now: Time, budget: usize) -> Turn {
        self.home.turns.step();
        let turn = self.take_turn(now, budget);
        self.home.turns.step();
        turn
    }

    fn take_turn(&mut self, now: Time, budget: usize) -> Turn {
        self.world.set_now(now);
        // Heard before anything is looked at: what comes from here on rings again.
        self.home.bell.hear();
        self.home.take(&mut self.waiting);
        self.furnish();
        for door in self.waiting.doors.drain(..) {
            self.slabs[door as usize].drain(&mut self.world);
        }
        let mut orders = mem::take(&mut self.waiting.orders);
        self.obey(&mut orders);
        self.waiting.orders = orders;
        self.begin();
        for (seat, signal) in self.waiting.signals.drain(..) {
            self.slabs[seat.slab as usize].signal(seat, signal, &mut self.world);
        }
        self.handle(budget)
    }

    /// Handles what is there.
    fn handle(&mut self, budget: usize) -> Turn {
        self.sound_alarms();
        let letters = self.hand_out_mail(budget);
        self.home.current.rest();
        if self.world.watch.is_some() {
            self.tell_of_turn();
        }
        let has_more = !(self.world.post.is_idle()
            && self.world.resuming.is_empty()
            && self.world.starting.is_empty()
            && !self.world.post.retry);
        Turn {
            has_more,
            letters,
            has_panicked: mem::take(&mut self.world.has_panicked),
        }
    }

    fn tell_of_turn(&mut self) {
        let queued = self.world.post.queued();
        if let Some(watch) = &mut self.world.watch {
            let machines = self
                .home
                .machines()
                .load(std::sync::atomic::Ordering::Relaxed);
            let number = self.home.site().number_of(&self.home);
            watch.turned(number, machines, queued);
        }
    }

    fn sound_alarms(&mut self) {
        if self
            .world
            .alarms
            .next()
            .is_none_or(|next| next > self.world.now)
        {
            return;
        }
        // What these set for now is for the next turn.
        let mut due = Vec::new();
        while let Some(alarm) = self.world.alarms.pop(self.world.now) {
            due.push(alarm);
        }
        for (seat, kind) in due {
            self.slabs[seat.slab as usize].due(seat, kind, &mut self.world);
        }
    }

    /// How many letters it were.
    fn hand_out_mail(&mut self, budget: usize) -> usize {
        let mut left = budget;
        self.resume();
        while left > 0 {
            if self.world.has_to_begin() {
                self.begin();
            }
            // Machines that have been started again meanwhile go on in the same turn.
            left = left.saturating_sub(self.resume());
            if self.world.post.is_idle() {
                if self.world.has_to_begin() || !self.world.resuming.is_empty() {
                    continue;
                }
                break;
            }
            // One guard for all of them: who was at it is known after a panic.
            if let Err(error) = panic::catch(|| self.run_slabs(&mut left)) {
                let running = self.world.running as usize;
                self.slabs[running].failed(error, &mut self.world);
                left = left.saturating_sub(CHUNK);
            }
        }
        self.begin();
        while let Some(slab) = self.world.has_credits.pop() {
            self.slabs[slab as usize].give_room();
        }
        self.retry();
        budget - left
    }

    /// Hands out mail that has waited and need wait no longer; to how many machines.
    fn resume(&mut self) -> usize {
        if self.world.resuming.is_empty() {
            return 0;
        }
        let seats = mem::take(&mut self.world.resuming);
        let count = seats.len();
        for seat in seats {
            self.slabs[seat.slab as usize].resume(seat, &mut self.world);
        }
        count
    }

    /// Has slabs hand out mail, until there is none or there is something to begin. A panic
    /// leaves in `running` whose turn it was.
    fn run_slabs(&mut self, left: &mut usize) {
        while *left > 0 {
            let Some(index) = self.world.next_ready() else {
                return;
            };
            self.world.running = index;
            let slab = match self.slabs.get_mut(index as usize) {
                Some(slab) => slab,
                None => {
                    self.furnish();
                    &mut self.slabs[index as usize]
                }
            };
            let most = CHUNK.min(*left);
            let letters = match slab.run_lone(&mut self.world, most) {
                0 => slab.run(&mut self.world, most).max(1),
                letters => letters,
            };
            *left = left.saturating_sub(letters);
        }
    }

    /// Tries again what found no room.
    fn retry(&mut self) {
        if self.world.retrying.is_empty() && !self.world.post.retry {
            return;
        }
        let mut seats = mem::take(&mut self.world.retrying);
        if mem::take(&mut self.world.post.retry) {
            seats = mem::take(&mut self.world.blocked);
        }
        let mut still = Vec::new();
        for seat in seats {
            if self.slabs[seat.slab as usize].retry(seat, &mut self.world) {
                still.push(seat);
            }
        }
        for seat in &still {
            let untangle = home::What::Untangle;
            self.slabs[seat.slab as usize].order(*seat, untangle, &mut self.world);
        }
        for seat in still {
            if !self.world.blocked.contains(&seat) {
                self.world.blocked.push(seat);
            }
        }
    }

    /// Obeys orders and starts new machines, until there are no more.
    fn begin(&mut self) {
        loop {
            self.hatch();
            let mut orders = self.home.take_orders();
            let none = orders.is_empty();
            self.obey(&mut orders);
            match self.world.starting.front() {
                Some(seat) => self.slabs[seat.slab as usize].start_next(&mut self.world),
                None if none => return,
                None => {}
            }
        }
    }

    /// Gives new machines their slots.
    fn hatch(&mut self) {
        while let Some(slab) = self.world.post.nests.next() {
            if slab as usize >= self.slabs.len() {
                self.furnish();
            }
            self.slabs[slab as usize].hatch_next(&mut self.world);
        }
    }

    fn obey(&mut self, orders: &mut Vec<Order>) {
        if orders.is_empty() {
            return;
        }
        self.hatch();
        self.furnish();
        for Order { seat, what } in orders.drain(..) {
            match what {
                home::What::Inspect(request) => self.inspect(seat, *request),
                home::What::Silence(home, time) => {
                    for slab in &mut self.slabs {
                        slab.silence(home, time, &mut self.world);
                    }
                }
                what => self.slabs[seat.slab as usize].order(seat, what, &mut self.world),
            }
        }
    }

    /// Tells of one machine, or of all.
    fn inspect(&mut self, seat: Seat, request: inspect::Request) {
        if request.wants_steps() {
            let steps = self.world.watch.as_ref().map(|watch| watch.recent());
            return request.answer_steps(steps.unwrap_or_default());
        }
        let only = (seat != Seat::NOWHERE).then_some(seat);
        let (mut views, mut machines) = (Vec::new(), 0);
        for (index, slab) in (0..).zip(&mut self.slabs) {
            if only.is_none_or(|seat| seat.slab == index) {
                machines += slab.inspect(only, request.limit(), &mut self.world, &mut views);
            }
        }
        let number = self.world.site().number_of(&self.home);
        request.answer(views, machines, number);
    }

    /// Makes the slabs and queues of types that are new here.
    fn furnish(&mut self) {
        if !self.home.has_doors_from(self.slabs.len()) {
            return;
        }
        // A step may have made the queues of some already.
        for door in self.home.doors_from(self.slabs.len()) {
            let (slab, nest) = door.furnish();
            if self.world.post.len() <= self.slabs.len() {
                self.world.post.add(nest);
            }
            self.slabs.push(slab);
        }
    }

    /// The time of the last turn that had to know it.
    pub(crate) fn now(&self) -> Time {
        self.world.now
    }

    /// When the next turn is due although nothing comes.
    pub(crate) fn next_deadline(&self) -> Option<Time> {
        self.world.alarms.next()
    }

    /// Takes the asynchronous steps that are to be run.
    pub(crate) fn take_jobs(&mut self) -> Vec<BoxFuture<'static, ()>> {
        mem::take(&mut self.world.jobs)
    }
}

impl Drop for EventLoop {
    fn drop(&mut self) {
        if let Some(post) = &mut self.world.post.0 {
            post.nests.abandon();
        }
        let (doors, waiting) = self.home.close();
        drop(waiting);
        for door in &doors {
            door.abandon();
        }
        if let Some(post) = &mut self.world.post.0 {
            post.abandon(&doors);
        }
    }
}
