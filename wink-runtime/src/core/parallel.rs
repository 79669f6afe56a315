//! The engine for charts with parallel states: steps a machine by its description.
//!
//! A chart without parallel states is compiled to straight code. Where several states rest at
//! once, which of them answer, and what is left and entered, is worked out here from tables
//! ([`Table`], built at compile time); the generated code only performs single operations
//! ([`Perform`](super::steps::Perform)). The algorithm is that of SCXML's appendix D with wink's
//! differences, and is written once: [`Microstep`] says what comes next, a plain or an `async`
//! loop performs it. Nothing here allocates.
//!
//! Must not know of: what follows a microstep (that is `run`'s), drivers, text.

mod microstep;
mod selection;
mod set;
mod table;

pub use microstep::{Completion, Microstep, Operation};
pub use plain::{completed, deliver, enter_initial, eventless, leave, signal};
pub use selection::{Selected, Selection, Stimulus};
pub use set::Set;
pub use table::{Engine, Table};

use super::context::Context;
use super::exit::ChildEvent;
use super::machine::Machine;
use super::observer::Observer;
use super::outcome::{Outcome, Received};
use super::signal::Signal;
use super::steps::Parts;
use super::store::Configuration;
use core::marker::PhantomData;
use wink_chart::{ChildSignal, RowId, RowKind, StateId, Trigger};

/// The table of a compiled machine, a constant.
struct TableOf<M, const WORDS: usize>(PhantomData<M>);

impl<M: Machine, const WORDS: usize> TableOf<M, WORDS> {
    const TABLE: &'static Table<WORDS> = &Table::new(M::CHART);
}

fn engine<M: Machine, const WORDS: usize>() -> Engine<'static, WORDS> {
    Engine {
        chart: M::CHART,
        table: TableOf::<M, WORDS>::TABLE,
    }
}

fn stimulus(signal: &Signal) -> Stimulus {
    match signal {
        Signal::After(row) => Stimulus::After(*row),
        Signal::Child(_, event) => Stimulus::Child(match event {
            ChildEvent::Started => ChildSignal::Started,
            ChildEvent::Pulsed => ChildSignal::Pulsed,
            ChildEvent::Errored(_) => ChildSignal::Errored,
            ChildEvent::Exited(_) => ChildSignal::Exited,
        }),
        Signal::Down(_) => Stimulus::Down,
        Signal::Stop => unreachable!("only who stops its children itself is told"),
    }
}

/// Notes which rows are taken; what they have in common is that they receive.
fn take<O: Observer, const WORDS: usize>(
    selection: &Selection<WORDS>,
    outcome: &mut Outcome,
    observer: &mut O,
) {
    for entry in selection.as_slice() {
        outcome.take(entry.row);
        observer.row(entry.row);
    }
}

/// What is done about a message that nothing receives. Returns whether it is to be deferred.
fn decline<O: Observer>(
    strongest: Option<(RowId, RowKind)>,
    message: wink_chart::MessageId,
    outcome: &mut Outcome,
    observer: &mut O,
) -> bool {
    match strongest {
        Some((row, RowKind::Defer)) => {
            outcome.receive(Received::Deferred(row));
            observer.deferred(row);
            return true;
        }
        Some((row, _)) => {
            outcome.receive(Received::Ignored(row));
            observer.ignored(row);
        }
        None => {
            outcome.receive(Received::Unhandled);
            observer.unhandled(message);
        }
    }
    false
}

/// The `after` rows of a state with their delays in nanoseconds.
fn time_outs<const WORDS: usize>(
    engine: Engine<'static, WORDS>,
    state: StateId,
) -> impl Iterator<Item = (RowId, u64)> {
    let rows = engine.table.rows(state).map(|index| RowId(index as u16));
    rows.filter_map(move |id| {
        let row = engine.row(id);
        match &row.trigger {
            Trigger::After(delay) if row.source == state => Some((id, delay.nanoseconds)),
            _ => None,
        }
    })
}

/// What follows a state's exit function.
fn exited<M: Machine, O: Observer, const WORDS: usize>(
    engine: Engine<'static, WORDS>,
    cx: &mut Context<M>,
    state: StateId,
    outcome: &mut Outcome,
    observer: &mut O,
) {
    outcome.change();
    observer.exited(state);
    for (row, _) in time_outs(engine, state) {
        cx.disarm(row);
    }
}

/// What precedes a state's entry function.
fn entering<M: Machine, O: Observer, const WORDS: usize>(
    engine: Engine<'static, WORDS>,
    cx: &mut Context<M>,
    state: StateId,
    outcome: &mut Outcome,
    observer: &mut O,
) {
    outcome.change();
    observer.entered(state);
    for (row, delay) in time_outs(engine, state) {
        cx.arm(row, delay);
    }
}

/// What follows a state's entry function: the states that it completes. A document has messages
/// for that, which `complete` raises; it says whether it did.
fn entered<M, S, const WORDS: usize, const HISTORIES: usize>(
    engine: Engine<'static, WORDS>,
    parts: &mut Parts<M>,
    state: StateId,
    complete: impl Fn(&mut Parts<M>, StateId, StateId) -> bool,
) where
    M: Machine<Store = Configuration<S, WORDS, HISTORIES>>,
{
    match engine.completion(Set(parts.cx.store.active), state) {
        Completion::Nothing => {}
        Completion::Machine => parts.cx.phase.finish(),
        Completion::States(parent, parallel) => {
            for completed in core::iter::once(parent).chain(parallel) {
                if !complete(parts, completed, state) {
                    parts.cx.push_done(completed);
                }
            }
        }
    }
}

macro_rules! stamp {
    (
        $(#[$documentation:meta])*
        $module:ident, $perform:ident, [$($async:tt)?], [$($wait:tt)*]
    ) => {
        $(#[$documentation])*
        pub mod $module {
            use super::super::machine::{Machine, Messages};
            use super::super::observer::Observer;
            use super::super::outcome::Outcome;
            use super::super::signal::Signal;
            use super::super::steps::{$perform, Event, Parts};
            use super::super::store::Configuration;
            use super::{
                Microstep, Operation, Stimulus, decline, engine, entered, entering, exited,
                stimulus, take,
            };
            use wink_chart::{RowKind, StateId};

            /// Performs a microstep to its end.
            $($async)? fn run<M, O, S, const WORDS: usize, const HISTORIES: usize>(
                mut microstep: Microstep<WORDS>,
                parts: &mut Parts<M>,
                event: &Event<'_, M>,
                outcome: &mut Outcome,
                observer: &mut O,
            ) where
                M: $perform + Machine<Store = Configuration<S, WORDS, HISTORIES>>,
                O: Observer,
            {
                let engine = engine::<M, WORDS>();
                while let Some(operation) = microstep.next(engine, &mut parts.cx.store) {
                    match operation {
                        Operation::Act(row) => {
                            microstep.choose(M::act(parts, row, event)$($wait)*);
                        }
                        Operation::Exit(state) => {
                            M::exit(parts, state)$($wait)*;
                            exited(engine, &mut parts.cx, state, outcome, observer);
                        }
                        Operation::Forget(state) => M::forget(parts, state),
                        Operation::Enter(state) => {
                            entering(engine, &mut parts.cx, state, outcome, observer);
                            M::enter(parts, state)$($wait)*;
                            entered(engine, parts, state, M::complete);
                        }
                        Operation::Default(default) => M::follow(parts, default),
                    }
                }
            }

            /// Takes the rows that a stimulus other than a message sets off; whether there
            /// were any.
            $($async)? fn answer<M, O, S, const WORDS: usize, const HISTORIES: usize>(
                parts: &mut Parts<M>,
                stimulus: Stimulus,
                event: &Event<'_, M>,
                outcome: &mut Outcome,
                observer: &mut O,
            ) -> bool
            where
                M: $perform + Machine<Store = Configuration<S, WORDS, HISTORIES>>,
                O: Observer,
            {
                let guard = |row| M::guard(parts, row, event);
                let selection = engine::<M, WORDS>().select(&parts.cx.store, stimulus, guard);
                if selection.as_slice().is_empty() {
                    return false;
                }
                take(&selection, outcome, observer);
                run(Microstep::take(selection), parts, event, outcome, observer)$($wait)*;
                true
            }

            /// Enters the root, then its initial states from the outside in.
            pub $($async)? fn enter_initial<M, O, S, const WORDS: usize, const HISTORIES: usize>(
                parts: &mut Parts<M>,
                outcome: &mut Outcome,
                observer: &mut O,
            ) where
                M: $perform + Machine<Store = Configuration<S, WORDS, HISTORIES>>,
                O: Observer,
            {
                let start = Microstep::start();
                run(start, parts, &Event::Always, outcome, observer)$($wait)*;
            }

            /// Offers a message to the active states.
            pub $($async)? fn deliver<M, O, S, const WORDS: usize, const HISTORIES: usize>(
                parts: &mut Parts<M>,
                message: M::Message,
                outcome: &mut Outcome,
                observer: &mut O,
            ) where
                M: $perform + Machine<Store = Configuration<S, WORDS, HISTORIES>>,
                O: Observer,
            {
                let event = Event::Message(&message);
                let engine = engine::<M, WORDS>();
                let guard = |row| M::guard(parts, row, &event);
                let stimulus = Stimulus::Message(message.id());
                let selection = engine.select(&parts.cx.store, stimulus, guard);
                let first = selection.as_slice().first().map(|entry| entry.row);
                let strongest = first.map(|row| (row, engine.row(row).kind));
                if let Some((_, RowKind::Receive)) = strongest {
                    take(&selection, outcome, observer);
                    run(Microstep::take(selection), parts, &event, outcome, observer)$($wait)*;
                } else if decline(strongest, message.id(), outcome, observer) {
                    parts.cx.defer(message);
                }
            }

            /// Takes the eventless rows that are enabled; whether there were any.
            pub $($async)? fn eventless<M, O, S, const WORDS: usize, const HISTORIES: usize>(
                parts: &mut Parts<M>,
                outcome: &mut Outcome,
                observer: &mut O,
            ) -> bool
            where
                M: $perform + Machine<Store = Configuration<S, WORDS, HISTORIES>>,
                O: Observer,
            {
                answer(parts, Stimulus::Always, &Event::Always, outcome, observer)$($wait)*
            }

            /// Takes the state's row for its completion, when it has one and is active.
            pub $($async)? fn completed<M, O, S, const WORDS: usize, const HISTORIES: usize>(
                parts: &mut Parts<M>,
                state: StateId,
                outcome: &mut Outcome,
                observer: &mut O,
            ) where
                M: $perform + Machine<Store = Configuration<S, WORDS, HISTORIES>>,
                O: Observer,
            {
                let event = Event::Done(state);
                answer(parts, Stimulus::Done(state), &event, outcome, observer)$($wait)*;
            }

            /// Offers a signal to the active states.
            pub $($async)? fn signal<M, O, S, const WORDS: usize, const HISTORIES: usize>(
                parts: &mut Parts<M>,
                signal: &Signal,
                outcome: &mut Outcome,
                observer: &mut O,
            ) where
                M: $perform + Machine<Store = Configuration<S, WORDS, HISTORIES>>,
                O: Observer,
            {
                let event = Event::Signal(signal);
                answer(parts, stimulus(signal), &event, outcome, observer)$($wait)*;
            }

            /// Leaves everything, innermost first, the root last.
            pub $($async)? fn leave<M, O, S, const WORDS: usize, const HISTORIES: usize>(
                parts: &mut Parts<M>,
                outcome: &mut Outcome,
                observer: &mut O,
            ) where
                M: $perform + Machine<Store = Configuration<S, WORDS, HISTORIES>>,
                O: Observer,
            {
                let leave = Microstep::leave(&parts.cx.store);
                run(leave, parts, &Event::Always, outcome, observer)$($wait)*;
            }
        }
    };
}

stamp! {
    /// For machines that run as plain code.
    plain, Perform, [], []
}

stamp! {
    /// For machines with `async` functions.
    asynchronous, PerformAsync, [async], [.await]
}
