//! One face for machines with and without `async` functions, for those who run both.
//!
//! Must not know of: executors. What is not ready at once is a future; who polls it is the
//! driver's business.

use super::exit::ExitReason;
use super::guardian::Guardian;
use super::instance::Instance;
use super::machine::{Machine, Messages};
use super::mailbox::Envelope;
use super::observer::Observer;
use super::outcome::Outcome;
use super::portrait::Portrait;
use super::run::{self, Begun};
use super::signal::Signal;
use super::steps::{Steps, StepsAsync};
use super::time::Time;
use core::pin::Pin;
use std::boxed::Box;
use std::sync::Arc;

/// What a driver gives a machine.
pub enum Input<M: Machine> {
    /// Start it.
    Start,
    /// A message from outside.
    Message(Envelope<M>),
    /// Something that is no message.
    Signal(Signal),
    /// Nothing but time: fire the next timer that is due. The outcome is
    /// [`Received::None`](super::outcome::Received::None) with no row when none is.
    Time,
    /// End it, for this reason.
    Stop(ExitReason),
}

/// A step, done or waiting.
pub enum Progress<'step> {
    /// The step is over.
    Done(Outcome),
    /// The step waits for something; poll this. Dropped, it leaves a machine that has errored.
    Waiting(Pin<Box<dyn Future<Output = Outcome> + Send + 'step>>),
}

/// A machine that a driver can run on any thread. Implemented by `#[machine]`, for machines
/// that are `Send` with their messages, answers and state-local data.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be spawned",
    label = "this machine cannot be moved to the thread that would run it",
    note = "its data, its messages with their answers and its state-local data must all be `Send`",
    note = "a machine that is not `Send` can still be embedded: `start()` makes it a plain value"
)]
pub trait Drive:
    Machine<Message: Messages<Reply: Send + 'static> + Send + 'static, Store: Send, Locals: Send>
    + Send
    + 'static
{
    /// Whether the machine has `async` functions.
    const IS_ASYNC: bool;

    /// Whether the machine stops its children itself when it is to stop: it is given
    /// [`Signal::Stop`] and ends when they have. Supervisors do; of any other machine the
    /// driver stops the children, the youngest first.
    const STOPS_CHILDREN: bool = false;

    /// Who may decide in its place what becomes of its children.
    #[doc(hidden)]
    fn guardian(&self) -> Option<Arc<dyn Guardian>> {
        None
    }

    /// What the data is like, value by value, as far as its traits show it.
    #[doc(hidden)]
    fn portrait(&self) -> Portrait {
        Portrait::default()
    }

    /// The message as text, if it has one.
    #[doc(hidden)]
    fn message_text(message: &Self::Message) -> Option<String> {
        let _ = message;
        None
    }

    /// Moves the machine's time to `now`, unless it is there, and carries out one step.
    ///
    /// Timers that are due do not fire by themselves: give [`Input::Time`] while
    /// [`Instance::next_deadline`] is not after `now`, then the other input.
    fn step<'step, O: Observer + Send>(
        instance: &'step mut Instance<Self>,
        now: Time,
        input: Input<Self>,
        observer: &'step mut O,
    ) -> Progress<'step>;

    /// Carries out a step as far as it goes without waiting. A machine without `async`
    /// functions always goes to the end.
    ///
    /// # Errors
    /// What is left, for [`finish`](Self::finish).
    #[doc(hidden)]
    fn begin<O: Observer + Send>(
        instance: &mut Instance<Self>,
        now: Time,
        input: Input<Self>,
        observer: &mut O,
    ) -> Result<Outcome, Rest<Self>> {
        if Self::IS_ASYNC {
            return Err(Rest::Whole(input));
        }
        match Self::step(instance, now, input, observer) {
            Progress::Done(outcome) => Ok(outcome),
            // A machine without `async` functions never waits; this leaves it broken.
            Progress::Waiting(_) => Ok(Outcome::ENDED),
        }
    }

    /// As [`begin`](Self::begin) with [`Input::Start`], of which nobody wants to know what it did.
    ///
    /// # Errors
    /// What is left.
    #[doc(hidden)]
    #[inline(always)]
    fn start_now<O: Observer + Send>(
        instance: &mut Instance<Self>,
        now: Time,
        observer: &mut O,
    ) -> Result<(), Rest<Self>> {
        Self::begin(instance, now, Input::Start, observer).map(drop)
    }

    /// Carries out what [`begin`](Self::begin) has left.
    #[doc(hidden)]
    fn finish<'step, O: Observer + Send>(
        instance: &'step mut Instance<Self>,
        now: Time,
        rest: Rest<Self>,
        observer: &'step mut O,
    ) -> Pin<Box<dyn Future<Output = Outcome> + Send + 'step>> {
        match rest {
            Rest::Whole(input) => match Self::step(instance, now, input, observer) {
                Progress::Done(outcome) => Box::pin(core::future::ready(outcome)),
                Progress::Waiting(future) => future,
            },
            Rest::Open(outcome, _) => Box::pin(core::future::ready(outcome)),
        }
    }

    /// As [`begin`](Self::begin), for a message that is no question and is moved as little as
    /// possible; whether the machine still runs, and has left nothing with the mail that it was
    /// lent. It may have been told the time by its mail.
    ///
    /// # Errors
    /// What is left.
    #[doc(hidden)]
    #[inline(always)]
    fn deliver<O: Observer + Send>(
        instance: &mut Instance<Self>,
        now: Time,
        message: Self::Message,
        observer: &mut O,
    ) -> Result<bool, Rest<Self>> {
        let sender = instance.parts.cx.sent_by();
        let envelope = Envelope {
            message,
            port: None,
            sender,
        };
        Self::begin(instance, now, Input::Message(envelope), observer)?;
        Ok(instance.parts.cx.is_settled())
    }

    /// As [`deliver`](Self::deliver), for a question that is asked straight: its asker is there.
    ///
    /// # Errors
    /// What is left.
    #[doc(hidden)]
    fn answer<O: Observer + Send>(
        instance: &mut Instance<Self>,
        message: Self::Message,
        observer: &mut O,
    ) -> Result<bool, Rest<Self>> {
        let now = instance.parts.cx.now();
        let mut envelope = Envelope::new(message);
        envelope.sender = instance.parts.cx.sent_by();
        let input = Input::Message(envelope);
        let outcome = Self::begin(instance, now, input, observer)?;
        instance.parts.cx.close(outcome.received());
        Ok(instance.parts.cx.is_settled())
    }
}

macro_rules! stamp {
    ($name:ident, $run:ident, $steps:ident, [$($async:tt)?], [$($wait:tt)*]) => {
        #[doc(hidden)]
        pub $($async)? fn $name<M: $steps, O: Observer>(
            instance: &mut Instance<M>,
            now: Time,
            input: Input<M>,
            observer: &mut O,
        ) -> Outcome {
            let parts = &mut instance.parts;
            if let Input::Time = input {
                // A timer fires at its own deadline, not at the time that it is by now.
                let fired = run::$run::fire(parts, now, now, observer)$($wait)*;
                return fired.unwrap_or(Outcome::NOTHING);
            }
            parts.cx.now = parts.cx.now.max(now);
            match input {
                Input::Start => run::$run::start(parts, observer)$($wait)*,
                Input::Message(envelope) => {
                    run::$run::receive(parts, envelope, observer)$($wait)*
                }
                Input::Signal(signal) => run::$run::signal(parts, &signal, observer)$($wait)*,
                Input::Time => Outcome::NOTHING,
                Input::Stop(reason) => run::$run::stop(parts, reason, observer)$($wait)*,
            }
        }
    };
}

stamp!(step, plain, Steps, [], []);
stamp!(step_slowly, asynchronous, StepsAsync, [async], [.await]);

/// What is left of a step of a machine with `async` functions: what may wait.
#[doc(hidden)]
pub enum Rest<M: Machine> {
    /// All of it.
    Whole(Input<M>),
    /// What follows this; and the message, when it has not been delivered.
    Open(Outcome, Option<M::Message>),
}

/// Carries out a step as far as it goes without waiting, so that no future is needed for a step
/// that never waits.
///
/// # Errors
/// What is left, for [`step_rest`].
#[doc(hidden)]
pub fn step_now<M: StepsAsync, O: Observer>(
    instance: &mut Instance<M>,
    now: Time,
    input: Input<M>,
    observer: &mut O,
) -> Result<Outcome, Rest<M>> {
    let Input::Message(envelope) = input else {
        return Err(Rest::Whole(input));
    };
    let parts = &mut instance.parts;
    parts.cx.now = parts.cx.now.max(now);
    match run::receive_now(parts, envelope, observer) {
        Begun::Done(outcome) => Ok(outcome),
        Begun::Open(outcome, message) => Err(Rest::Open(outcome, message)),
    }
}

/// Gives a message to a machine without `async` functions: the way that most mail goes. The time
/// comes with the mail that it has been lent. Whether it still runs, and has left nothing there.
#[doc(hidden)]
#[inline(always)]
pub fn deliver<M: Steps, O: Observer>(
    instance: &mut Instance<M>,
    message: M::Message,
    observer: &mut O,
) -> bool {
    run::handle(&mut instance.parts, message, observer)
}

/// Starts a machine without `async` functions.
#[doc(hidden)]
#[inline]
pub fn start_now<M: Steps, O: Observer>(instance: &mut Instance<M>, now: Time, observer: &mut O) {
    let parts = &mut instance.parts;
    parts.cx.now = parts.cx.now.max(now);
    run::plain::start(parts, observer);
}

/// As [`deliver`], for a question that is asked straight.
#[doc(hidden)]
#[inline(always)]
pub fn answer<M: Steps, O: Observer>(
    instance: &mut Instance<M>,
    message: M::Message,
    observer: &mut O,
) -> bool {
    run::answer(&mut instance.parts, message, observer)
}

/// Carries out the rest of a step.
#[doc(hidden)]
pub async fn step_rest<M: StepsAsync, O: Observer>(
    instance: &mut Instance<M>,
    now: Time,
    rest: Rest<M>,
    observer: &mut O,
) -> Outcome {
    match rest {
        Rest::Whole(input) => step_slowly(instance, now, input, observer).await,
        Rest::Open(outcome, message) => {
            run::resume(&mut instance.parts, outcome, message, observer).await
        }
    }
}

/// Implements [`Drive`] for one machine, under the condition that all of it is `Send`.
///
/// The bounds range over a lifetime that they do not use: so a bound that does not hold is no
/// error where the machine is declared, but where somebody spawns it.
#[doc(hidden)]
#[macro_export]
macro_rules! __impl_drive {
    (sync [$($generics:tt)*] [$machine:ty] [$($bounds:tt)*]) => {
        $crate::__impl_drive! {
            @ false [$($generics)*] [$machine] [$($bounds)*]
            |instance, now, input, observer| {
                $crate::private::Progress::Done(
                    $crate::private::step(instance, now, input, observer),
                )
            }
            {
                #[inline(always)]
                fn deliver<O: $crate::private::Observer + $crate::private::Send>(
                    instance: &mut $crate::Instance<Self>,
                    _: $crate::Time,
                    message: <Self as $crate::Machine>::Message,
                    observer: &mut O,
                ) -> $crate::private::Result<$crate::private::bool, $crate::private::Rest<Self>>
                {
                    $crate::private::Result::Ok($crate::private::deliver(
                        instance, message, observer,
                    ))
                }

                #[inline(always)]
                fn start_now<O: $crate::private::Observer + $crate::private::Send>(
                    instance: &mut $crate::Instance<Self>,
                    now: $crate::Time,
                    observer: &mut O,
                ) -> $crate::private::Result<(), $crate::private::Rest<Self>> {
                    $crate::private::start_now(instance, now, observer);
                    $crate::private::Result::Ok(())
                }

                fn answer<O: $crate::private::Observer + $crate::private::Send>(
                    instance: &mut $crate::Instance<Self>,
                    message: <Self as $crate::Machine>::Message,
                    observer: &mut O,
                ) -> $crate::private::Result<$crate::private::bool, $crate::private::Rest<Self>>
                {
                    $crate::private::Result::Ok($crate::private::answer_straight(
                        instance, message, observer,
                    ))
                }
            }
        }
    };
    (async [$($generics:tt)*] [$machine:ty] [$($bounds:tt)*]) => {
        $crate::__impl_drive! {
            @ true [$($generics)*] [$machine] [$($bounds)*]
            |instance, now, input, observer| {
                match $crate::private::step_now(instance, now, input, observer) {
                    $crate::private::Result::Ok(outcome) => {
                        $crate::private::Progress::Done(outcome)
                    }
                    $crate::private::Result::Err(rest) => {
                        $crate::private::Progress::Waiting($crate::private::Box::pin(
                            $crate::private::step_rest(instance, now, rest, observer),
                        ))
                    }
                }
            }
            {
                fn begin<O: $crate::private::Observer + $crate::private::Send>(
                    instance: &mut $crate::Instance<Self>,
                    now: $crate::Time,
                    input: $crate::private::Input<Self>,
                    observer: &mut O,
                ) -> $crate::private::Result<
                    $crate::private::Outcome,
                    $crate::private::Rest<Self>,
                > {
                    $crate::private::step_now(instance, now, input, observer)
                }

                fn finish<'step, O: $crate::private::Observer + $crate::private::Send>(
                    instance: &'step mut $crate::Instance<Self>,
                    now: $crate::Time,
                    rest: $crate::private::Rest<Self>,
                    observer: &'step mut O,
                ) -> $crate::BoxFuture<'step, $crate::private::Outcome> {
                    $crate::private::Box::pin(
                        $crate::private::step_rest(instance, now, rest, observer),
                    )
                }
            }
        }
    };
    (
        @ $asynchronous:literal [$($generics:tt)*] [$machine:ty] [$(where $($bounds:tt)*)?]
        |$instance:ident, $now:ident, $input:ident, $observer:ident| $body:block
        { $($more:tt)* }
    ) => {
        impl $($generics)* $crate::private::Drive for $machine
        where
            for<'wink> $machine: $crate::private::Send + 'static,
            for<'wink> <$machine as $crate::Machine>::Message: $crate::private::Send + 'static,
            for<'wink> <<$machine as $crate::Machine>::Message as $crate::private::Messages>::Reply:
                $crate::private::Send + 'static,
            for<'wink> <$machine as $crate::Machine>::Store: $crate::private::Send,
            for<'wink> <$machine as $crate::Machine>::Locals: $crate::private::Send,
            $($($bounds)*)?
        {
            const IS_ASYNC: $crate::private::bool = $asynchronous;

            $crate::__portray!();

            fn step<'step, O: $crate::private::Observer + $crate::private::Send>(
                $instance: &'step mut $crate::Instance<Self>,
                $now: $crate::Time,
                $input: $crate::private::Input<Self>,
                $observer: &'step mut O,
            ) -> $crate::private::Progress<'step> $body

            $($more)*
        }
    };
}
