//! The timers of one machine, the next one to fire first.
//!
//! Must not know of: clocks, and what a timer that fires does.

use super::address::Mail;
use super::machine::Machine;
use super::time::{Time, nanoseconds};
use core::time::Duration;
use std::borrow::Cow;
use std::time::SystemTime;
use wink_chart::RowId;

/// Which timer: what arms one without a name gives this back, for
/// [`Context::cancel`](crate::Context::cancel). No later timer of the machine has the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TimerId(u64);

/// The shortest time between two messages of one repeated timer: what is meant to be shorter is
/// so long.
pub(crate) const SHORTEST_PERIOD: Duration = Duration::from_millis(1);

/// Makes another message like that one.
pub(crate) type Copier<Message> = fn(&Message) -> Message;

/// What a timer is there for.
pub(crate) enum Alarm<M: Machine> {
    /// When to take an `after` row, unless its state is left before.
    After(RowId),
    /// When to give the machine a message of its own, unless the name is cancelled before.
    Named(Cow<'static, str>, M::Message),
    /// The same, again and again.
    Every(Every<M>),
    /// When to send a message that the machine addressed in advance.
    Send(Mail),
    /// The same, again and again.
    SendEvery(SendEvery),
    /// When to give up a question that has no answer yet.
    Late(Box<dyn Overdue<M::Message> + Send>),
}

/// A question that is given up at its deadline.
pub(crate) trait Overdue<Message> {
    /// It has been dealt with.
    fn is_over(&self) -> bool;

    /// Gives it up: the message that says so, unless it has been dealt with.
    fn expire(&self) -> Option<Message>;
}

/// A message of the machine's own, again and again.
pub(crate) struct Every<M: Machine> {
    pub(crate) name: Cow<'static, str>,
    pub(crate) message: M::Message,
    pub(crate) period: Duration,
    pub(crate) copy: Copier<M::Message>,
}

/// A message to somebody, again and again.
pub(crate) struct SendEvery {
    pub(crate) period: Duration,
    pub(crate) make: Box<dyn FnMut() -> Mail + Send>,
}

impl<M: Machine> Alarm<M> {
    fn name(&self) -> Option<&str> {
        match self {
            Alarm::Named(name, _) | Alarm::Every(Every { name, .. }) => Some(name),
            Alarm::After(_) | Alarm::Send(_) | Alarm::SendEvery(_) | Alarm::Late(_) => None,
        }
    }

    /// Whether there is nothing left that it could be there for.
    pub(crate) fn is_over(&self) -> bool {
        matches!(self, Alarm::Late(question) if question.is_over())
    }

    /// What of the alarm is taken when it fires, and what is left to fire again, when.
    fn split(self) -> (Self, Option<(Self, Duration)>) {
        match self {
            Alarm::Every(every) => {
                let message = (every.copy)(&every.message);
                let period = every.period;
                let now = Alarm::Named(every.name.clone(), message);
                (now, Some((Alarm::Every(every), period)))
            }
            Alarm::SendEvery(mut every) => {
                let mail = (every.make)();
                let period = every.period;
                (Alarm::Send(mail), Some((Alarm::SendEvery(every), period)))
            }
            once => (once, None),
        }
    }
}

/// A timer that has been armed.
pub(crate) struct Timer<M: Machine> {
    pub(crate) deadline: Time,
    pub(crate) id: TimerId,
    pub(crate) alarm: Alarm<M>,
}

/// A timer for a time of the calendar.
pub(crate) struct CalendarTimer<M: Machine> {
    pub(crate) at: SystemTime,
    id: TimerId,
    pub(crate) alarm: Alarm<M>,
}

/// What few machines have.
struct Calendar<M: Machine> {
    latest_first: Vec<CalendarTimer<M>>,
    /// What time of the calendar it was when; of machines that nobody tells, nothing.
    told: Option<(SystemTime, Time)>,
}

impl<M: Machine> Default for Calendar<M> {
    fn default() -> Self {
        Calendar {
            latest_first: Vec::new(),
            told: None,
        }
    }
}

/// Armed timers, latest deadline first, so that the next to fire is taken from the end. Of two
/// with one deadline the one that was armed first fires first.
pub(crate) struct Timers<M: Machine> {
    latest_first: Vec<Timer<M>>,
    /// Those for times of the calendar, in the same order.
    calendar: Option<Box<Calendar<M>>>,
    armed: u64,
    /// How many deadlines of questions have been set since those that are over were forgotten.
    late: usize,
}

impl<M: Machine> Default for Timers<M> {
    fn default() -> Self {
        Timers {
            latest_first: Vec::new(),
            calendar: None,
            armed: 0,
            late: 0,
        }
    }
}

impl<M: Machine> Timers<M> {
    /// Whether none has ever been armed.
    pub(crate) fn is_untouched(&self) -> bool {
        self.armed == 0
    }

    fn next_id(&mut self) -> TimerId {
        self.armed += 1;
        TimerId(self.armed)
    }

    pub(crate) fn arm(&mut self, deadline: Time, alarm: Alarm<M>) -> TimerId {
        let id = self.next_id();
        self.insert(deadline, id, alarm);
        id
    }

    /// Arms the deadline of a question. Now and then those are forgotten that are over, so that
    /// there are never many more than questions without an answer.
    pub(crate) fn arm_late(
        &mut self,
        deadline: Time,
        question: Box<dyn Overdue<M::Message> + Send>,
    ) {
        self.late += 1;
        if self.late > (self.latest_first.len() / 2).max(32) {
            self.late = 0;
            self.latest_first.retain(|timer| !timer.alarm.is_over());
        }
        self.arm(deadline, Alarm::Late(question));
    }

    fn insert(&mut self, deadline: Time, id: TimerId, alarm: Alarm<M>) {
        let place = self
            .latest_first
            .partition_point(|timer| timer.deadline > deadline);
        let timer = Timer {
            deadline,
            id,
            alarm,
        };
        self.latest_first.insert(place, timer);
    }

    /// Arms a timer that fires when the calendar says so.
    pub(crate) fn arm_at(&mut self, at: SystemTime, alarm: Alarm<M>) -> TimerId {
        let id = self.next_id();
        // A time before 1970 has come, and could not be written.
        let at = at.max(SystemTime::UNIX_EPOCH);
        let timers = &mut self.calendar.get_or_insert_default().latest_first;
        let place = timers.partition_point(|timer| timer.at > at);
        timers.insert(place, CalendarTimer { at, id, alarm });
        id
    }

    /// It is that time of the calendar at `now`: what was to fire then, or before, is due.
    pub(crate) fn tell_calendar(&mut self, calendar: SystemTime, now: Time) {
        let own = self.calendar.get_or_insert_default();
        own.told = Some((calendar, now));
        let first_due = own
            .latest_first
            .partition_point(|timer| timer.at > calendar);
        for timer in own.latest_first.split_off(first_due).into_iter().rev() {
            self.insert(now, timer.id, timer.alarm);
        }
    }

    /// The time of the calendar at `now`, as far as the machine has been told.
    pub(crate) fn calendar(&self, now: Time) -> Option<SystemTime> {
        let (calendar, told) = self.calendar.as_ref()?.told?;
        Some(later(calendar, now.since(told)))
    }

    /// Forgets the timers of that row.
    pub(crate) fn disarm(&mut self, row: RowId) {
        self.latest_first
            .retain(|timer| !matches!(timer.alarm, Alarm::After(armed) if armed == row));
    }

    /// Forgets the timer of that name; whether there was one.
    pub(crate) fn cancel(&mut self, name: &str) -> bool {
        self.forget(|_, alarm| alarm.name() == Some(name))
    }

    /// Forgets that timer; whether it was still to fire.
    pub(crate) fn cancel_id(&mut self, id: TimerId) -> bool {
        self.forget(|armed, _| armed == id)
    }

    fn forget(&mut self, is_meant: impl Fn(TimerId, &Alarm<M>) -> bool) -> bool {
        let before = self.len();
        self.latest_first
            .retain(|timer| !is_meant(timer.id, &timer.alarm));
        if let Some(calendar) = &mut self.calendar {
            calendar
                .latest_first
                .retain(|timer| !is_meant(timer.id, &timer.alarm));
        }
        self.len() < before
    }

    /// How many are armed.
    pub(crate) fn len(&self) -> usize {
        self.latest_first.len() + self.iter_calendar().count()
    }

    pub(crate) fn next_deadline(&self) -> Option<Time> {
        self.latest_first.last().map(|timer| timer.deadline)
    }

    /// The next time of the calendar at which one is due.
    pub(crate) fn next_calendar(&self) -> Option<SystemTime> {
        self.iter_calendar().next().map(|timer| timer.at)
    }

    /// Takes the next timer that is due at `now`. A repeated one is armed again: for the first
    /// of its times that is not before `missed`.
    pub(crate) fn pop_due(&mut self, now: Time, missed: Time) -> Option<Timer<M>> {
        let timer = self.latest_first.pop_if(|timer| timer.deadline <= now)?;
        let (alarm, rest) = timer.alarm.split();
        if let Some((rest, period)) = rest {
            let next = next_time(timer.deadline, period, missed);
            self.insert(next, timer.id, rest);
        }
        Some(Timer { alarm, ..timer })
    }

    /// All timers but those of the calendar, the next to fire first.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &Timer<M>> {
        self.latest_first.iter().rev()
    }

    /// Those of the calendar, the next to fire first.
    pub(crate) fn iter_calendar(&self) -> impl Iterator<Item = &CalendarTimer<M>> {
        let calendar = self.calendar.iter();
        calendar.flat_map(|calendar| calendar.latest_first.iter().rev())
    }

    pub(crate) fn clear(&mut self) {
        self.latest_first.clear();
        self.calendar = None;
    }
}

/// So much later; at the end of the calendar, the same time.
pub(crate) fn later(calendar: SystemTime, duration: Duration) -> SystemTime {
    calendar.checked_add(duration).unwrap_or(calendar)
}

/// The first time that lies whole periods after `last` and is not before `missed`.
fn next_time(last: Time, period: Duration, missed: Time) -> Time {
    let period = nanoseconds(period).max(1);
    let late = missed.nanoseconds().saturating_sub(last.nanoseconds());
    last.later(period.saturating_mul(late.div_ceil(period).max(1)))
}

#[cfg(test)]
mod tests {
    use super::{Duration, Time, next_time};

    #[test]
    fn a_repeated_timer_keeps_its_step_whatever_it_has_missed() {
        let next = |missed| {
            let missed = Time::from_nanoseconds(missed);
            next_time(
                Time::from_nanoseconds(100),
                Duration::from_nanos(10),
                missed,
            )
            .nanoseconds()
        };
        assert_eq!(next(0), 110, "the clock stands before");
        assert_eq!(next(100), 110);
        assert_eq!(next(109), 110);
        assert_eq!(next(110), 110, "the next one is due now, and not missed");
        assert_eq!(next(111), 120);
        assert_eq!(next(1_000_005), 1_000_010);
    }

    #[test]
    fn at_the_end_of_time_nothing_overflows() {
        let end = Time::from_nanoseconds(u64::MAX);
        assert_eq!(next_time(end, Duration::MAX, end), end);
        assert_eq!(next_time(Time::ZERO, Duration::MAX, end), end);
    }
}
