//! What a machine's functions ask of time.
//!
//! Must not know of: clocks, other than the calendar that the driver lends.

use super::Context;
use crate::core::address::Address;
use crate::core::effect::ReplyOf;
use crate::core::machine::{Machine, Takes};
use crate::core::time::Time;
use crate::core::timers::{Alarm, Every, SHORTEST_PERIOD, SendEvery, TimerId, later};
use core::time::Duration;
use std::borrow::Cow;
use std::time::SystemTime;

/// What functions of a machine ask of time.
///
/// A timer fires at its deadline, never before; in the order of the deadlines, and of those of
/// one deadline in the order in which they were armed. A machine's timers end with it.
impl<M: Machine> Context<M> {
    /// Gives this machine `message` after `delay`, unless the timer of that name is cancelled or
    /// set again before. It arrives as a step of its own, whatever state the machine is in then.
    pub fn set_timer(
        &mut self,
        name: impl Into<Cow<'static, str>>,
        delay: Duration,
        message: M::Message,
    ) {
        let name = name.into();
        let deadline = self.now() + delay;
        let timers = &mut self.extra().timers;
        timers.cancel(&name);
        timers.arm(deadline, Alarm::Named(name, message));
    }

    /// As [`set_timer`](Self::set_timer), beside other timers of that name: they are cancelled
    /// together.
    #[cfg(feature = "documents")]
    pub(crate) fn add_timer(
        &mut self,
        name: Cow<'static, str>,
        delay: Duration,
        message: M::Message,
    ) {
        let deadline = self.now() + delay;
        let alarm = Alarm::Named(name, message);
        self.extra().timers.arm(deadline, alarm);
    }

    /// As [`set_timer`](Self::set_timer), at a time of the calendar, as the wall clock says: when
    /// that is set to another time, the timer fires when it shows this one. A time that has
    /// passed has come.
    pub fn set_timer_at(
        &mut self,
        name: impl Into<Cow<'static, str>>,
        at: SystemTime,
        message: M::Message,
    ) {
        let name = name.into();
        let timers = &mut self.extra().timers;
        timers.cancel(&name);
        timers.arm_at(at, Alarm::Named(name, message));
    }

    /// Gives this machine a `message` like this after each `period`, the first after one, until
    /// the timer of that name is cancelled or set again. A period is at least a millisecond.
    ///
    /// It does not drift: the times are the present one plus whole periods. A machine that is
    /// kept from taking one (its step takes long, it waits for room, the computer sleeps) gets it
    /// when it can; those that it has missed by then are skipped, and it goes on in the same
    /// beat. [`Instance::advance`](crate::Instance::advance) misses none.
    pub fn every(
        &mut self,
        name: impl Into<Cow<'static, str>>,
        period: Duration,
        message: M::Message,
    ) where
        M::Message: Clone,
    {
        let name = name.into();
        let period = period.max(SHORTEST_PERIOD);
        let deadline = self.now() + period;
        let timers = &mut self.extra().timers;
        timers.cancel(&name);
        let every = Every {
            name,
            message,
            period,
            copy: M::Message::clone,
        };
        timers.arm(deadline, Alarm::Every(every));
    }

    /// Cancels the timer of that name; whether there was one.
    pub fn cancel_timer(&mut self, name: &str) -> bool {
        self.extra
            .as_mut()
            .is_some_and(|extra| extra.timers.cancel(name))
    }

    /// As [`send`](Context::send), but only when `delay` has passed. The message is not sent when
    /// this machine ends before, or [cancels](Self::cancel) it.
    pub fn send_after<T, Message>(
        &mut self,
        to: &Address<T>,
        delay: Duration,
        message: Message,
    ) -> TimerId
    where
        T: Takes<Message> + 'static,
        T::Message: Send,
        ReplyOf<T>: Send,
    {
        let sender = self.mailbox().sender();
        let deadline = self.now() + delay;
        let mail = to.mail(T::message(message), sender);
        self.extra().timers.arm(deadline, Alarm::Send(mail))
    }

    /// As [`send_after`](Self::send_after), at a time of the calendar: see
    /// [`set_timer_at`](Self::set_timer_at).
    pub fn send_at<T, Message>(
        &mut self,
        to: &Address<T>,
        at: SystemTime,
        message: Message,
    ) -> TimerId
    where
        T: Takes<Message> + 'static,
        T::Message: Send,
        ReplyOf<T>: Send,
    {
        let sender = self.mailbox().sender();
        let mail = to.mail(T::message(message), sender);
        self.extra().timers.arm_at(at, Alarm::Send(mail))
    }

    /// As [`send_after`](Self::send_after), again and again: see [`every`](Self::every). It goes
    /// on when the other machine has ended: what is sent then is reported as undelivered.
    pub fn send_every<T, Message>(
        &mut self,
        to: &Address<T>,
        period: Duration,
        message: Message,
    ) -> TimerId
    where
        T: Takes<Message> + 'static,
        T::Message: Send,
        ReplyOf<T>: Send,
        Message: Clone + Send + 'static,
    {
        let sender = self.mailbox().sender();
        let period = period.max(SHORTEST_PERIOD);
        let deadline = self.now() + period;
        let to = to.clone();
        let make = Box::new(move || to.mail(T::message(message.clone()), sender));
        let every = SendEvery { period, make };
        self.extra().timers.arm(deadline, Alarm::SendEvery(every))
    }

    /// Cancels a message that is to be sent; whether it was still to be.
    pub fn cancel(&mut self, timer: TimerId) -> bool {
        self.extra
            .as_mut()
            .is_some_and(|extra| extra.timers.cancel_id(timer))
    }

    /// The time of the calendar, as the wall clock of the machine's system says; for a machine
    /// that no system runs, as [`Instance::tell_calendar`](crate::Instance::tell_calendar) said
    /// last and moved on since, from 1970 on when nobody did.
    ///
    /// For what people read. For anything that measures, [`now`](Self::now): a wall clock jumps.
    pub fn calendar(&mut self) -> SystemTime {
        let now = self.now();
        let lent = self.mailbox().site().calendar();
        let told = || self.extra.as_ref()?.timers.calendar(now);
        let none = || later(SystemTime::UNIX_EPOCH, now.since(Time::ZERO));
        lent.or_else(told).unwrap_or_else(none)
    }
}

/// What the runtime calls.
impl<M: Machine> Context<M> {
    /// The next time of the calendar for which a timer is set.
    pub(crate) fn next_calendar(&self) -> Option<SystemTime> {
        self.extra.as_ref()?.timers.next_calendar()
    }

    /// It is that time of the calendar: timers for it are due now.
    pub(crate) fn tell_calendar(&mut self, calendar: SystemTime) {
        let now = self.now();
        self.extra().timers.tell_calendar(calendar, now);
    }
}
