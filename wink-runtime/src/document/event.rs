//! What `_event` is.
//!
//! Must not know of: what is done about an event.

use super::content::own_session;
use super::datamodel::{Document, Origin, PROCESSOR, Raised, address};
use super::session::Crossing;
use super::sessions;
use super::value::Value;
use crate::core::context::Context;

/// The message that is offered next: from now on it is `_event`.
pub fn take_event<M: Document>(data: &mut M, cx: &mut Context<M>, event: &str, carried: Value) {
    let now = cx.now().nanoseconds();
    let own = address(&own_session(data));
    let datamodel = data.datamodel_mut();
    let crossing = |name: Option<String>, send_id: Option<String>| Crossing {
        name: name.unwrap_or_else(|| event.to_owned()),
        send_id,
        ..Crossing::default()
    };
    let (kind, taken) = match datamodel.raised.pop_front() {
        Some(Raised { origin, name, id }) => match origin {
            Origin::Internal => ("internal", crossing(name, id)),
            Origin::Platform => ("platform", crossing(name, id)),
            Origin::Session(crossing) => (crossing.kind(), *crossing),
        },
        None => match datamodel.take_sent(event, now) {
            Some(sent) => {
                let id = Some(sent.id).filter(|id| !id.is_empty());
                let origin = Some(own);
                let taken = Crossing {
                    origin,
                    ..crossing(Some(sent.name), id)
                };
                ("external", taken)
            }
            None => ("external", crossing(None, None)),
        },
    };
    let is_outside = kind == "external" || taken.invoke_id.is_some();
    let data_of = |taken: &Crossing| match taken.data {
        Value::Undefined => carried.clone(),
        ref data => data.clone(),
    };
    let taken = Crossing {
        data: data_of(&taken),
        ..taken
    };
    datamodel.event = taken.as_event(kind);
    if is_outside {
        sessions::received(data, cx, &taken);
    }
}

impl Crossing {
    fn kind(&self) -> &'static str {
        if self.is_platform {
            "platform"
        } else {
            "external"
        }
    }

    /// As `_event`.
    pub(super) fn value(&self) -> Value {
        self.as_event(self.kind())
    }

    fn as_event(&self, kind: &str) -> Value {
        let text = |text: &Option<String>| match text {
            Some(text) => Value::from(text.clone()),
            None => Value::Undefined,
        };
        let origin_type = match self.origin {
            Some(_) => PROCESSOR.into(),
            None => Value::Undefined,
        };
        let part = |name: &str, value: Value| (name.to_owned(), value);
        Value::Map(vec![
            part("name", self.name.clone().into()),
            part("type", kind.into()),
            part("sendid", text(&self.send_id)),
            part("origin", text(&self.origin)),
            part("origintype", origin_type),
            part("invokeid", text(&self.invoke_id)),
            part("data", self.data.clone()),
        ])
    }
}
