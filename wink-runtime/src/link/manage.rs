//! Running a future together with its task: whichever of the two has news first.

use std::fmt;
use std::future::{Future, poll_fn};
use std::pin::{Pin, pin};
use std::task::{Context, Poll};

use super::task::{Notice, Task};
use crate::core::exit::{Error, ExitReason};
use crate::core::link::cascade;
use crate::driver::{catch, note_places};

/// What [`Task::watch`] saw first.
#[derive(Clone, Debug, PartialEq)]
pub enum Watched<T> {
    /// The future is done.
    Completed(T),
    /// The task has heard something. The future can be watched again.
    Noticed(Notice),
}

/// Why a managed future has no result.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Crash<E> {
    /// The task was asked to end, and the future was dropped.
    Stopped,
    /// The future panicked: with what message, and where.
    Panicked(Error),
    /// The future failed with this error.
    Failed(E),
    /// One that the task watches failed, was killed or was dropped. The error has the whole
    /// chain of causes; [`kind`](Error::kind) says who it was.
    Linked(Error),
}

impl<E: fmt::Display> Crash<E> {
    /// What those who watch the task are told.
    pub fn reason(&self) -> ExitReason {
        match self {
            Crash::Stopped => ExitReason::Stopped,
            Crash::Panicked(error) | Crash::Linked(error) => error.clone().into(),
            Crash::Failed(error) => Error::raised(format!("{error:#}")).into(),
        }
    }
}

impl<E: fmt::Display> fmt::Display for Crash<E> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Crash::Stopped => formatter.write_str("stopped"),
            Crash::Panicked(error) | Crash::Linked(error) => fmt::Display::fmt(error, formatter),
            Crash::Failed(error) => fmt::Display::fmt(error, formatter),
        }
    }
}

impl<E: fmt::Debug + fmt::Display> std::error::Error for Crash<E> {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Crash::Panicked(error) | Crash::Linked(error) => std::error::Error::source(error),
            Crash::Failed(_) | Crash::Stopped => None,
        }
    }
}

/// How a managed future came to its end.
enum Outcome<T, E> {
    Done(Result<T, E>),
    Panicked(Error),
    Noticed(Crash<E>),
}

/// Running futures.
impl Task {
    /// Runs `future` until it is done or the task hears something, whichever is first; what the
    /// task hears comes before a future that is ready. A future that waits is neither dropped nor
    /// spoilt: `watch` it again with `&mut`.
    ///
    /// A future that cannot be moved is pinned by the caller: `task.watch(pin!(future))`.
    ///
    /// # Errors
    /// When the future panics; it must not be polled again then. Nobody is told: the task lives.
    pub async fn watch<F>(&mut self, mut future: F) -> Result<Watched<F::Output>, Error>
    where
        F: Future + Unpin,
    {
        note_places();
        poll_fn(|context| {
            if let Poll::Ready(notice) = self.poll_receive(context) {
                return Poll::Ready(Ok(Watched::Noticed(notice)));
            }
            match catch(|| Pin::new(&mut future).poll(context)) {
                Ok(poll) => poll.map(|output| Ok(Watched::Completed(output))),
                Err(error) => Poll::Ready(Err(error)),
            }
        })
        .await
    }

    /// Runs `future` to its end, as this task: whoever watches the task hears how it came.
    ///
    /// | what happens | result | those who watch hear |
    /// | --- | --- | --- |
    /// | the future is `Ok` | it | completed (`Normal`) |
    /// | the future is `Err` | [`Crash::Failed`] | faulted, with its text |
    /// | the future panics | [`Crash::Panicked`] | faulted, with message and place |
    /// | a watched one completes | goes on | – |
    /// | a watched one faults or is dropped | [`Crash::Linked`], always | faulted, all causes |
    /// | it is asked to [stop](crate::Handle::stop) | [`Crash::Stopped`] | completed (`Stopped`) |
    /// | the task is dropped with its future | – | dropped |
    ///
    /// A fault of a watched one counts even when the future is ready at the same moment.
    ///
    /// The future is dropped before anybody is told. To clean up on a stop, see
    /// [`manage_until`](Self::manage_until).
    ///
    /// # Errors
    /// As in the table.
    pub async fn manage<F, T, E>(self, future: F) -> Result<T, Crash<E>>
    where
        F: Future<Output = Result<T, E>>,
        E: fmt::Display,
    {
        let (task, value) = self.part_manage(future).await?;
        task.finish(ExitReason::Normal);
        Ok(value)
    }

    /// As [`manage`](Self::manage), but a task whose future is done lives on: nobody is told, and
    /// it can manage the next one.
    ///
    /// # Errors
    /// As for [`manage`](Self::manage).
    pub async fn part_manage<F, T, E>(self, future: F) -> Result<(Self, T), Crash<E>>
    where
        F: Future<Output = Result<T, E>>,
        E: fmt::Display,
    {
        self.run(future, |context, task: &mut Self| {
            task.poll_cascade(context)
        })
        .await
    }

    /// As [`manage`](Self::manage), with a way to end in good order: asked to stop, the task goes
    /// on with what `stop` makes of the future's end until that is done. Usually `stop` tells the
    /// future, by whatever it listens to, and the future it returns is the executor's timer: the
    /// longest that the clean-up may last.
    ///
    /// # Errors
    /// As for [`manage`](Self::manage). [`Crash::Stopped`] is only for a future that was not done
    /// in that time; one that was done has its own result.
    pub async fn manage_until<F, T, E, S, L>(self, future: F, stop: S) -> Result<T, Crash<E>>
    where
        F: Future<Output = Result<T, E>>,
        E: fmt::Display,
        S: FnOnce() -> L,
        L: Future<Output = ()>,
    {
        let mut stop = Some(stop);
        let mut limit: Pin<&mut Option<L>> = pin!(None);
        let news = |context: &mut Context<'_>, task: &mut Self| {
            if let Poll::Ready(crash) = task.poll_cascade(context) {
                match stop.take() {
                    Some(stop) if matches!(crash, Crash::Stopped) => limit.set(Some(stop())),
                    stopped => {
                        stop = stopped;
                        return Poll::Ready(crash);
                    }
                }
            }
            match limit.as_mut().as_pin_mut() {
                Some(limit) => limit.poll(context).map(|()| Crash::Stopped),
                None => Poll::Pending,
            }
        };
        let (task, value) = self.run(future, news).await?;
        task.finish(ExitReason::Normal);
        Ok(value)
    }

    /// Why the future must go: asked to stop, or one whom the task watches failed.
    fn poll_cascade<E>(&mut self, context: &mut Context<'_>) -> Poll<Crash<E>> {
        loop {
            match self.poll_receive(context) {
                Poll::Ready(Notice::Stop) => return Poll::Ready(Crash::Stopped),
                Poll::Ready(Notice::Down(down)) => {
                    if let Some(error) = cascade(&down) {
                        return Poll::Ready(Crash::Linked(error));
                    }
                }
                Poll::Pending => return Poll::Pending,
            }
        }
    }

    async fn run<F, T, E>(
        mut self,
        future: F,
        mut news: impl FnMut(&mut Context<'_>, &mut Self) -> Poll<Crash<E>>,
    ) -> Result<(Self, T), Crash<E>>
    where
        F: Future<Output = Result<T, E>>,
        E: fmt::Display,
    {
        note_places();
        // Declared after the task: when this is dropped half-way, the future goes first, and the
        // task tells of it then.
        let mut slot = pin!(Some(future));
        let outcome = poll_fn(|context| {
            if let Poll::Ready(crash) = news(context, &mut self) {
                return Poll::Ready(Outcome::Noticed(crash));
            }
            let polled = catch(|| match slot.as_mut().as_pin_mut() {
                Some(future) => future.poll(context),
                None => Poll::Pending,
            });
            match polled {
                Ok(poll) => poll.map(Outcome::Done),
                Err(error) => Poll::Ready(Outcome::Panicked(error)),
            }
        })
        .await;
        // What the future holds may panic as it goes; that is a panic of the future.
        let outcome = match (catch(|| slot.set(None)), outcome) {
            (Err(error), Outcome::Done(_)) => Outcome::Panicked(error),
            (_, outcome) => outcome,
        };
        let crash = match outcome {
            Outcome::Done(Ok(value)) => return Ok((self, value)),
            Outcome::Done(Err(error)) => Crash::Failed(error),
            Outcome::Panicked(error) => Crash::Panicked(error),
            Outcome::Noticed(crash) => crash,
        };
        self.finish(crash.reason());
        Err(crash)
    }
}
