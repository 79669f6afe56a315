//! Run to completion: what follows a microstep, and what makes a step a step.
//!
//! Written once, stamped twice: as plain code for machines without `async` functions, and as
//! futures for machines with one. The two may not differ in anything but waiting.
//!
//! Must not know of: generated code beyond [`Steps`](super::steps::Steps), drivers.

use super::context::{Context, broken};
use super::effect::Effect;
use super::exit::{unreceived_child, unreceived_down};
use super::fingerprint::items;
use super::machine::Machine;
use super::mailbox::Envelope;
use super::outcome::Outcome;
use super::question::CallError;
use super::signal::Signal;
use super::status::Phase;
use super::steps::Parts;
use super::store::Store;
use super::time::Time;
use super::timers::Alarm;
use core::marker::PhantomData;
use wink_chart::{Chart, Trigger};

mod begin;
mod bound;
mod dispatching;
mod handling;
mod under_way;

pub(crate) use begin::{Begun, receive_now, resume};
use bound::{Bound, Pass};
pub(crate) use dispatching::dispatch_async;
pub(crate) use handling::{answer, handle};
use under_way::UnderWay;

/// What fires next.
enum Due<M: Machine> {
    Signal(Signal),
    Message(M::Message),
    Nothing,
}

/// Takes the next timer that is due, and moves the machine's time to its deadline. What a
/// repeated timer has missed until `missed` it skips.
fn next_due<M: Machine>(cx: &mut Context<M>, now: Time, missed: Time) -> Option<Due<M>> {
    if cx.phase != Phase::RUNNING || cx.next_deadline()? > now {
        return None;
    }
    let timer = cx.extra().timers.pop_due(now, missed)?;
    cx.now = cx.now.max(timer.deadline);
    Some(match timer.alarm {
        Alarm::After(row) => {
            let source = M::CHART.rows[row.index()].source;
            if cx.store.is_in(M::CHART, source) {
                Due::Signal(Signal::After(row))
            } else {
                Due::Nothing
            }
        }
        Alarm::Named(_, message) => Due::Message(message),
        Alarm::Send(mail) => {
            cx.push_effect(Effect::Send(mail));
            cx.commit();
            // Nothing but an effect: no step that could fail.
            cx.phase = Phase::RUNNING;
            Due::Nothing
        }
        Alarm::Late(question) => question.expire().map_or(Due::Nothing, Due::Message),
        // Each time that one of these fires it is one of those above.
        Alarm::Every(_) | Alarm::SendEvery(_) => Due::Nothing,
    })
}

/// A machine that has not been started, or has ended, takes nothing.
#[cold]
#[inline(never)]
fn refuse<M: Machine>(cx: &mut Context<M>) -> Outcome {
    cx.bury(broken);
    Outcome::ENDED
}

/// As [`refuse`], and a caller hears why.
#[cold]
#[inline(never)]
fn refuse_envelope<M: Machine>(cx: &mut Context<M>, envelope: Envelope<M>) -> Outcome {
    let outcome = refuse(cx);
    if let (Some(port), Some(reason)) = (envelope.port, cx.exit_reason()) {
        port.refuse(CallError::Died(reason));
    }
    outcome
}

/// What becomes of a signal that no row received.
fn unreceived<M: Machine>(cx: &mut Context<M>, signal: &Signal) {
    let error = match signal {
        Signal::Child(child, event) => unreceived_child(*child, event),
        Signal::Down(down) => unreceived_down(down),
        Signal::After(_) | Signal::Stop => None,
    };
    if let Some(error) = error {
        cx.fail(error);
    }
}

/// The last act: what was left running is dropped, the status says how it ended.
fn end<M: Machine>(parts: &mut Parts<M>, outcome: &mut Outcome) {
    outcome.change();
    parts.locals = M::Locals::default();
    let failed = parts.cx.phase.is_failing();
    parts.cx.phase = if failed {
        Phase::ERRORED
    } else {
        Phase::EXITED
    };
    parts.cx.clear();
}

/// What a machine's chart says that a step has to look for; constants of the compiled machine.
struct Facts<M>(PhantomData<M>);

impl<M: Machine> Facts<M> {
    const HAS_ALWAYS: bool = M::SETTLED || has_always(M::CHART);
}

const fn has_always(chart: &Chart) -> bool {
    let rows = items(&chart.rows);
    let mut index = 0;
    while index < rows.len() {
        if matches!(rows[index].trigger, Trigger::Always) {
            return true;
        }
        index += 1;
    }
    false
}

/// Offers a message, in the way of each kind of machine. What a machine does on a message is
/// code that is merged into what offers it: once where messages from outside arrive, and once in
/// a function for all other places.
macro_rules! offer {
    (plain, $parts:expr, $message:expr, $outcome:expr, $observer:expr) => {
        M::deliver($parts, $message, $outcome, $observer)
    };
    (plain again, $parts:expr, $message:expr, $outcome:expr, $observer:expr) => {
        deliver_again($parts, $message, $outcome, $observer)
    };
    (asynchronous $($again:ident)?, $parts:expr, $message:expr, $outcome:expr, $observer:expr) => {
        if let Some(message) = deliver_again($parts, $message, $outcome, $observer) {
            M::deliver($parts, message, $outcome, $observer).await
        }
    };
}

macro_rules! stamp {
    (
        $(#[$documentation:meta])*
        $module:ident, $steps:ident, [$($async:tt)?], [$($wait:tt)*],
        $($own:item)+
    ) => {
        $(#[$documentation])*
        pub(crate) mod $module {
            use super::super::context::Internal;
            use super::super::exit::ExitReason;
            use super::super::mailbox::Envelope;
            use super::super::observer::Observer;
            use super::super::outcome::Outcome;
            use super::super::signal::Signal;
            use super::super::status::Phase;
            use super::super::steps::{Parts, $steps};
            use super::super::time::Time;
            use super::{Bound, Due, Facts, Pass};
            #[allow(unused_imports, reason = "for plain code only")]
            use super::UnderWay;
            use super::{end, next_due, refuse, refuse_envelope, unreceived};

            $($own)+

            /// What follows the first microstep of every step. Of most there is nothing.
            #[inline]
            pub(super) $($async)? fn complete<M: $steps, O: Observer>(
                parts: &mut Parts<M>,
                outcome: &mut Outcome,
                observer: &mut O,
            ) {
                outcome.settled = true;
                let followed = Facts::<M>::HAS_ALWAYS
                    && !parts.cx.phase.is_ending()
                    && M::eventless(parts, outcome, observer)$($wait)*;
                if followed || !parts.cx.phase.is_plain() {
                    follow(parts, followed, outcome, observer)$($wait)*;
                } else {
                    parts.cx.phase.rest();
                }
            }

            /// What follows when something does: an eventless microstep was taken already, or the
            /// step asked for something.
            #[inline(never)]
            $($async)? fn follow<M: $steps, O: Observer>(
                parts: &mut Parts<M>,
                followed: bool,
                outcome: &mut Outcome,
                observer: &mut O,
            ) {
                if !parts.cx.phase.is_plain() {
                    parts.cx.close(outcome.received());
                }
                if M::SETTLES {
                    settle(parts, Bound::after(followed), outcome, observer)$($wait)*;
                } else {
                    // Completions that no `done` row waits for.
                    parts.cx.clear_internal();
                }
                if parts.cx.phase.is_plain() {
                    parts.cx.phase.rest();
                } else {
                    conclude(parts, outcome, observer)$($wait)*;
                }
            }

            /// Takes what is eventless and what was raised, until neither is left.
            $($async)? fn settle<M: $steps, O: Observer>(
                parts: &mut Parts<M>,
                mut bound: Bound,
                outcome: &mut Outcome,
                observer: &mut O,
            ) {
                while !parts.cx.phase.is_ending() {
                    if !(Facts::<M>::HAS_ALWAYS
                        && M::eventless(parts, outcome, observer)$($wait)*)
                    {
                        match parts.cx.next_internal() {
                            Some(Internal::Message(message)) => {
                                offer!($module again, parts, message, outcome, observer)
                            }
                            Some(Internal::Done(state)) => {
                                M::completed(parts, state, outcome, observer)$($wait)*;
                            }
                            None => return,
                        }
                    }
                    bound.count(&mut parts.cx);
                }
            }

            /// The end of a step that asked for something.
            #[inline(never)]
            $($async)? fn conclude<M: $steps, O: Observer>(
                parts: &mut Parts<M>,
                outcome: &mut Outcome,
                observer: &mut O,
            ) {
                if parts.cx.phase.is_ending() {
                    M::leave(parts, outcome, observer)$($wait)*;
                    end(parts, outcome);
                } else {
                    parts.cx.phase = Phase::RUNNING;
                }
                parts.cx.commit();
            }

            /// Starts the machine.
            #[inline]
            pub(crate) $($async)? fn start<M: $steps, O: Observer>(
                parts: &mut Parts<M>,
                observer: &mut O,
            ) -> Outcome {
                if parts.cx.phase != Phase::FRESH {
                    return refuse(&mut parts.cx);
                }
                let mut outcome = Outcome::NOTHING;
                parts.cx.phase = Phase::STEPPING;
                M::enter_initial(parts, &mut outcome, observer)$($wait)*;
                complete(parts, &mut outcome, observer)$($wait)*;
                if M::DEFERS {
                    redeliver(parts, &mut outcome, observer)$($wait)*;
                }
                outcome
            }

            /// One step for one message, without what it may bring back.
            #[inline]
            $($async)? fn step<M: $steps, O: Observer>(
                parts: &mut Parts<M>,
                message: M::Message,
                observer: &mut O,
            ) -> Outcome {
                let mut outcome = Outcome::NOTHING;
                offer!($module, parts, message, &mut outcome, observer);
                complete(parts, &mut outcome, observer)$($wait)*;
                outcome
            }

            /// A message from outside with its way back.
            pub(crate) $($async)? fn receive<M: $steps, O: Observer>(
                parts: &mut Parts<M>,
                envelope: Envelope<M>,
                observer: &mut O,
            ) -> Outcome {
                if parts.cx.phase != Phase::RUNNING {
                    return refuse_envelope(&mut parts.cx, envelope);
                }
                parts.cx.phase = Phase::STEPPING;
                let mut outcome = reopen(parts, envelope, observer)$($wait)*;
                if M::DEFERS && outcome.changed() {
                    redeliver(parts, &mut outcome, observer)$($wait)*;
                }
                outcome
            }

            #[inline]
            $($async)? fn reopen<M: $steps, O: Observer>(
                parts: &mut Parts<M>,
                envelope: Envelope<M>,
                observer: &mut O,
            ) -> Outcome {
                let Envelope { message, port, sender } = envelope;
                parts.cx.open(port, sender);
                step(parts, message, observer)$($wait)*
            }

            /// Offers the deferred messages again, in order, each as a step of its own; once more
            /// from the first whenever one of them has changed the configuration.
            pub(super) $($async)? fn redeliver<M: $steps, O: Observer>(
                parts: &mut Parts<M>,
                outcome: &mut Outcome,
                observer: &mut O,
            ) {
                let mut pass = Pass::new(&parts.cx);
                while let Some(envelope) = pass.next(&mut parts.cx) {
                    let step = reopen(parts, envelope, observer)$($wait)*;
                    outcome.append(&step);
                    pass.count(&mut parts.cx, &step);
                }
                if parts.cx.phase.is_ending() {
                    conclude(parts, outcome, observer)$($wait)*;
                }
            }

            /// A signal, and the deferred messages that it brings back.
            pub(crate) $($async)? fn signal<M: $steps, O: Observer>(
                parts: &mut Parts<M>,
                signal: &Signal,
                observer: &mut O,
            ) -> Outcome {
                if parts.cx.phase != Phase::RUNNING {
                    return refuse(&mut parts.cx);
                }
                let mut outcome = Outcome::NOTHING;
                parts.cx.phase = Phase::STEPPING;
                M::signal(parts, signal, &mut outcome, observer)$($wait)*;
                if !outcome.is_handled() {
                    unreceived(&mut parts.cx, signal);
                }
                complete(parts, &mut outcome, observer)$($wait)*;
                if M::DEFERS && outcome.changed() {
                    redeliver(parts, &mut outcome, observer)$($wait)*;
                }
                outcome
            }

            /// Fires the next timer that is due at `now`; `None` when there is none. What a
            /// repeated timer has missed until `missed` it skips.
            pub(crate) $($async)? fn fire<M: $steps, O: Observer>(
                parts: &mut Parts<M>,
                now: Time,
                missed: Time,
                observer: &mut O,
            ) -> Option<Outcome> {
                Some(match next_due(&mut parts.cx, now, missed)? {
                    Due::Signal(due) => signal(parts, &due, observer)$($wait)*,
                    Due::Message(message) => dispatch(parts, message, observer)$($wait)*,
                    Due::Nothing => Outcome::NOTHING,
                })
            }

            /// Lets time pass until `now`: every timer that comes due fires at its own deadline.
            pub(crate) $($async)? fn advance<M: $steps, O: Observer>(
                parts: &mut Parts<M>,
                now: Time,
                observer: &mut O,
            ) -> Outcome {
                if parts.cx.phase != Phase::RUNNING {
                    return refuse(&mut parts.cx);
                }
                let mut outcome = Outcome::NOTHING;
                let mut at = parts.cx.now;
                let mut bound = Bound::default();
                // Time passes here, and nothing is missed.
                while let Some(fired) = fire(parts, now, Time::ZERO, observer)$($wait)* {
                    outcome.receive(fired.received());
                    outcome.append(&fired);
                    if parts.cx.now > at {
                        at = parts.cx.now;
                        bound = Bound::default();
                    }
                    bound.count(&mut parts.cx);
                }
                parts.cx.now = parts.cx.now.max(now);
                if parts.cx.phase.is_ending() {
                    conclude(parts, &mut outcome, observer)$($wait)*;
                }
                outcome
            }

            /// Ends the machine from outside: the exits of all active states run.
            pub(crate) $($async)? fn stop<M: $steps, O: Observer>(
                parts: &mut Parts<M>,
                reason: ExitReason,
                observer: &mut O,
            ) -> Outcome {
                if parts.cx.phase != Phase::RUNNING {
                    return refuse(&mut parts.cx);
                }
                let mut outcome = Outcome::NOTHING;
                parts.cx.phase = Phase::STEPPING;
                parts.cx.end_with(reason);
                conclude(parts, &mut outcome, observer)$($wait)*;
                outcome
            }
        }
    };
}

stamp! {
    /// For machines that run as plain code.
    plain, Steps, [], [],
    /// A message from outside, and the deferred ones that it brings back.
    #[inline]
    pub(crate) fn dispatch<M: Steps, O: Observer>(
        parts: &mut Parts<M>,
        message: M::Message,
        observer: &mut O,
    ) -> Outcome {
        if parts.cx.phase != Phase::RUNNING {
            // Buried when somebody asks: a call here would keep the machine out of registers in
            // a loop that only dispatches.
            core::hint::cold_path();
            return Outcome::ENDED;
        }
        let open = UnderWay { parts: &mut *parts };
        let mut outcome = step(open.parts, message, observer);
        open.close();
        if M::DEFERS && outcome.changed() {
            redeliver(parts, &mut outcome, observer);
        }
        outcome
    }

    #[inline(never)]
    fn deliver_again<M: Steps, O: Observer>(
        parts: &mut Parts<M>,
        message: M::Message,
        outcome: &mut Outcome,
        observer: &mut O,
    ) {
        M::deliver(parts, message, outcome, observer);
    }
}

stamp! {
    /// For machines with `async` functions.
    asynchronous, StepsAsync, [async], [.await],
    /// A message of its own, and the deferred ones that it brings back.
    pub(crate) async fn dispatch<M: StepsAsync, O: Observer>(
        parts: &mut Parts<M>,
        message: M::Message,
        observer: &mut O,
    ) -> Outcome {
        if parts.cx.phase != Phase::RUNNING {
            return Outcome::ENDED;
        }
        parts.cx.phase = Phase::STEPPING;
        let mut outcome = step(parts, message, observer).await;
        if M::DEFERS && outcome.changed() {
            redeliver(parts, &mut outcome, observer).await;
        }
        outcome
    }

    #[inline(never)]
    fn deliver_again<M: StepsAsync, O: Observer>(
        parts: &mut Parts<M>,
        message: M::Message,
        outcome: &mut Outcome,
        observer: &mut O,
    ) -> Option<M::Message> {
        M::deliver_now(parts, message, outcome, observer)
    }
}
