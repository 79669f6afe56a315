//! Messages and questions that a person typed, put to the machine.

use super::protocol::Refusal;
use super::state::Active;
use crate::console::{Typed, parse};
use crate::core::address::Address;
use crate::core::question::{CallError, Question};
use std::pin::pin;
use std::time::Duration;
use wink_chart::MessageId;

/// How long it is waited for what the machine does with a message, to be able to say that it
/// does nothing. A machine that takes longer has the message all the same.
const NOTICE: Duration = Duration::from_millis(200);

/// Puts a message to the machine; `tell` is given what comes of it once, maybe before the
/// machine has dealt with it.
pub async fn send<M: Typed>(
    address: Address<M>,
    active: Active,
    text: String,
    tell: impl FnOnce(Result<String, Refusal>),
) {
    let (_, message) = match read::<M>(&active, &text) {
        Ok(read) => read,
        Err(refusal) => return tell(Err(refusal)),
    };
    // As a question, so that its end is known.
    let mut dealt_with = pin!(address.call(Question::new(message, Some)));
    match tokio::time::timeout(NOTICE, dealt_with.as_mut()).await {
        Ok(Err(error @ (CallError::Unhandled | CallError::Ignored | CallError::Died(_)))) => {
            tell(Err(refused(&active, &error, "message")));
        }
        Ok(_) => tell(Ok(String::new())),
        Err(_) => {
            tell(Ok(String::new()));
            // It stays in the machine's mailbox until it is dealt with.
            let _ = dealt_with.await;
        }
    }
}

/// Puts a question to the machine, and gives its answer as JSON.
pub async fn call<M: Typed>(
    address: Address<M>,
    active: Active,
    text: String,
    deadline: Duration,
) -> Result<String, Refusal> {
    let (id, question) = read::<M>(&active, &text)?;
    if M::CHART.message(id).reply.is_none() {
        return Err(Refusal {
            reason: format!("`{}` is no question", M::CHART.message(id).name),
            help: Some("`wink send` sends it; `call` waits for an answer".to_owned()),
            ..Refusal::default()
        });
    }
    let answer = address.call(Question::new(question, Some));
    match tokio::time::timeout(deadline, answer).await {
        Ok(Ok(answer)) => serde_json::to_string(&answer).map_err(|problem| Refusal {
            reason: format!("the answer cannot be written: {problem}"),
            ..Refusal::default()
        }),
        Ok(Err(error)) => Err(refused(&active, &error, "question")),
        Err(_) => Err(Refusal {
            reason: format!("no answer within {deadline:?}"),
            is_late: true,
            ..Refusal::default()
        }),
    }
}

fn read<M: Typed>(active: &Active, text: &str) -> Result<(MessageId, M::Message), Refusal> {
    parse::<M::Message>(M::CHART, text.trim()).map_err(|mistake| Refusal {
        reason: mistake.reason,
        help: mistake.help,
        accepts: active.accepts(),
        is_late: false,
    })
}

fn refused(active: &Active, error: &CallError, what: &str) -> Refusal {
    let place = active.place();
    let (reason, accepts) = match error {
        CallError::Unhandled => (
            format!("in {place} the machine does not receive this {what}"),
            active.accepts(),
        ),
        CallError::Ignored => (
            format!("in {place} the machine ignores this {what}"),
            active.accepts(),
        ),
        error => (error.to_string(), Vec::new()),
    };
    Refusal {
        reason,
        accepts,
        ..Refusal::default()
    }
}
