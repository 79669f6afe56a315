//! What generated code calls. No part of the public face: any release may change it.
//!
//! Must not know of: drivers.

pub use crate::__impl_drive as impl_drive;
pub use crate::core::drive::{
    Drive, Input, Progress, Rest, answer as answer_straight, deliver, start_now, step, step_now,
    step_rest,
};
pub use crate::core::exit::{Child, ChildEvent, Down, Error};
pub use crate::core::machine::{FromFields, Machine, Messages, ReadReply, StateName};
pub use crate::core::observer::Observer;
pub use crate::core::outcome::Outcome;
pub use crate::core::parallel;
pub use crate::core::question::{Question, Reply};
pub use crate::core::signal::Signal;
pub use crate::core::steps::{Event, Parts, Perform, PerformAsync, Steps, StepsAsync};
pub use crate::core::store::{Configuration, Place, Resting, Store, history_slots};
pub use core::marker::Send;
pub use core::primitive::bool;
pub use core::result::Result;
pub use serde;
pub use std::boxed::Box;
pub use wink_chart::describe;
pub use wink_chart::section;
pub use wink_chart::{
    Chart, ChildSignal, Delay, Field, Message, MessageId, RowId, RowKind, Shape, StateId,
    StateKind, Target, Trigger,
};

#[cfg(feature = "documents")]
pub use crate::document;

mod codec;
mod copies;
mod locals;
pub mod probe;
#[cfg(all(unix, feature = "console", feature = "remote"))]
pub mod travels;

pub use codec::{Fields, NoReplies, no_message};
pub use copies::{Copies, NoCopies};
pub use locals::{RestoreLocals, SaveLocals, local, local_mut, restore_locals};

use crate::Context;
use crate::core::effect::ReplyOf;
use crate::core::outcome::Received;

/// The way back for the answer of a machine's question.
pub type Port<M> = Option<crate::core::question::ReplyPort<ReplyOf<M>>>;

/// A `receive`, `after`, `always`, `done`, `child` or `down` row is taken. Called first.
#[inline(always)]
pub fn take<O: Observer>(outcome: &mut Outcome, observer: &mut O, row: RowId) {
    outcome.take(row);
    observer.row(row);
}

/// An `ignore` row drops the message.
#[inline(always)]
pub fn ignore<O: Observer>(outcome: &mut Outcome, observer: &mut O, row: RowId) {
    outcome.receive(Received::Ignored(row));
    observer.ignored(row);
}

/// A `defer` row keeps the message.
#[inline(always)]
pub fn defer<M: Machine, O: Observer>(
    cx: &mut Context<M>,
    outcome: &mut Outcome,
    observer: &mut O,
    row: RowId,
    message: M::Message,
) {
    outcome.receive(Received::Deferred(row));
    observer.deferred(row);
    cx.defer(message);
}

/// Nothing takes the message; it is dropped.
#[inline(always)]
pub fn unhandled<M: Messages, O: Observer>(outcome: &mut Outcome, observer: &mut O, message: M) {
    outcome.receive(Received::Unhandled);
    observer.unhandled(message.id());
}

/// A state has been left: called after its exit function.
#[inline(always)]
pub fn exited<M: Machine, O: Observer>(cx: &mut Context<M>, observer: &mut O, state: StateId) {
    let _ = cx;
    observer.exited(state);
}

/// A state is being entered: called before its entry function.
#[inline(always)]
pub fn entered<M: Machine, O: Observer>(
    cx: &mut Context<M>,
    outcome: &mut Outcome,
    observer: &mut O,
    state: StateId,
) {
    let _ = cx;
    outcome.change();
    observer.entered(state);
}

/// Arms the timer of an `after` row, `nanoseconds` from now.
#[inline(always)]
pub fn arm<M: Machine>(cx: &mut Context<M>, row: RowId, nanoseconds: u64) {
    cx.arm(row, nanoseconds);
}

/// Disarms the timer of an `after` row.
#[inline(always)]
pub fn disarm<M: Machine>(cx: &mut Context<M>, row: RowId) {
    cx.disarm(row);
}

/// Puts the completion of `state` into the internal queue.
pub fn done<M: Machine>(cx: &mut Context<M>, state: StateId) {
    cx.push_done(state);
}

/// A final child of the root was entered: the machine ends after this microstep.
pub fn finish<M: Machine>(cx: &mut Context<M>) {
    cx.exit();
}

/// What a receiver of a question has returned. Compared with the question's type as a whole, so
/// that rustc speaks of the two types and proposes no conversion.
pub struct Answer<T>(pub T);

/// Answers the question that the step is about. Nothing, when nobody waits.
#[inline(always)]
pub fn answer<M: Machine>(cx: &mut Context<M>, answer: ReplyOf<M>) {
    cx.answer(answer);
}

/// Takes the way back of the question that the step is about, as one of its typed replies.
///
/// When nobody asked (the message was sent, or raised) the reply goes nowhere.
pub fn take_reply<M: Machine, T: 'static>(
    cx: &mut Context<M>,
    wrap: fn(T) -> ReplyOf<M>,
) -> Reply<T>
where
    ReplyOf<M>: Send + 'static,
{
    cx.take_port()
        .unwrap_or_else(crate::core::question::ReplyPort::nowhere)
        .defer(wrap)
}
