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
use crate::core::machine::{Machine, Messages};
use crate::core::mailbox::{Envelope, Mailbox, Posting};
use crate::core::question::{CallError, Found, Open, Pending, Question, port};
use crate::core::station::BoxFuture;

/// How many answers that are there at once a thread takes before the task that asks waits all the
/// same, for other tasks to have their turn.
const MOST_AT_ONCE: u8 = 128;

/// How many times an asker looks whether somebody else who runs the machine's loop at the moment
/// comes to his question, before his task is put away: to be woken costs much more.
const LOOKS: u32 = 32;

thread_local! {
    /// How many answers in a row were there at once.
    static AT_ONCE: Cell<u8> = const { Cell::new(0) };
}

/// Whether the task has gone on for so long without waiting that others should have their turn.
fn is_turn_of_others() -> bool {
    let count = AT_ONCE.get().wrapping_add(1) % MOST_AT_ONCE;
    AT_ONCE.set(count);
    count == 0
}

/// Waits for the answer to a question: made by [`Address::call`](crate::Address::call).
#[must_use = "a question is not asked unless it is awaited"]
pub struct Call<M: Machine, T> {
    /// The question on its way; afterwards, where it went.
    posting: Posting<M>,
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
    /// The question is not in the mailbox yet.
    Asks,
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
        let (port, pending) = port();
        let envelope = Envelope {
            message,
            sender: None,
            port: Some(port),
        };
        Self {
            stage: Stage::Asks,
            posting: Posting::asking(mailbox, envelope),
            pending,
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
            let site = self.posting.mailbox().site();
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
        let home = self.posting.mailbox().home();
        if home.gathers() {
            return self.pending.poll(context);
        }
        for _ in 0..LOOKS {
            home.hurry();
            match self.pending.take() {
                Found::Nothing if home.is_run_elsewhere() => hint::spin_loop(),
                Found::Nothing => break,
                found if is_turn_of_others() => {
                    self.stage = Stage::Found(found);
                    context.waker().wake_by_ref();
                    return Poll::Pending;
                }
                found => return Poll::Ready(found),
            }
        }
        self.pending.poll(context)
    }

    fn found(&mut self, found: Found<Reply<M>>) -> Option<Result<T, CallError>> {
        Some(match found {
            // Generated code opens every answer that it makes; another one would be none.
            Found::Answer(reply) => (self.open)(reply).ok_or(CallError::Unanswered),
            // A machine that ended dropped what it held: the end is the reason to tell.
            Found::Error(CallError::Unanswered) => Err(self
                .posting
                .mailbox()
                .ended_or_down()
                .map_or(CallError::Unanswered, CallError::Died)),
            Found::Error(error) => Err(error),
            Found::Lost | Found::Nothing => {
                self.stage = Stage::Lost(Ended::new(self.posting.mailbox().clone()));
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
        let polled = match &mut this.stage {
            Stage::Asks => match Pin::new(&mut this.posting).poll(context) {
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
        write!(formatter, "Call({})", self.posting.to())
    }
}
