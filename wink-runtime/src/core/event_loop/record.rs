//! What a machine that is kept fails on, and whether that is poison.
//!
//! Must not know: how machines are stepped.

use wink_chart::MessageId;

/// What a machine was about when it failed.
#[derive(Default)]
pub(crate) struct Record {
    /// What it is being given.
    message: Option<MessageId>,
    /// Messages that it has dealt with since its start.
    handled: u64,
    /// On what it failed first thing, and how many times in a row.
    poison: Option<(MessageId, u32)>,
}

impl Record {
    pub(crate) fn begin(&mut self, message: MessageId) {
        self.message = Some(message);
    }

    /// So many messages were dealt with, and nothing followed from them.
    pub(crate) fn handled(&mut self, count: u64) {
        self.handled += count;
    }

    pub(crate) fn end(&mut self) {
        self.handled += u64::from(self.message.take().is_some());
    }

    /// The machine has ended; a message that it failed on several times in a row without
    /// having handled anything in between, and how many times.
    pub(crate) fn fall(&mut self, failed: bool) -> Option<(MessageId, u32)> {
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
