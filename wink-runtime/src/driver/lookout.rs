//! A thread that looks whether the loops of a system go on, and tells when one does not.

use std::sync::atomic::Ordering;
use std::sync::{Arc, Weak};
use std::thread;
use std::time::{Duration, Instant};

use super::shared::Shared;
use crate::core::event::SystemEvent;
use crate::core::event_loop::home::{Home, Seat, What};
use crate::core::event_loop::lookout::{Lookout, Seen};
use crate::core::exit::Identity;
use crate::core::station::Site;
use crate::core::time::Time;

/// How often it looks within the limit: so much later, in parts of it, a loop may be told of.
const LOOKS: u32 = 4;

/// The shortest time between two looks.
const SHORTEST: Duration = Duration::from_millis(1);

/// Looks after the loops of a system until that is gone. A loop cannot look after itself, and
/// the clock of a system may stand still.
pub(super) fn look_after(shared: &Arc<Shared>, limit: Duration) {
    if limit == Duration::MAX {
        return;
    }
    let shared = Arc::downgrade(shared);
    let thread = thread::Builder::new().name("wink-lookout".to_owned());
    // Without it nothing is told, and everything else works.
    drop(thread.spawn(move || look(&shared, limit)));
}

#[allow(
    clippy::disallowed_methods,
    reason = "what is measured is the loops' real time, whatever their clock says"
)]
fn look(shared: &Weak<Shared>, limit: Duration) {
    let begun = Instant::now();
    let mut loops: Vec<Watched> = Vec::new();
    loop {
        thread::park_timeout((limit / LOOKS).max(SHORTEST));
        let Some(shared) = shared.upgrade() else {
            return;
        };
        if shared.is_over() {
            return;
        }
        let homes = shared.homes();
        loops.resize_with(homes.len(), Watched::default);
        let now = Time::ZERO + begun.elapsed();
        for ((number, home), seen) in (0..).zip(homes).zip(&mut loops) {
            if let Some(home) = home.upgrade() {
                let tell = |event| shared.report(event);
                seen.look(number, &home, now, limit).for_each(tell);
                // Another loop may owe it the wake-up, and be held up itself.
                let is_left = home.bell.is_rung() && home.bell.is_free();
                if is_left {
                    home.bell.wake();
                }
                seen.stand_in(is_left, home);
            }
        }
        tell_silence(&shared, &loops);
    }
}

/// Tells the loops that go on which do not: children may be there.
fn tell_silence(shared: &Shared, loops: &[Watched]) {
    let least = Duration::from_nanos(shared.least_silence.load(Ordering::Relaxed));
    for (home, seen) in shared.homes().iter().zip(loops) {
        let Some(time) = seen.stuck.filter(|time| *time >= least) else {
            continue;
        };
        let Some(silent) = home.upgrade() else {
            continue;
        };
        let others = shared.homes().iter().zip(loops);
        for (home, _) in others.filter(|(_, seen)| seen.stuck.is_none()) {
            if let Some(home) = home.upgrade() {
                home.order(Seat::NOWHERE, What::Silence(silent.number(), time));
            }
        }
    }
}

/// One loop: its turns, and its asynchronous steps.
#[derive(Default)]
struct Watched {
    /// For how long it has been at one turn, when that was too long at the last look already.
    stuck: Option<Duration>,
    turns: Track,
    asides: Track,
    /// At the last look something had come for it, and nobody ran it.
    was_left: bool,
    /// The thread that runs it instead of its own.
    stand_in: Option<thread::JoinHandle<()>>,
}

/// What can be told of whoever is at work.
type Who = Option<(Identity, Option<&'static str>)>;

impl Watched {
    fn look(
        &mut self,
        number: u32,
        home: &Home,
        now: Time,
        limit: Duration,
    ) -> impl Iterator<Item = SystemEvent> {
        let seen = self.turns.lookout.look(home.turns.count(), now, limit);
        self.stuck = match seen {
            Seen::StillStuck(time) => Some(time),
            _ => None,
        };
        let turn = self.turns.tell(number, seen, || home.under_way());
        let seen = self.asides.lookout.look(home.asides.count(), now, limit);
        let aside = self.asides.tell(number, seen, || home.aside_under_way());
        turn.into_iter().chain(aside)
    }

    /// Has another thread run a loop that nobody ran at two looks: its own may help another loop,
    /// and be held up there by a step that does not end.
    fn stand_in(&mut self, is_left: bool, home: Arc<Home>) {
        let is_away = is_left && self.was_left;
        self.was_left = is_left;
        let is_under_way = |thread: &thread::JoinHandle<()>| !thread.is_finished();
        if is_away && !self.stand_in.as_ref().is_some_and(is_under_way) {
            let thread = thread::Builder::new().name("wink-stand-in".to_owned());
            // Without one the loop waits for its own thread.
            self.stand_in = thread.spawn(move || home.stand_in()).ok();
        }
    }
}

/// One kind of work of a loop.
#[derive(Default)]
struct Track {
    lookout: Lookout,
    /// Who held it up when that was told.
    machine: Option<Identity>,
}

impl Track {
    fn tell(&mut self, number: u32, seen: Seen, who: impl Fn() -> Who) -> Option<SystemEvent> {
        match seen {
            Seen::Nothing => None,
            Seen::Stuck(time) => Some(self.stuck(number, who(), time)),
            // It may have been between two steps when that was told, and have no name.
            Seen::StillStuck(time) if self.machine.is_none() => {
                let event = self.stuck(number, who(), time);
                self.machine.is_some().then_some(event)
            }
            Seen::StillStuck(_) => None,
            Seen::GoesOn(time) => Some(SystemEvent::LoopGoesOn {
                number,
                machine: self.machine.take(),
                time,
            }),
        }
    }

    fn stuck(&mut self, number: u32, who: Who, time: Duration) -> SystemEvent {
        let (machine, message) = who.unzip();
        self.machine = machine;
        SystemEvent::LoopBlocked {
            number,
            machine,
            message: message.flatten(),
            time,
        }
    }
}
