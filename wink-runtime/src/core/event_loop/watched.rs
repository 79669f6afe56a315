//! Steps of a machine that is watched, written down.
//!
//! Must not know of: who watches, any clock.

use std::borrow::Cow;
use std::time::Duration;

use super::World;
use super::slab::Slab;
use super::watch::Pending;
use crate::core::drive::{Drive, Input};
use crate::core::effect::Effect;
use crate::core::exit::{ChildEvent, Error, Sender};
use crate::core::instance::Instance;
use crate::core::machine::Messages;
use crate::core::outcome::{Outcome, Received};
use crate::core::portrait::Portrait;
use crate::core::signal::Signal;
use crate::core::status::Status;
use crate::core::step_record::StepRecord;
use crate::core::time::Time;

/// What a step was given, in one word.
fn name<M: Drive>(input: &Input<M>) -> Cow<'static, str> {
    let name = match input {
        Input::Message(envelope) => {
            let messages = &M::CHART.messages;
            let message = messages.get(usize::from(envelope.message.id().0));
            return message.map_or("?".into(), |message| message.name.clone());
        }
        Input::Start => "(start)",
        Input::Time | Input::Signal(Signal::After(_)) => "(time)",
        Input::Stop(_) | Input::Signal(Signal::Stop) => "(stop)",
        Input::Signal(Signal::Down(_)) => "(down)",
        Input::Signal(Signal::Child(_, event)) => match event {
            ChildEvent::Started => "(child started)",
            ChildEvent::Pulsed => "(child pulsed)",
            ChildEvent::Errored(_) => "(child errored)",
            ChildEvent::Exited(_) => "(child exited)",
        },
    };
    name.into()
}

fn states<M: Drive>(instance: &Instance<M>) -> Vec<Cow<'static, str>> {
    if instance.status() == Status::Fresh {
        return Vec::new();
    }
    let name = |state: wink_chart::StateId| M::CHART.states[state.index()].name.clone();
    instance.resting().into_iter().map(name).collect()
}

fn described<M: Drive>(effect: &Effect<M>) -> String {
    match effect {
        Effect::Log(line) => format!("log: {line}"),
        Effect::Send(mail) => format!("send {} to {}", mail.name(), mail.to()),
        Effect::Spawn(newborn) => format!("spawn {}", newborn.handle().identity()),
        Effect::Watch { machine, linked } => match linked {
            true => format!("link {machine:?}"),
            false => format!("monitor {machine:?}"),
        },
        Effect::Stop(machine) => format!("stop {machine:?}"),
        Effect::Order(machine, order) => format!("{order:?} {machine:?}").to_lowercase(),
        Effect::Answer(..) | Effect::Reply(_) => "answer".to_owned(),
    }
}

fn became(outcome: &Outcome) -> &'static str {
    match outcome.received() {
        Received::None => "done",
        Received::Handled(_) => "handled",
        Received::Ignored(_) => "ignored",
        Received::Deferred(_) => "deferred",
        Received::Unhandled => "unhandled",
        Received::Ended => "ended",
    }
}

impl<M: Drive> Slab<M> {
    /// A step is about to begin.
    #[cold]
    pub(super) fn note_begin(&self, index: u32, input: &Input<M>, world: &mut World) {
        let slot = &self.slots[index as usize];
        let (Some(watch), Some(instance)) = (&mut world.watch, &slot.instance) else {
            return;
        };
        let details = watch.wants_details();
        let (message, sender) = match input {
            Input::Message(envelope) => {
                let text = details
                    .then(|| M::message_text(&envelope.message))
                    .flatten();
                (text, envelope.sender.map(Sender::identity))
            }
            _ => (None, None),
        };
        let record = StepRecord {
            at: Time::ZERO,
            took: Duration::ZERO,
            machine: slot.identity(),
            input: name(input),
            message,
            sender,
            outcome: "",
            from: states(instance),
            to: Vec::new(),
            effects: Vec::new(),
            changes: Vec::new(),
            error: None,
        };
        let before = match details {
            true => instance.data().portrait(),
            false => Portrait::default(),
        };
        watch.begin(record, before);
    }

    /// The step under way in the loop is over.
    #[cold]
    pub(super) fn note_end(&self, index: u32, outcome: &Outcome, world: &mut World) {
        let pending = world.watch.as_mut().and_then(|watch| watch.take());
        self.note(index, pending, Ok(outcome), world);
    }

    /// A step that went on beside the loop is back.
    #[cold]
    pub(super) fn note_return(
        &self,
        index: u32,
        result: Result<&Outcome, &Error>,
        world: &mut World,
    ) {
        let seat = self.seat(index);
        let pending = world.watch.as_mut().and_then(|watch| watch.take_away(seat));
        self.note(index, pending, result, world);
    }

    /// The error with the machine's last steps, if these are kept.
    pub(super) fn with_steps(&self, index: u32, error: Error, world: &World) -> Error {
        match &world.watch {
            Some(watch) => watch.explain(self.slots[index as usize].identity(), error),
            None => error,
        }
    }

    /// The step under way in the loop has failed.
    #[cold]
    pub(super) fn note_failure(&self, index: u32, error: &Error, world: &mut World) {
        world.has_panicked = true;
        let pending = world.watch.as_mut().and_then(|watch| watch.take());
        self.note(index, pending, Err(error), world);
    }

    fn note(
        &self,
        index: u32,
        pending: Option<Pending>,
        result: Result<&Outcome, &Error>,
        world: &mut World,
    ) {
        let slot = &self.slots[index as usize];
        let (Some(watch), Some(mut pending), Some(instance)) =
            (&mut world.watch, pending, &slot.instance)
        else {
            return;
        };
        let record = &mut pending.record;
        record.to = states(instance);
        match result {
            Ok(outcome) => record.outcome = became(outcome),
            Err(error) => {
                record.outcome = "failed";
                record.error = Some(error.to_string());
            }
        }
        if let Some(error) = instance
            .exit_reason()
            .as_ref()
            .and_then(|reason| reason.error())
        {
            record.outcome = "failed";
            record.error.get_or_insert_with(|| error.to_string());
        }
        let mut after = Portrait::default();
        if watch.wants_details() {
            let effects = instance.parts.cx.extra_if_any();
            let effects = effects.into_iter().flat_map(|extra| &extra.effects);
            record.effects = effects.map(described).collect();
            after = instance.data().portrait();
        }
        watch.finish(pending, after);
    }
}
