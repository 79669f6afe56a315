//! One life of a machine elsewhere: from the order to start its program to that program's end.
//!
//! Must not know of: who is told what.

use std::collections::VecDeque;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use crate::core::address::Address;
use crate::core::exit::{Error, ErrorKind, ExitReason};
use crate::core::mailbox::{Envelope, Posting};
use crate::core::station::{BoxFuture, Closed, Site};
use crate::core::time::Time;
use crate::remote::codec::Remote;
use crate::remote::node::{Node, Peer};
use crate::remote::placement::{Host, Hosted, News, Program};

/// How many letters are handed on before others have their turn.
const TURN: u32 = 256;

pub(super) struct Life<M: Remote> {
    host: Arc<dyn Host>,
    hosted: Box<dyn Hosted>,
    /// What the program is called, for people.
    name: String,
    connecting: Option<BoxFuture<'static, Result<Reached<M>, String>>>,
    reached: Option<Reached<M>>,
    /// It was reached, and nobody has been told.
    is_new: bool,
    /// Its host says that it has started, and nobody has been told.
    is_unseen: bool,
    /// A letter for which the machine has no room.
    posting: Option<Posting<M>>,
    /// Why it ended, as its host says.
    error: Option<Error>,
    /// Why it was to end: it is not reached, or lost.
    trouble: Option<Error>,
    is_stopped: bool,
    is_killed: bool,
    has_exited: bool,
    pulse: Option<BoxFuture<'static, ()>>,
    /// When it has last shown that it lives, as far as its spawner knows.
    shown: Time,
}

/// The machine, and the link with its process.
struct Reached<M: Remote> {
    peer: Peer,
    machine: Address<M>,
    closed: Closed,
}

impl<M: Remote> Life<M> {
    pub(super) fn begin(program: &Program<M>) -> Self {
        let order = program.order();
        Self {
            host: program.host.clone(),
            hosted: program.host.start(&order),
            name: order.name,
            connecting: None,
            reached: None,
            is_new: false,
            is_unseen: false,
            posting: None,
            error: None,
            trouble: None,
            is_stopped: false,
            is_killed: false,
            has_exited: false,
            pulse: None,
            shown: Time::ZERO,
        }
    }

    pub(super) fn stop(&mut self) {
        if !self.is_stopped {
            self.is_stopped = true;
            self.hosted.stop();
        }
    }

    pub(super) fn kill(&mut self) {
        if !self.is_killed {
            self.is_killed = true;
            self.hosted.kill();
        }
    }

    /// It cannot go on like this: it ends, for that reason.
    fn fail(&mut self, error: Error) {
        self.trouble.get_or_insert(error);
        if !self.has_exited {
            self.hosted.kill();
        }
    }

    /// Where the machine is, when it is reached.
    pub(super) fn machine(&self) -> Option<&Address<M>> {
        self.reached.as_ref().map(|reached| &reached.machine)
    }

    pub(super) fn take_started(&mut self) -> Option<Address<M>> {
        let is_new = std::mem::take(&mut self.is_new);
        self.is_unseen &= !is_new;
        is_new.then(|| self.machine().cloned()).flatten()
    }

    /// Whether it has started and ended before it was reached; that is for its spawner to know.
    /// One that cannot be reached is not meant.
    pub(super) fn take_unseen(&mut self) -> bool {
        let is_over = self.error.is_some() || self.trouble.is_none();
        std::mem::take(&mut self.is_unseen) && is_over
    }

    /// Takes in news of the program. Whether there were any.
    pub(super) fn hear(&mut self, context: &mut Context<'_>) -> bool {
        let mut has_heard = false;
        while !self.has_exited
            && let Poll::Ready(news) = self.hosted.poll_news(context)
        {
            has_heard = true;
            match news {
                News::Started { address } => {
                    self.is_unseen = true;
                    let connecting = reach(self.host.wire(), address, self.name.clone());
                    self.connecting = Some(Box::pin(connecting));
                }
                News::Errored { error } => {
                    self.error.get_or_insert(Error::raised(error));
                }
                News::Exited => self.has_exited = true,
            }
        }
        has_heard
    }

    /// Goes on reaching the machine, and notices when it is lost.
    pub(super) fn connect(&mut self, context: &mut Context<'_>) -> bool {
        if let Some(reached) = &mut self.reached {
            let ended = Pin::new(&mut reached.closed).poll(context);
            if let Poll::Ready(ExitReason::Errored(error)) = ended
                && matches!(error.kind(), ErrorKind::Lost { .. })
                && self.trouble.is_none()
                && !self.is_stopped
            {
                // Nothing is known of it any more: it is not to go on without anybody.
                self.fail(error);
            }
            return false;
        }
        let Some(connecting) = &mut self.connecting else {
            return false;
        };
        let Poll::Ready(reached) = connecting.as_mut().poll(context) else {
            return false;
        };
        self.connecting = None;
        match reached {
            Ok(reached) => {
                self.reached = Some(reached);
                self.is_new = true;
            }
            Err(why) => self.fail(Error::raised(why)),
        }
        true
    }

    /// Hands on letters while the machine has room; how many.
    pub(super) fn carry(
        &mut self,
        queue: &mut VecDeque<Envelope<M>>,
        context: &mut Context<'_>,
    ) -> u32 {
        let Some(reached) = &self.reached else {
            return 0;
        };
        let mut count = 0;
        while count < TURN {
            let posting = match self.posting.take() {
                Some(posting) => posting,
                None => {
                    // What it cannot take any more is for the next one.
                    if reached.machine.ended().is_some() {
                        return count;
                    }
                    let Some(envelope) = queue.pop_front() else {
                        return count;
                    };
                    Posting::new(reached.machine.mailbox().clone(), envelope)
                }
            };
            let posting = self.posting.insert(posting);
            match Pin::new(posting).poll(context) {
                Poll::Ready(Ok(())) => {
                    self.posting = None;
                    count += 1;
                }
                Poll::Ready(Err((envelope, _))) => {
                    self.posting = None;
                    queue.push_front(envelope);
                    return count;
                }
                Poll::Pending => return count,
            }
        }
        count
    }

    pub(super) fn expect_pulses(&mut self, site: &Arc<dyn Site>) {
        self.shown = site.now();
        self.pulse = Some(site.sleep(site.pulse()));
    }

    /// Whether it is time to tell that the machine lives, and it does.
    pub(super) fn poll_pulse(&mut self, site: &Arc<dyn Site>, context: &mut Context<'_>) -> bool {
        while let Some(pulse) = &mut self.pulse
            && pulse.as_mut().poll(context).is_ready()
        {
            self.pulse = Some(site.sleep(site.pulse()));
            let heard = self.reached.as_ref().map(|reached| reached.peer.heard());
            if let Some(heard) = heard
                && heard > self.shown
            {
                self.shown = heard;
                return true;
            }
        }
        false
    }

    /// Why it is over; `None` while it is not.
    pub(super) fn over(&self) -> Option<ExitReason> {
        if !self.has_exited {
            return None;
        }
        let told = self.machine().and_then(Address::ended);
        let is_lost = |reason: &ExitReason| {
            let kind = reason.error().map(Error::kind);
            matches!(kind, Some(ErrorKind::Lost { .. }))
        };
        Some(
            match (told, self.error.as_ref().or(self.trouble.as_ref())) {
                // The machine's own word says the most, then what its host has seen.
                (Some(reason), _) if !is_lost(&reason) => reason,
                (_, Some(error)) => error.clone().into(),
                (_, None) if self.is_killed => ExitReason::Killed,
                (_, None) if self.is_stopped => ExitReason::Stopped,
                (_, None) => ExitReason::Normal,
            },
        )
    }

    /// What it has not taken goes back into the queue; whoever waits for its answer hears that
    /// there will be none.
    pub(super) fn finish(mut self, queue: &mut VecDeque<Envelope<M>>, reason: &ExitReason) {
        if let Some(reached) = &self.reached {
            reached
                .peer
                .lose(&format!("its process has ended: {reason}"));
        }
        if let Some(mut posting) = self.posting.take() {
            let mut context = Context::from_waker(std::task::Waker::noop());
            // The other mailbox is closed now: the letter comes back.
            let posted = Pin::new(&mut posting).poll(&mut context);
            if let Poll::Ready(Err((envelope, _))) = posted {
                queue.push_front(envelope);
            }
        }
    }
}

/// Links with the process at that address, and finds its machine.
async fn reach<M: Remote>(
    wire: BoxFuture<'static, Result<Node, String>>,
    address: String,
    name: String,
) -> Result<Reached<M>, String> {
    let failed = |why: String| format!("`{name}` runs at {address}, but is not reached: {why}");
    let node = wire.await.map_err(failed)?;
    let peer = node.connect(&address).await;
    let peer = peer.map_err(|error| failed(error.to_string()))?;
    let machine = peer.reach::<M>(Node::MAIN).await;
    let machine = machine.map_err(|error| failed(error.to_string()))?;
    Ok(Reached {
        closed: machine.handle().closed(),
        peer,
        machine,
    })
}
