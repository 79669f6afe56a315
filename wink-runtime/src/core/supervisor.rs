//! What a supervisor decides: which children to start, to stop, to kill, and when to give up.
//!
//! Must not know: what a child is, how it is started, any clock, any executor. What happens
//! comes in by [`Supervisor::handle`] with the time; what is to be done goes out by
//! [`Supervisor::poll_effect`].
//!
//! The rules:
//! - Declared children start in order: the next one when those before it have started. Children
//!   that are added later come after all declared ones and have no order among themselves.
//! - They stop in reverse order, one after the other, those without an order first and all at
//!   once. Each has its own grace, then it is killed.
//! - A start that fails is an end like any other: it is tried again, and counted.
//! - A child that has ended and is not wanted again is done: no later restart of the group
//!   brings it back.
//! - What is known of no child is nothing: it kills nobody.

mod alone;
mod children;
mod group;
#[cfg(test)]
mod tests;

use std::collections::{BTreeSet, VecDeque};
use std::fmt;
use std::time::Duration;

pub use self::children::{ChildKey, ChildState, ChildView};

use self::children::{Children, Phase, Then};
use super::child_spec::{ChildSpec, Grace};
use super::exit::{Error, ExitReason};
use super::restart::{BackOff, Intensity, Random, Window};
use super::time::Time;

/// Who is started again when one child has failed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Strategy {
    /// The child alone.
    #[default]
    OneForOne,
    /// All children of this supervisor.
    OneForAll,
    /// The child and those that were declared after it, and those that were added later.
    RestForOne,
}

impl fmt::Display for Strategy {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Strategy::OneForOne => "one for one",
            Strategy::OneForAll => "one for all",
            Strategy::RestForOne => "rest for one",
        })
    }
}

/// The settings of a supervisor.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Plan {
    /// Who is started again when one child has failed.
    pub strategy: Strategy,
    /// How many restarts are borne.
    pub intensity: Intensity,
    /// How long a restart waits, of children that say nothing else.
    pub back_off: BackOff,
}

/// What happens to a supervisor.
#[derive(Clone, Debug, PartialEq)]
pub enum Input {
    /// It is to start its children.
    Start,
    /// A child has started.
    Started(ChildKey),
    /// A child has ended, or has failed to start.
    Ended(ChildKey, ExitReason),
    /// Time has passed: see [`Supervisor::next_deadline`].
    Time,
    /// A child is to be stopped and not to be started again.
    Remove(ChildKey),
    /// It is to stop its children and end.
    Stop,
}

/// What a supervisor wants done.
#[derive(Clone, Debug, PartialEq)]
pub enum Effect {
    /// Start this child, for the first time or again. [`Input::Started`] or [`Input::Ended`]
    /// is to follow.
    Start(ChildKey),
    /// Ask this child to stop. [`Input::Ended`] is to follow.
    Stop(ChildKey),
    /// Kill this child: its grace is over. [`Input::Ended`] is to follow.
    Kill(ChildKey),
    /// This child will not be started again: what is kept for that can go. It does not run.
    Bury(ChildKey),
    /// All declared children have started that are to run, for the first time.
    Started,
    /// Tell people: this child has failed so many times in a row, and will start again after
    /// this delay.
    Failed {
        /// Which child.
        child: ChildKey,
        /// How many failures in a row this was.
        failures: u32,
        /// What it waits for, besides others that have to stop.
        delay: Duration,
    },
    /// All children are down; the supervisor ends for this reason. Nothing follows.
    Ended(ExitReason),
}

/// How far the supervisor itself is.
#[derive(Clone, Debug, PartialEq)]
enum Stage {
    /// It has not been told to start.
    Idle,
    Running,
    /// It stops its children; then it ends for this reason.
    Stopping(ExitReason),
    Ended,
}

/// The decisions of one supervisor, as a value.
///
/// ```
/// use wink_runtime::core::supervisor::{Effect, Input, Plan, Supervisor};
/// use wink_runtime::{ChildSpec, Time};
///
/// let mut supervisor = Supervisor::new(Plan::default(), 0);
/// let child = supervisor.declare(ChildSpec::new("kitchen"));
/// supervisor.handle(Time::ZERO, Input::Start);
/// assert_eq!(supervisor.poll_effect(), Some(Effect::Start(child)));
/// ```
#[derive(Debug)]
pub struct Supervisor {
    plan: Plan,
    window: Window,
    random: Random,
    stage: Stage,
    children: Children,
    /// When a delay or a grace is over, and whose.
    deadlines: BTreeSet<(Time, ChildKey)>,
    /// Added children that may start when there is nothing to wait for.
    ready: Vec<ChildKey>,
    /// Added children that are to stop with their group and have not been told.
    condemned: Vec<ChildKey>,
    /// Children that stop with their group and have not ended; nobody starts meanwhile.
    stopping: usize,
    /// Of these, how many have no place in the order.
    stopping_added: usize,
    /// Children that have been started and have not ended.
    alive: usize,
    /// Whether all declared children that are to run have started.
    is_in_order: bool,
    /// Whether that has been so once.
    has_started: bool,
    effects: VecDeque<Effect>,
}

impl Supervisor {
    /// A supervisor without children. `seed` decides the chance part of its delays.
    pub fn new(plan: Plan, seed: u64) -> Self {
        Self {
            plan,
            window: Window::default(),
            random: Random::new(seed),
            stage: Stage::Idle,
            children: Children::default(),
            deadlines: BTreeSet::new(),
            ready: Vec::new(),
            condemned: Vec::new(),
            stopping: 0,
            stopping_added: 0,
            alive: 0,
            is_in_order: false,
            has_started: false,
            effects: VecDeque::new(),
        }
    }

    /// Its settings.
    pub fn plan(&self) -> &Plan {
        &self.plan
    }

    /// Declares the next child of the order. It starts with the supervisor.
    ///
    /// # Panics
    /// After [`Input::Start`]: from then on children are [added](Self::add).
    pub fn declare(&mut self, spec: ChildSpec) -> ChildKey {
        assert!(
            self.stage == Stage::Idle,
            "child `{}` was declared after the start",
            spec.name
        );
        self.children.declare(spec)
    }

    /// Adds a child while the supervisor runs; it starts as soon as all declared ones have.
    /// `None` when the supervisor stops or has ended. Takes constant time.
    pub fn add(&mut self, now: Time, spec: ChildSpec) -> Option<ChildKey> {
        if let Stage::Stopping(_) | Stage::Ended = self.stage {
            return None;
        }
        let key = self.children.add(spec);
        self.ready.push(key);
        self.settle(now);
        Some(key)
    }

    /// Takes in what has happened at `now`. What is to be done about it is in
    /// [`poll_effect`](Self::poll_effect).
    pub fn handle(&mut self, now: Time, input: Input) {
        match input {
            Input::Start => {
                if self.stage == Stage::Idle {
                    self.stage = Stage::Running;
                    self.children.touch();
                }
            }
            Input::Started(key) => self.started(now, key),
            Input::Ended(key, reason) => self.ended(now, key, &reason),
            Input::Time => self.time(now),
            Input::Remove(key) => self.remove(now, key),
            Input::Stop => match self.stage {
                Stage::Idle | Stage::Running => self.wind_up(ExitReason::Stopped),
                Stage::Stopping(_) | Stage::Ended => {}
            },
        }
        self.settle(now);
    }

    /// Takes out the next thing to do, in order.
    pub fn poll_effect(&mut self) -> Option<Effect> {
        self.effects.pop_front()
    }

    /// When [`Input::Time`] is to be given at the latest; `None` when nothing waits for time.
    pub fn next_deadline(&self) -> Option<Time> {
        self.deadlines.first().map(|(deadline, _)| *deadline)
    }

    /// Whether it has ended.
    pub fn has_ended(&self) -> bool {
        self.stage == Stage::Ended
    }

    /// Whether it stops its children, or has: none of them will be started again by it.
    pub fn is_ending(&self) -> bool {
        matches!(self.stage, Stage::Stopping(_) | Stage::Ended)
    }

    /// Its children: the declared ones in order, then the others.
    pub fn children(&self) -> impl Iterator<Item = ChildView<'_>> {
        self.children.views()
    }

    /// One child; `None` when there is none of that key any more.
    pub fn child(&self, key: ChildKey) -> Option<ChildView<'_>> {
        self.children.get(key).map(|child| child.view(key))
    }

    fn started(&mut self, now: Time, key: ChildKey) {
        if let Some(child) = self.children.get_mut(key)
            && child.phase == Phase::Starting
        {
            self.children.change(key, Phase::Up { since: now });
        }
    }

    fn ended(&mut self, now: Time, key: ChildKey, reason: &ExitReason) {
        let Some(child) = self.children.get(key) else {
            return;
        };
        if !child.phase.is_alive() {
            return;
        }
        self.alive -= 1;
        match child.phase {
            Phase::Condemned(then) | Phase::Stopping { then, .. } => {
                let in_group = child.phase.is_in_group();
                let is_added = child.position.is_none();
                if in_group {
                    self.stopping -= 1;
                    self.stopping_added -= usize::from(is_added);
                }
                self.clear_deadline(key);
                self.after_stop(key, then);
            }
            Phase::Starting | Phase::Up { .. } => self.fell(now, key, reason),
            Phase::Waiting { .. } | Phase::Done => unreachable!("asked above"),
        }
    }

    /// A child has ended of itself.
    fn fell(&mut self, now: Time, key: ChildKey, reason: &ExitReason) {
        let Some(child) = self.children.get_mut(key) else {
            return;
        };
        let back_off = child.spec.back_off.unwrap_or(self.plan.back_off);
        if !child.spec.restart.wants(reason) || self.stage != Stage::Running {
            return self.bury(key);
        }
        if !self.has_fallen(now, key, back_off) {
            let name = self.children.get(key).map(|child| child.spec.name.clone());
            let name = name.unwrap_or_default();
            let cause = reason.error().cloned();
            self.bury(key);
            return self.wind_up(Error::gave_up(name, self.plan.intensity, cause).into());
        }
        let failures = self.children.get(key).map_or(1, |child| child.failures);
        let delay = back_off.delay(failures, &mut self.random);
        let child = key;
        self.effects.push_back(Effect::Failed {
            child,
            failures,
            delay,
        });
        self.restart(now, key, delay);
    }

    /// Counts the failure of a child that is wanted; whether it is borne.
    fn has_fallen(&mut self, now: Time, key: ChildKey, back_off: BackOff) -> bool {
        let calm = back_off.most().max(self.plan.intensity.period);
        let Some(child) = self.children.get_mut(key) else {
            return false;
        };
        child.restarts += 1;
        child.failures = match child.phase {
            Phase::Up { since } if now.since(since) > calm => 1,
            _ => child.failures.saturating_add(1),
        };
        self.window.admits(now, self.plan.intensity)
    }

    fn time(&mut self, now: Time) {
        while let Some((deadline, key)) = self.deadlines.first().copied()
            && deadline <= now
        {
            self.deadlines.pop_first();
            let Some(child) = self.children.get_mut(key) else {
                continue;
            };
            child.deadline = None;
            match child.phase {
                Phase::Stopping { .. } => self.effects.push_back(Effect::Kill(key)),
                _ if child.position.is_none() => self.ready.push(key),
                _ => self.children.touch(),
            }
        }
    }

    fn remove(&mut self, now: Time, key: ChildKey) {
        let Some(child) = self.children.get(key) else {
            return;
        };
        match child.phase {
            Phase::Waiting { .. } => self.bury(key),
            Phase::Starting | Phase::Up { .. } => self.tell_to_stop(now, key, Then::Bury, false),
            Phase::Condemned(_) => self.children.change(key, Phase::Condemned(Then::Bury)),
            Phase::Stopping { in_group, .. } => {
                let then = Then::Bury;
                self.children
                    .change(key, Phase::Stopping { then, in_group });
            }
            Phase::Done => {}
        }
    }

    /// Begins to stop everything, for good.
    fn wind_up(&mut self, reason: ExitReason) {
        self.stage = Stage::Stopping(reason);
        self.deadlines.clear();
        self.ready.clear();
        for key in self.children.keys() {
            self.condemn(key, Then::Bury);
        }
    }

    /// Says that a child is over and done with.
    fn bury(&mut self, key: ChildKey) {
        self.clear_deadline(key);
        if self.children.bury(key) {
            self.effects.push_back(Effect::Bury(key));
        }
    }

    fn set_deadline(&mut self, key: ChildKey, deadline: Time) {
        self.clear_deadline(key);
        if let Some(child) = self.children.get_mut(key) {
            child.deadline = Some(deadline);
            self.deadlines.insert((deadline, key));
        }
    }

    fn clear_deadline(&mut self, key: ChildKey) {
        if let Some(child) = self.children.get_mut(key)
            && let Some(deadline) = child.deadline.take()
        {
            self.deadlines.remove(&(deadline, key));
        }
    }

    fn tell_to_stop(&mut self, now: Time, key: ChildKey, then: Then, in_group: bool) {
        let Some(child) = self.children.get(key) else {
            return;
        };
        let grace = child.spec.grace;
        self.children
            .change(key, Phase::Stopping { then, in_group });
        match grace {
            Grace::Kill => self.effects.push_back(Effect::Kill(key)),
            Grace::Within(grace) => {
                self.effects.push_back(Effect::Stop(key));
                self.set_deadline(key, now + grace);
            }
            Grace::Forever => self.effects.push_back(Effect::Stop(key)),
        }
    }
}
