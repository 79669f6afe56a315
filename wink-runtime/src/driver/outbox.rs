//! Mail of a machine that waits for room in the mailboxes of others.

use std::collections::VecDeque;
use std::task::{Context, Poll};

use crate::core::address::{Mail, Undelivered};
use crate::core::exit::Identity;
use crate::core::station::BoxFuture;

/// What steps have sent and nobody had room for, in order for each receiver.
///
/// The first message for each full mailbox waits in that mailbox's own line; those that follow
/// it wait here.
pub(crate) struct Outbox {
    own: Identity,
    sending: Vec<(Identity, BoxFuture<'static, bool>)>,
    waiting: VecDeque<Mail>,
}

impl Outbox {
    pub(crate) fn new(own: Identity) -> Self {
        Self {
            own,
            sending: Vec::new(),
            waiting: VecDeque::new(),
        }
    }

    /// Sends, or keeps what finds no room. Gives back the receiver's name if that has ended.
    pub(crate) fn post(&mut self, mail: Mail) -> Result<(), Identity> {
        let to = mail.to();
        if self.sending.iter().any(|(full, _)| *full == to) {
            self.waiting.push_back(mail);
            return Ok(());
        }
        match mail.try_deliver() {
            Ok(()) => Ok(()),
            Err(Undelivered::Closed) => Err(to),
            Err(Undelivered::Full(mail)) => {
                self.sending.push((to, mail.deliver()));
                Ok(())
            }
        }
    }

    /// Sends what has found room in the meantime, and calls `lost` for each message whose
    /// receiver has ended. Ready when nothing waits.
    pub(crate) fn poll(
        &mut self,
        context: &mut Context<'_>,
        mut lost: impl FnMut(Identity),
    ) -> Poll<()> {
        let mut index = 0;
        while let Some((to, sending)) = self.sending.get_mut(index) {
            let to = *to;
            let Poll::Ready(arrived) = sending.as_mut().poll(context) else {
                index += 1;
                continue;
            };
            if !arrived {
                lost(to);
            }
            let next = self.waiting.iter().position(|mail| mail.to() == to);
            match next.and_then(|next| self.waiting.remove(next)) {
                Some(mail) => self.sending[index].1 = mail.deliver(),
                None => drop(self.sending.remove(index)),
            }
        }
        if self.sending.is_empty() {
            Poll::Ready(())
        } else {
            Poll::Pending
        }
    }

    /// Whether its machine has to wait before it is given the next message: mail for others
    /// has found no room. Mail for itself does not count, since only the machine's going on
    /// makes the room.
    pub(crate) fn is_blocked(&self) -> bool {
        self.sending.iter().any(|(to, _)| *to != self.own)
    }

    /// Gives up: whom the mail that still waits was for.
    pub(crate) fn abandon(&mut self) -> Vec<Identity> {
        let sending = std::mem::take(&mut self.sending);
        let waiting = std::mem::take(&mut self.waiting);
        let first = sending.iter().map(|(to, _)| *to);
        first.chain(waiting.iter().map(Mail::to)).collect()
    }
}
