//! What generated code provides: the steps of one machine, spelled out.
//!
//! Must not know of: what starts a step and what follows it (that is `run`'s).

use super::context::Context;
use super::machine::Machine;
use super::observer::Observer;
use super::outcome::Outcome;
use super::signal::Signal;
use wink_chart::{RowId, StateId};

/// A machine's parts, apart so that a function can borrow one and change another.
pub struct Parts<M: Machine> {
    /// What the machine remembers, whatever state it is in.
    pub data: M,
    /// What its active states remember.
    pub locals: M::Locals,
    /// Where it is, and what it asks of the world.
    pub cx: Context<M>,
}

/// The steps of a machine that has no `async` function. Implemented by `#[machine]`.
///
/// Each method carries out one microstep at most and returns; what follows (eventless rows,
/// raised messages, the end of the machine, deferred messages) is the runtime's.
#[diagnostic::on_unimplemented(
    message = "`{Self}` has `async` functions and cannot be stepped as plain code",
    label = "this machine has `async` functions",
    note = "use the `_async` twin of this method and await it (`start_async`, `dispatch_async`), \
            or spawn the machine in a `System`"
)]
pub trait Steps: Machine {
    /// Whether anything can follow a microstep without a message from outside: `always` or `done`
    /// rows, or a function that takes the context and so can raise.
    const SETTLES: bool;
    /// Whether any row defers a message.
    const DEFERS: bool;

    /// Runs the root's entry, then enters the initial states from the outside in.
    fn enter_initial<O: Observer>(parts: &mut Parts<Self>, outcome: &mut Outcome, observer: &mut O);

    /// Offers a message to the active states: one microstep, or none when nothing takes it.
    fn deliver<O: Observer>(
        parts: &mut Parts<Self>,
        message: Self::Message,
        outcome: &mut Outcome,
        observer: &mut O,
    );

    /// Takes one eventless transition; `false` when none is enabled, as in a machine without
    /// `always` rows.
    #[inline]
    fn eventless<O: Observer>(
        parts: &mut Parts<Self>,
        outcome: &mut Outcome,
        observer: &mut O,
    ) -> bool {
        let _ = (parts, outcome, observer);
        false
    }

    /// Answers that `state` has been completed, when it has a `done` row and is active. A machine
    /// without such rows answers nothing.
    fn completed<O: Observer>(
        parts: &mut Parts<Self>,
        state: StateId,
        outcome: &mut Outcome,
        observer: &mut O,
    ) {
        let _ = (parts, state, outcome, observer);
    }

    /// Offers a signal to the active states. The source of an `after` row is active.
    fn signal<O: Observer>(
        parts: &mut Parts<Self>,
        signal: &Signal,
        outcome: &mut Outcome,
        observer: &mut O,
    );

    /// Runs the exits of everything that is active, innermost first, the root last.
    fn leave<O: Observer>(parts: &mut Parts<Self>, outcome: &mut Outcome, observer: &mut O);
}

/// The steps of a machine that has `async` functions. Implemented by `#[machine]`.
///
/// The same as [`Steps`], each step a future. A future that is dropped before it is ready has
/// left its machine in the middle of a step: the machine has errored.
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no `async` function",
    label = "this machine runs as plain code",
    note = "use the method without `_async` and without `.await`"
)]
#[allow(
    async_fn_in_trait,
    reason = "whether the future is Send is known where the machine is"
)]
pub trait StepsAsync: Machine {
    /// See [`Steps::SETTLES`].
    const SETTLES: bool;
    /// See [`Steps::DEFERS`].
    const DEFERS: bool;

    /// See [`Steps::enter_initial`].
    async fn enter_initial<O: Observer>(
        parts: &mut Parts<Self>,
        outcome: &mut Outcome,
        observer: &mut O,
    );

    /// As [`deliver`](Self::deliver), without a future, for a message whose row never waits. Any
    /// other message is given back, with nothing done.
    fn deliver_now<O: Observer>(
        parts: &mut Parts<Self>,
        message: Self::Message,
        outcome: &mut Outcome,
        observer: &mut O,
    ) -> Option<Self::Message>;

    /// See [`Steps::deliver`].
    async fn deliver<O: Observer>(
        parts: &mut Parts<Self>,
        message: Self::Message,
        outcome: &mut Outcome,
        observer: &mut O,
    );

    /// See [`Steps::eventless`].
    async fn eventless<O: Observer>(
        parts: &mut Parts<Self>,
        outcome: &mut Outcome,
        observer: &mut O,
    ) -> bool;

    /// See [`Steps::completed`].
    async fn completed<O: Observer>(
        parts: &mut Parts<Self>,
        state: StateId,
        outcome: &mut Outcome,
        observer: &mut O,
    );

    /// See [`Steps::signal`].
    async fn signal<O: Observer>(
        parts: &mut Parts<Self>,
        signal: &Signal,
        outcome: &mut Outcome,
        observer: &mut O,
    );

    /// See [`Steps::leave`].
    async fn leave<O: Observer>(parts: &mut Parts<Self>, outcome: &mut Outcome, observer: &mut O);
}

/// What a row of a parallel chart is asked about.
pub enum Event<'event, M: Machine> {
    /// A message, from outside or raised.
    Message(&'event M::Message),
    /// A time-out, or news of another machine.
    Signal(&'event Signal),
    /// This state has been completed.
    Done(StateId),
    /// Nothing: the row is eventless.
    Always,
}

impl<M: Machine> Clone for Event<'_, M> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<M: Machine> Copy for Event<'_, M> {}

/// The operations of a parallel chart without `async` functions; the engine decides which and
/// in what order. Implemented by `#[machine]`.
pub trait Perform: Machine {
    /// Whether the row's guard holds; `true` for a row that has none.
    fn guard(parts: &Parts<Self>, row: RowId, event: &Event<'_, Self>) -> bool;

    /// Runs the row's function, if it has one. Returns the index of the chosen target in
    /// [`Row::targets`](wink_chart::Row::targets); 0 for a row that does not choose.
    fn act(parts: &mut Parts<Self>, row: RowId, event: &Event<'_, Self>) -> usize;

    /// Runs the state's entry function and keeps its local.
    fn enter(parts: &mut Parts<Self>, state: StateId);

    /// Runs the state's exit function.
    fn exit(parts: &mut Parts<Self>, state: StateId);

    /// Drops the local of a state that was left. The rows of the microstep have acted before,
    /// so that a function can take the local of a state that its row leaves.
    fn forget(parts: &mut Parts<Self>, state: StateId) {
        let _ = (parts, state);
    }

    /// Runs the function of what a document enters by default: its index among the
    /// [defaults](wink_chart::Chart::defaults).
    fn follow(parts: &mut Parts<Self>, default: usize) {
        let _ = (parts, default);
    }

    /// Raises the message of a document that says that the state `of` is complete, `by` having
    /// been entered; `false` when there is none, and `done` rows are to hear of it.
    fn complete(parts: &mut Parts<Self>, of: StateId, by: StateId) -> bool {
        let _ = (parts, of, by);
        false
    }
}

/// The operations of a parallel chart with `async` functions. Implemented by `#[machine]`.
#[allow(
    async_fn_in_trait,
    reason = "whether the future is Send is known where the machine is"
)]
pub trait PerformAsync: Machine {
    /// See [`Perform::guard`]; guards never wait.
    fn guard(parts: &Parts<Self>, row: RowId, event: &Event<'_, Self>) -> bool;

    /// See [`Perform::act`].
    async fn act(parts: &mut Parts<Self>, row: RowId, event: &Event<'_, Self>) -> usize;

    /// See [`Perform::enter`].
    async fn enter(parts: &mut Parts<Self>, state: StateId);

    /// See [`Perform::exit`].
    async fn exit(parts: &mut Parts<Self>, state: StateId);

    /// See [`Perform::forget`].
    fn forget(parts: &mut Parts<Self>, state: StateId) {
        let _ = (parts, state);
    }

    /// See [`Perform::follow`]; no function of a document waits.
    fn follow(parts: &mut Parts<Self>, default: usize) {
        let _ = (parts, default);
    }

    /// See [`Perform::complete`].
    fn complete(parts: &mut Parts<Self>, of: StateId, by: StateId) -> bool {
        let _ = (parts, of, by);
        false
    }
}
