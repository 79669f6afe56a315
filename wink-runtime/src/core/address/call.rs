//! Waiting for the answer to a question.
//!
//! Must not know of: any executor, any clock.

use std::cell::Cell;
use std::fmt;
use std::future::Future;
use std::hint;
use std::mem;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use super::Ended;
use crate::core::event_loop::straight::Asking;
use crate::core::machine::{Machine, Messages};
use crate::core::mailbox::{Envelope, Mailbox, Posting};
use crate::core::question::{CallError, Found, Open, Pending, Question, Straight, port};
use crate::core::station::BoxFuture;

/// For how long, in nanoseconds, a thread takes answers that are there at once before the task that
/// asks waits all the same, for other tasks to have their turn; as what letters cost is known.
const MOST_AT_ONCE: u32 = 100_000;

/// How many times an asker looks whether somebody else who runs the machine's loop at the moment
/// comes to his question, before his task is put away: to be woken costs much more.
const LOOKS: u32 = 32;

thread_local! {
    /// What is left of that time.
    static AT_ONCE: Cell<u32> = const { Cell::new(MOST_AT_ONCE) };
}

/// Whether the task has gone on for so long without waiting that others should have their turn,
/// after one more answer of that price.
fn is_turn_of_others(price: u32) -> bool {
    let left = AT_ONCE.get().checked_sub(price);
    AT_ONCE.set(left.unwrap_or(MOST_AT_ONCE));
    left.is_none()
}

/// Waits for the answer to a question: made by [`Address::call`](crate::Address::call).
#[must_use = "a question is not asked unless it is awaited"]
pub struct Call<M: Machine, T> {
    mailbox: Arc<Mailbox<M>>,
    pending: Pending<Reply<M>>,
    open: Open<M::Message, T>,
    stage: Stage<M>,
    late: Late,
}

/// For how long somebody waits who has not said so.
enum Late {
    /// Asked of the system when there is no answer at once.
    Unknown,
    /// As long as it takes.
    Never,
    Sleeps(BoxFuture<'static, ()>),
}

type Reply<M> = <<M as Machine>::Message as Messages>::Reply;

enum Stage<M: Machine> {
    /// Nothing has been done.
    Fresh(Option<M::Message>),
    /// The question is not in the mailbox yet.
    Asks(Posting<M>),
    /// It is, and has no answer yet.
    Waits,
    /// There is one; other tasks had their turn first.
    Found(Found<Reply<M>>),
    /// It got lost in a panic: the machine's end says why.
    Lost(Ended<M>),
}

// Nothing is pinned: what waits is moved, never polled in place.
impl<M: Machine, T> Unpin for Call<M, T> {}

impl<M: Machine, T> Call<M, T> {
    pub(super) fn new(mailbox: Arc<Mailbox<M>>, question: Question<M::Message, T>) -> Self {
        let (message, open) = question.into_parts();
        Self {
            stage: Stage::Fresh(Some(message)),
            mailbox,
            pending: Pending::NOWHERE,
            open,
            late: Late::Unknown,
        }
    }

    /// The same for one who has a deadline of his own.
    pub(super) fn patient(mut self) -> Self {
        self.late = Late::Never;
        self
    }

    /// There is no answer yet; whether it is too late for one.
    #[inline(never)]
    fn poll_late(&mut self, context: &mut Context<'_>) -> Poll<Result<T, CallError>> {
        if let Late::Unknown = self.late {
            let site = self.mailbox.site();
            self.late = match site.patience() {
                Some(limit) => Late::Sleeps(site.sleep(limit)),
                None => Late::Never,
            };
        }
        match &mut self.late {
            Late::Sleeps(sleep) => sleep.as_mut().poll(context).map(|()| Err(CallError::Late)),
            Late::Unknown | Late::Never => Poll::Pending,
        }
    }

    /// What there is before the task is put away. Whoever asks runs the machine's loop himself,
    /// if nobody else does.
    fn look(&mut self, context: &mut Context<'_>) -> Poll<Found<Reply<M>>> {
        let home = self.mailbox.home();
        if home.gathers() {
            return self.pending.poll(context);
        }
        for _ in 0..LOOKS {
            home.hurry();
            match self.pending.take() {
                Found::Nothing if home.is_run_elsewhere() => hint::spin_loop(),
                Found::Nothing => break,
                found => return self.found_at_once(found, context),
            }
        }
        self.pending.poll(context)
    }

    /// Asks the machine straight, if this thread may run its loop; else the question goes the way
    /// of all messages.
    fn ask(&mut self, context: &mut Context<'_>) -> Poll<Found<Reply<M>>> {
        let Stage::Fresh(message) = &mut self.stage else {
            return Poll::Pending;
        };
        let found = match Asking::ask(&self.mailbox, message) {
            Straight::Answered(reply) => Found::Answer(reply),
            Straight::Refused(error) => Found::Error(error),
            Straight::Kept(pending) => {
                self.pending = pending;
                self.stage = Stage::Waits;
                return self.look(context);
            }
            Straight::Not | Straight::Asked => {
                if let Some(message) = message.take() {
                    let (port, pending) = port();
                    let envelope = Envelope {
                        message,
                        sender: None,
                        port: Some(port),
                    };
                    self.pending = pending;
                    self.stage = Stage::Asks(Posting::asking(self.mailbox.clone(), envelope));
                }
                return Poll::Pending;
            }
        };
        self.stage = Stage::Waits;
        self.found_at_once(found, context)
    }

    /// There is an answer already; others may have their turn before it is taken. Where a
    /// machine may begin again they do: what is asked next finds that done.
    fn found_at_once(
        &mut self,
        found: Found<Reply<M>>,
        context: &mut Context<'_>,
    ) -> Poll<Found<Reply<M>>> {
        let is_end = matches!(found, Found::Error(CallError::Died(_)));
        let may_rise = is_end && self.mailbox.ended().is_none();
        if !may_rise && !is_turn_of_others(self.mailbox.home().price()) {
            return Poll::Ready(found);
        }
        self.stage = Stage::Found(found);
        context.waker().wake_by_ref();
        Poll::Pending
    }

    fn found(&mut self, found: Found<Reply<M>>) -> Option<Result<T, CallError>> {
        Some(match found {
            // Generated code opens every answer that it makes; another one would be none.
            Found::Answer(reply) => (self.open)(reply).ok_or(CallError::Unanswered),
            // A machine that ended dropped what it held: the end is the reason to tell.
            Found::Error(CallError::Unanswered) => Err(self
                .mailbox
                .ended_or_down()
                .map_or(CallError::Unanswered, CallError::Died)),
            Found::Error(error) => Err(error),
            Found::Lost | Found::Nothing => {
                self.stage = Stage::Lost(Ended::new(self.mailbox.clone()));
                return None;
            }
        })
    }
}

impl<M: Machine, T> Future for Call<M, T> {
    type Output = Result<T, CallError>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        match self.poll_answer(context) {
            Poll::Pending => self.poll_late(context),
            answer => answer,
        }
    }
}

impl<M: Machine, T> Call<M, T> {
    fn poll_answer(&mut self, context: &mut Context<'_>) -> Poll<Result<T, CallError>> {
        let this = self;
        if let Stage::Fresh(_) = this.stage {
            let polled = this.ask(context);
            if !matches!(this.stage, Stage::Asks(_)) {
                return this.poll_found(polled, context);
            }
        }
        let polled = match &mut this.stage {
            Stage::Fresh(_) => Poll::Pending,
            Stage::Asks(posting) => match Pin::new(posting).poll(context) {
                Poll::Pending => return Poll::Pending,
                Poll::Ready(Err((_, reason))) => {
                    return Poll::Ready(Err(CallError::Died(reason)));
                }
                Poll::Ready(Ok(())) => {
                    this.stage = Stage::Waits;
                    this.look(context)
                }
            },
            Stage::Waits => this.pending.poll(context),
            Stage::Found(found) => {
                let found = mem::replace(found, Found::Nothing);
                this.stage = Stage::Waits;
                Poll::Ready(found)
            }
            Stage::Lost(_) => Poll::Ready(Found::Lost),
        };
        this.poll_found(polled, context)
    }

    fn poll_found(
        &mut self,
        polled: Poll<Found<Reply<M>>>,
        context: &mut Context<'_>,
    ) -> Poll<Result<T, CallError>> {
        let this = self;
        let Poll::Ready(found) = polled else {
            return Poll::Pending;
        };
        if !matches!(this.stage, Stage::Lost(_))
            && let Some(answer) = this.found(found)
        {
            return Poll::Ready(answer);
        }
        let Stage::Lost(ended) = &mut this.stage else {
            return Poll::Pending;
        };
        if let Poll::Ready(reason) = Pin::new(ended).poll(context) {
            return Poll::Ready(Err(CallError::Died(reason)));
        }
        // A machine that is kept does not end; its driver says what happened.
        match this.pending.poll(context) {
            Poll::Ready(Found::Error(error)) => Poll::Ready(Err(error)),
            _ => Poll::Pending,
        }
    }
}

impl<M: Machine, T> fmt::Debug for Call<M, T> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Call({})", self.mailbox.identity())
    }
}
