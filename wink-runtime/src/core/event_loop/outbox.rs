//! Mail of a machine that waits for room in the mailboxes of others.
//!
//! Must not know of: what the mail says.

use std::collections::VecDeque;
use std::iter;
use std::task::{Context, Poll, Waker};

use super::home::Seat;
use super::post::Post;
use crate::core::address::{Mail, Undelivered};
use crate::core::exit::Identity;
use crate::core::mailbox::Postponed;
use crate::core::station::Handle;

/// What steps have sent and nobody had room for, in order for each receiver.
///
/// The first message for each full mailbox of another loop waits in that mailbox's own line, with
/// those that a step sent behind it; everything else waits here.
#[derive(Default)]
pub(crate) struct Outbox {
    sending: Vec<(Handle, Box<dyn Postponed>)>,
    waiting: VecDeque<Mail>,
}

/// What is needed to send.
pub(crate) struct Sending<'loop_> {
    pub(crate) post: &'loop_ mut Post,
    /// Whose mail it is.
    pub(crate) home: u32,
    pub(crate) seat: Seat,
    /// Wakes the machine's loop for it.
    pub(crate) waker: &'loop_ Waker,
    /// Receivers that have ended: once for each message.
    pub(crate) lost: Vec<Identity>,
}

impl Sending<'_> {
    /// So many messages for that machine are lost.
    fn lose(&mut self, to: Identity, count: usize) {
        self.lost.extend(iter::repeat_n(to, count));
    }
}

impl Outbox {
    pub(crate) fn is_empty(&self) -> bool {
        self.sending.is_empty() && self.waiting.is_empty()
    }

    /// Sends, or keeps what finds no room.
    pub(crate) fn post(&mut self, mail: Mail, sending: &mut Sending<'_>) {
        let receiver = mail.to();
        let waits = self.waiting.iter().any(|mail| mail.to() == receiver)
            || self.sending.iter().any(|(to, _)| to.identity() == receiver);
        if waits {
            self.waiting.push_back(mail);
            return;
        }
        self.try_send(mail, sending);
    }

    fn try_send(&mut self, mail: Mail, sending: &mut Sending<'_>) {
        let to = mail.to();
        let to_itself = mail.is_to(sending.home, sending.seat);
        match mail.try_deliver(sending.post, to_itself) {
            Ok(()) => {}
            Err(Undelivered::Closed(count)) => sending.lose(to, count),
            Err(Undelivered::Full(mail)) if mail.is_for(sending.home) => {
                self.waiting.push_back(mail);
            }
            Err(Undelivered::Full(mail)) => {
                let receiver = mail.receiver();
                if let Some(postponed) = mail.deliver() {
                    self.sending.push((receiver, postponed));
                    self.poll(sending);
                }
            }
        }
    }

    /// Sends what has found room in the meantime.
    pub(crate) fn retry(&mut self, sending: &mut Sending<'_>) {
        self.poll(sending);
        // What is refused once more goes back in, and what follows it for the same receiver.
        for mail in std::mem::take(&mut self.waiting) {
            self.post(mail, sending);
        }
    }

    fn poll(&mut self, sending: &mut Sending<'_>) {
        let mut context = Context::from_waker(sending.waker);
        self.sending.retain_mut(|(to, postponed)| {
            let Poll::Ready(lost) = postponed.poll(&mut context) else {
                return true;
            };
            sending.lose(to.identity(), lost);
            false
        });
    }

    /// The first machine that has no room.
    pub(crate) fn receiver(&self) -> Option<Handle> {
        let sending = self.sending.first().map(|(to, _)| to.clone());
        sending.or_else(|| self.waiting.front().map(Mail::receiver))
    }

    /// Gives up: whom the mail that still waits was for. What another loop has given room since it
    /// was last looked at is with its machine, and not told as lost.
    pub(crate) fn abandon(&mut self) -> Vec<Identity> {
        let mut lost = Vec::new();
        for (to, mut postponed) in std::mem::take(&mut self.sending) {
            lost.extend(iter::repeat_n(to.identity(), postponed.withdraw()));
        }
        let waiting = std::mem::take(&mut self.waiting);
        let each = |mail: &Mail| iter::repeat_n(mail.to(), mail.count());
        lost.extend(waiting.iter().flat_map(each));
        lost
    }
}
