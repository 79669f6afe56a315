//! The SCXML and the XState JSON that we write, read back to the chart that they were written of:
//! no part of a description is lost in them.
//!
//! What a document of somebody else's says by default (`Chart::defaults`, `completions`) is not
//! read here.

use serde_json::Value;
use std::collections::BTreeMap;
use wink_chart::{
    Chart, ChildSignal, Delay, Field, Message, MessageId, Row, RowKind, Shape, State, StateId,
    StateKind, Target, Text, Trigger,
};

const WINK: &str = "https://docs.rs/wink";

type Element<'a> = roxmltree::Node<'a, 'a>;

/// What was read so far.
#[derive(Default)]
struct Reading {
    states: Vec<State>,
    ids: BTreeMap<String, StateId>,
    messages: Vec<Message>,
    rows: BTreeMap<u64, Row>,
}

/// One way in which a row can be taken, in either format.
struct Way {
    row: u64,
    source: StateId,
    trigger: Trigger,
    kind: RowKind,
    condition: Option<String>,
    /// The guard beside the choice.
    guard: Option<String>,
    chooses: bool,
    stays: bool,
    reenters: bool,
    targets: Vec<String>,
    action: Option<String>,
    documentation: String,
}

fn text(text: impl Into<String>) -> Text {
    text.into().into()
}

impl Reading {
    fn state(&mut self, id: &str, name: &str, parent: Option<StateId>, kind: StateKind) -> StateId {
        let place = StateId(self.states.len() as u16);
        self.ids.insert(id.to_owned(), place);
        self.states.push(State {
            name: text(name),
            documentation: text(""),
            parent,
            kind,
            initial: None,
            entry: None,
            exit: None,
            local: None,
        });
        place
    }

    fn message(&self, event: &str) -> MessageId {
        let numbered = event.strip_prefix("wink.message.");
        let numbered = numbered.map(|number| number.parse().expect("a number"));
        let named = || {
            let found = self.messages.iter().position(|one| *one.name == *event);
            found.unwrap_or_else(|| panic!("no message {event}")) as u16
        };
        MessageId(numbered.unwrap_or_else(named))
    }

    fn trigger(&self, event: &str) -> Trigger {
        let signals = [
            ("wink.child.started", ChildSignal::Started),
            ("wink.child.pulsed", ChildSignal::Pulsed),
            ("wink.child.errored", ChildSignal::Errored),
            ("wink.child.exited", ChildSignal::Exited),
        ];
        if let Some((_, signal)) = signals.iter().find(|(name, _)| *name == event) {
            return Trigger::Child(*signal);
        }
        match event {
            "wink.down" => Trigger::Down,
            "wink.none" => Trigger::Messages(Vec::new().into()),
            events => {
                let messages = events.split(' ').map(|event| self.message(event));
                Trigger::Messages(messages.collect::<Vec<_>>().into())
            }
        }
    }

    fn target(&self, id: &str) -> Target {
        let state = |id: &str| *self.ids.get(id).unwrap_or_else(|| panic!("no state {id}"));
        match id.rsplit_once('.') {
            Some((of, "history")) => Target::History(state(of)),
            Some((of, "deep_history")) => Target::DeepHistory(state(of)),
            _ => Target::State(state(id)),
        }
    }

    fn way(&mut self, way: Way) {
        let mut targets: Vec<Target> = way.targets.iter().map(|id| self.target(id)).collect();
        if way.stays || (way.chooses && targets.is_empty()) {
            targets.push(Target::Stay);
        }
        let guard = if way.chooses {
            way.guard
        } else {
            way.condition
        };
        let row = Row {
            source: way.source,
            trigger: way.trigger,
            kind: way.kind,
            guard: guard.map(Text::from),
            targets: targets.into(),
            chooses: way.chooses,
            reenter: way.reenters,
            action: way.action.map(Text::from),
            documentation: text(way.documentation),
        };
        let Some(before) = self.rows.get_mut(&way.row) else {
            self.rows.insert(way.row, row);
            return;
        };
        // Another event of the same row, or another choice.
        if let (Trigger::Messages(known), Trigger::Messages(more)) = (&before.trigger, &row.trigger)
        {
            let mut all = known.to_vec();
            all.extend(more.iter().filter(|message| !known.contains(message)));
            before.trigger = Trigger::Messages(all.into());
        }
        if way.chooses {
            let mut all = before.targets.to_vec();
            all.extend(
                row.targets
                    .iter()
                    .filter(|target| !before.targets.contains(target)),
            );
            before.targets = all.into();
        }
    }

    fn chart(self, [name, version, data, documentation]: [&str; 4]) -> Chart {
        let rows = self.rows.into_values();
        Chart {
            name: text(name),
            version: text(version),
            data: text(data),
            documentation: text(documentation),
            messages: self.messages.into(),
            states: self.states.into(),
            rows: rows.collect::<Vec<_>>().into(),
            defaults: Vec::new().into(),
            completions: Vec::new().into(),
        }
    }
}

fn shape(name: &str) -> Shape {
    match name {
        "tuple" => Shape::Tuple,
        "named" => Shape::Named,
        _ => Shape::Unit,
    }
}

fn kind(name: Option<&str>) -> RowKind {
    match name {
        Some("ignore") => RowKind::Ignore,
        Some("defer") => RowKind::Defer,
        _ => RowKind::Receive,
    }
}

/// The delay that a person wrote.
fn delay(written: &str) -> Trigger {
    Trigger::After(Delay {
        nanoseconds: wink_chart::parse_duration(written).expect("a delay"),
        text: text(written),
    })
}

/// The chart that [`wink_chart::export::scxml`] wrote.
pub fn scxml(written: &str) -> Chart {
    let document = roxmltree::Document::parse(written).expect("XML");
    let root = document.root_element();
    let mut reading = Reading::default();
    for message in root
        .children()
        .filter(|one| one.has_tag_name((WINK, "message")))
    {
        let fields = message.children().filter(Element::is_element);
        let said = |of: Element<'_>, name: &str| text(of.attribute(name).unwrap_or_default());
        reading.messages.push(Message {
            name: said(message, "name"),
            documentation: said(message, "documentation"),
            shape: shape(message.attribute("shape").unwrap_or_default()),
            fields: fields
                .map(|field| Field {
                    name: said(field, "name"),
                    type_name: said(field, "type"),
                    documentation: said(field, "documentation"),
                })
                .collect(),
            reply: message.attribute("reply").map(|reply| text(reply)),
        });
    }
    let of = |element: Element<'_>, name| own(element, name).unwrap_or_default().to_owned();
    let drawn = root.children().find(|child| own(*child, "root").is_some());
    let mut places = Vec::new();
    match drawn {
        Some(drawn) => xml_state(drawn, None, &mut reading, &mut places),
        None => {
            let children: Vec<_> = xml_states(root).collect();
            let kind = match children.is_empty() {
                true => StateKind::Leaf,
                false => StateKind::Composite,
            };
            let id = reading.state("", &of(root, "module"), None, kind);
            reading.states[0].documentation = text(of(root, "module-documentation"));
            for child in children {
                xml_state(child, Some(id), &mut reading, &mut places);
            }
            let initial = root.attribute("initial");
            reading.states[0].initial = initial.map(|id| reading.ids[id]);
        }
    }
    for (element, id) in places {
        xml_inside(element, id, &mut reading);
    }
    let (version, data) = (of(root, "version"), of(root, "data"));
    let name = root.attribute("name").unwrap_or_default();
    reading.chart([name, &version, &data, &of(root, "documentation")])
}

/// What wink adds to the recommendation's words.
fn own<'a>(element: Element<'a>, name: &'a str) -> Option<&'a str> {
    element.attribute((WINK, name))
}

fn xml_states<'a>(element: Element<'a>) -> impl Iterator<Item = Element<'a>> {
    element.children().filter(|child| {
        let is_state = ["state", "parallel", "final"].contains(&child.tag_name().name());
        is_state && own(*child, "rest").is_none() && own(*child, "ended").is_none()
    })
}

fn xml_state<'a>(
    element: Element<'a>,
    parent: Option<StateId>,
    reading: &mut Reading,
    places: &mut Vec<(Element<'a>, StateId)>,
) {
    let kind = match element.tag_name().name() {
        "parallel" => StateKind::Parallel,
        "final" => StateKind::Final,
        _ if xml_states(element).next().is_some() => StateKind::Composite,
        _ => StateKind::Leaf,
    };
    let id = element.attribute("id").expect("an id");
    let place = reading.state(id, own(element, "name").unwrap_or(id), parent, kind);
    places.push((element, place));
    for child in xml_states(element) {
        xml_state(child, Some(place), reading, places);
    }
}

fn xml_inside(element: Element<'_>, id: StateId, reading: &mut Reading) {
    let call = |element: Element<'_>| {
        let call = element
            .children()
            .find(|one| one.has_tag_name((WINK, "call")));
        call.map(|call| call.attribute("function").unwrap_or_default().to_owned())
    };
    let function = |name: &str| {
        let block = element.children().find(|one| one.tag_name().name() == name);
        block.and_then(call).map(Text::from)
    };
    let initial = element.attribute("initial");
    let initial = initial.filter(|initial| !initial.ends_with(".rest"));
    let state = &mut reading.states[id.index()];
    state.initial = initial.map(|initial| reading.ids[initial]);
    (state.entry, state.exit) = (function("onentry"), function("onexit"));
    state.local = own(element, "local").map(text);
    state.documentation = text(own(element, "documentation").unwrap_or_default());
    for transition in element.children() {
        let Some(row) = own(transition, "row") else {
            continue;
        };
        let event = transition.attribute("event");
        let is_done = event.is_some_and(|event| event.starts_with("done.state."));
        let trigger = match (own(transition, "after"), event) {
            (Some(after), _) => delay(after),
            (None, None) => Trigger::Always,
            (None, Some(_)) if own(transition, "any").is_some() => Trigger::Any,
            (None, Some(_)) if is_done => Trigger::Done,
            (None, Some(event)) => reading.trigger(event),
        };
        let targets = transition.attribute("target").unwrap_or_default();
        let owned = |text: Option<&str>| text.map(str::to_owned);
        reading.way(Way {
            row: row.parse().expect("a number"),
            source: id,
            trigger,
            kind: kind(own(transition, "kind")),
            condition: owned(transition.attribute("cond")),
            guard: owned(own(transition, "guard")),
            chooses: own(transition, "chooses").is_some(),
            stays: own(transition, "stay").is_some(),
            reenters: own(transition, "reenter").is_some(),
            targets: targets.split_whitespace().map(str::to_owned).collect(),
            action: call(transition),
            documentation: own(transition, "documentation")
                .unwrap_or_default()
                .to_owned(),
        });
    }
}

/// The chart that [`wink_chart::export::xstate`] wrote.
pub fn xstate(written: &str) -> Chart {
    let root: Value = serde_json::from_str(written).expect("JSON");
    let mut reading = Reading::default();
    let meta = &root["meta"]["wink"];
    for message in list(&meta["messages"]) {
        reading.messages.push(Message {
            name: said(message, "name"),
            documentation: said(message, "documentation"),
            shape: shape(&said(message, "shape")),
            fields: list(&message["fields"])
                .iter()
                .map(|field| Field {
                    name: said(field, "name"),
                    type_name: said(field, "type"),
                    documentation: said(field, "documentation"),
                })
                .collect(),
            reply: message["reply"].as_str().map(text),
        });
    }
    let mut places = Vec::new();
    json_state(&root, written, None, &mut reading, &mut places);
    for (state, id) in places {
        json_inside(state, id, &mut reading);
    }
    let [machine, version] = [said(meta, "machine"), said(meta, "version")];
    let [data, documentation] = [said(meta, "data"), said(meta, "documentation")];
    reading.chart([&machine, &version, &data, &documentation])
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

fn said(value: &Value, name: &str) -> Text {
    text(value[name].as_str().unwrap_or_default())
}

fn is(value: &Value, name: &str) -> bool {
    value[name] == true
}

/// The states inside, without those that stand for something else, in the order of the text,
/// which an object of `serde_json` forgets.
fn json_states<'v>(state: &'v Value, text: &str) -> Vec<&'v Value> {
    let states = state["states"].as_object();
    let states = states.into_iter().flat_map(|states| states.values());
    let is_state = |one: &&Value| one["type"] != "history" && !is(&one["meta"]["wink"], "rest");
    let mut states: Vec<&Value> = states.filter(is_state).collect();
    states.sort_by_key(|state| text.find(&format!("\"id\": {}", state["id"])));
    states
}

fn json_state<'v>(
    state: &'v Value,
    text: &str,
    parent: Option<StateId>,
    reading: &mut Reading,
    places: &mut Vec<(&'v Value, StateId)>,
) {
    let kind = match state["type"].as_str() {
        Some("parallel") => StateKind::Parallel,
        Some("final") => StateKind::Final,
        _ if !json_states(state, text).is_empty() => StateKind::Composite,
        _ => StateKind::Leaf,
    };
    let id = state["id"].as_str().expect("an id");
    let name = state["meta"]["wink"]["name"].as_str().unwrap_or(id);
    let place = reading.state(id, name, parent, kind);
    places.push((state, place));
    for child in json_states(state, text) {
        json_state(child, text, Some(place), reading, places);
    }
}

fn json_inside(written: &Value, id: StateId, reading: &mut Reading) {
    let function = |name: &str| list(&written[name]).first().map(|one| said(one, "type"));
    let initial = written["initial"].as_str();
    let initial = initial.filter(|initial| !initial.ends_with(".rest"));
    let state = &mut reading.states[id.index()];
    state.initial = initial.map(|initial| reading.ids[initial]);
    (state.entry, state.exit) = (function("entry"), function("exit"));
    state.local = written["meta"]["wink"]["local"].as_str().map(text);
    state.documentation = said(written, "description");
    let on = written["on"].as_object().into_iter().flatten();
    for (event, transitions) in on {
        for transition in list(transitions) {
            let trigger = match is(&transition["meta"]["wink"], "any") {
                true => Trigger::Any,
                false => reading.trigger(event),
            };
            json_way(transition, id, trigger, reading);
        }
    }
    let after = written["after"].as_object().into_iter().flatten();
    for transition in after.flat_map(|(_, transitions)| list(transitions)) {
        let meta = &transition["meta"]["wink"];
        let trigger = Trigger::After(Delay {
            nanoseconds: meta["nanoseconds"].as_u64().expect("a number"),
            text: said(meta, "after"),
        });
        json_way(transition, id, trigger, reading);
    }
    for (key, trigger) in [("always", Trigger::Always), ("onDone", Trigger::Done)] {
        for transition in list(&written[key]) {
            json_way(transition, id, trigger.clone(), reading);
        }
    }
}

fn json_way(transition: &Value, source: StateId, trigger: Trigger, reading: &mut Reading) {
    let meta = &transition["meta"]["wink"];
    let owned = |value: &Value| value.as_str().map(str::to_owned);
    let id = |value: &Value| {
        let id = value.as_str().expect("an id").trim_start_matches('#');
        id.replace("\\.", ".")
    };
    let target = &transition["target"];
    let targets = match target {
        Value::Array(targets) => targets.iter().map(id).collect(),
        Value::Null => Vec::new(),
        target => vec![id(target)],
    };
    reading.way(Way {
        row: meta["row"].as_u64().expect("a number"),
        source,
        trigger,
        kind: kind(meta["kind"].as_str()),
        condition: owned(&transition["guard"]["type"]),
        guard: owned(&meta["guard"]),
        chooses: is(meta, "chooses"),
        stays: is(meta, "stay"),
        reenters: is(meta, "reenter"),
        targets,
        action: owned(&list(&transition["actions"]).first().unwrap_or(&Value::Null)["type"]),
        documentation: said(transition, "description").into_owned(),
    });
}

/// The chart with the messages of each row in their own order: JSON has them by name, and what
/// order they are in means nothing.
pub fn sorted(mut chart: Chart) -> Chart {
    for row in chart.rows.to_mut() {
        if let Trigger::Messages(messages) = &mut row.trigger {
            messages.to_mut().sort();
        }
    }
    chart
}

/// Panics where a chart is not what is read of what is written of it.
pub fn check(chart: &Chart, name: &str) {
    let written = wink_chart::export::scxml(chart);
    assert_eq!(scxml(&written), *chart, "{name}\n{written}");
    let written = wink_chart::export::xstate(chart);
    let read = sorted(xstate(&written));
    assert_eq!(read, sorted(chart.clone()), "{name}\n{written}");
}
