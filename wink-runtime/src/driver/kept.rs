//! The life of a machine that its supervisor keeps: it is down when it has ended, and begins
//! again when it is told to, at the same address and with the same mail.

use std::future::poll_fn;

use wink_chart::MessageId;

use super::life::Life;
use super::panic::catch;
use super::spawn::{Maker, Watching};
use crate::core::address::Address;
use crate::core::drive::Drive;
use crate::core::event::SystemEvent;
use crate::core::exit::ExitReason;
use crate::core::instance::Instance;
use crate::core::mailbox::{Inbox, Order};

/// What a machine was about when it failed.
#[derive(Default)]
pub(super) struct Record {
    /// What it is being given.
    message: Option<MessageId>,
    /// Messages that it has dealt with since its start.
    handled: u64,
    /// On what it failed first thing, and how many times in a row.
    poison: Option<(MessageId, u32)>,
}

impl Record {
    pub(super) fn begin(&mut self, message: MessageId) {
        self.message = Some(message);
    }

    pub(super) fn end(&mut self) {
        self.handled += u64::from(self.message.take().is_some());
    }

    /// The machine has ended; a message that it failed on several times in a row without
    /// having handled anything in between, and how many times.
    fn fall(&mut self, failed: bool) -> Option<(MessageId, u32)> {
        let message = self.message.take().filter(|_| failed);
        let handled = std::mem::take(&mut self.handled);
        self.poison = message.map(|message| match self.poison {
            Some((before, failures)) if before == message && handled == 0 => {
                (message, failures + 1)
            }
            _ => (message, 1),
        });
        self.poison.filter(|(_, failures)| *failures > 1)
    }
}

/// Tells the end of a machine before what it holds is dropped, when the executor drops both.
struct Ending<'life, M: Drive>(Option<&'life Inbox<M>>);

impl<M: Drive> Drop for Ending<'_, M> {
    fn drop(&mut self) {
        if let Some(inbox) = self.0 {
            inbox.close(&ExitReason::Dropped);
        }
    }
}

impl Life {
    /// Runs the machine again and again, until it is buried.
    pub(super) async fn live_kept<M: Drive>(
        mut self,
        mut make: Maker<M>,
        address: Address<M>,
        inbox: Inbox<M>,
        mut observer: Watching,
    ) {
        self.record = Some(Record::default());
        loop {
            let reason = match catch(&mut make).and_then(|made| made) {
                Ok(data) => {
                    let mut instance = Instance::new(data, self.host.now());
                    instance.parts.cx.set_address(address.clone());
                    instance.parts.cx.has_successor = true;
                    let mut ending = Ending(Some(&inbox));
                    let reason = self.run(&mut instance, &inbox, &mut observer).await;
                    self.stop_children().await;
                    self.send_last_mail().await;
                    self.report_error(&reason);
                    ending.0 = None;
                    self.go_down(&inbox, &reason);
                    inbox.put_back(instance.parts.cx.take_all_deferred());
                    self.take_down(instance);
                    reason
                }
                Err(error) => {
                    let reason = error.into();
                    self.report_error(&reason);
                    self.go_down(&inbox, &reason);
                    reason
                }
            };
            match poll_fn(|context| inbox.poll_order(context)).await {
                Order::Restart => {
                    self.stopping = false;
                    self.pulse = None;
                }
                Order::Bury | Order::Kill => {
                    self.unread += inbox.close(&reason);
                    return self.report_end(reason);
                }
            }
        }
    }

    fn go_down<M: Drive>(&mut self, inbox: &Inbox<M>, reason: &ExitReason) {
        let machine = self.identity;
        let record = self.record.as_mut();
        if let Some((message, failures)) =
            record.and_then(|record| record.fall(reason.is_failure()))
        {
            let message = M::CHART.messages.get(usize::from(message.0));
            self.host.report(SystemEvent::Poison {
                machine,
                message: message.map_or("?", |message| &message.name),
                failures,
            });
        }
        self.host.report(SystemEvent::Down {
            machine,
            reason: reason.clone(),
        });
        inbox.go_down(reason);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ASK: MessageId = MessageId(0);
    const PAY: MessageId = MessageId(1);

    #[test]
    fn poison_is_what_fails_first_thing_again() {
        // (messages handled before, what it failed on, poison)
        let table = [
            (3, Some(PAY), None),
            (0, Some(PAY), Some((PAY, 2))),
            (0, Some(PAY), Some((PAY, 3))),
            (1, Some(PAY), None),
            (0, Some(ASK), None),
            (0, Some(ASK), Some((ASK, 2))),
            (0, None, None),
            (0, Some(ASK), None),
        ];
        let mut record = Record::default();
        for (index, (handled, message, poison)) in table.into_iter().enumerate() {
            for _ in 0..handled {
                record.begin(ASK);
                record.end();
            }
            if let Some(message) = message {
                record.begin(message);
            }
            assert_eq!(record.fall(true), poison, "line {index}");
        }
    }

    #[test]
    fn an_end_in_peace_is_no_poison() {
        let mut record = Record::default();
        for _ in 0..3 {
            record.begin(PAY);
            assert_eq!(record.fall(false), None);
        }
    }
}
