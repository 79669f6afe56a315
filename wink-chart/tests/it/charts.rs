//! Charts that have everything, and charts that mean harm.

use wink_chart::{
    Chart, ChildSignal, Delay, Field, Message, MessageId, Row, RowKind, Shape, State, StateId,
    StateKind, Target, Trigger,
};

fn message(name: &str, shape: Shape, fields: &[(&str, &str)], reply: Option<&str>) -> Message {
    Message {
        name: name.to_owned().into(),
        documentation: format!("About {name}.").into(),
        shape,
        fields: fields
            .iter()
            .map(|(name, type_name)| Field {
                name: (*name).to_owned().into(),
                type_name: (*type_name).to_owned().into(),
                documentation: "".into(),
            })
            .collect(),
        reply: reply.map(|reply| reply.to_owned().into()),
    }
}

fn state(name: &str, parent: Option<u16>, kind: StateKind, initial: Option<u16>) -> State {
    State {
        name: name.to_owned().into(),
        documentation: "".into(),
        parent: parent.map(StateId),
        kind,
        initial: initial.map(StateId),
        entry: None,
        exit: None,
        local: None,
    }
}

fn row(source: u16, trigger: Trigger, targets: &[Target]) -> Row {
    Row {
        source: StateId(source),
        trigger,
        kind: RowKind::Receive,
        guard: None,
        targets: targets.to_vec().into(),
        chooses: targets.len() > 1,
        reenter: false,
        action: None,
        documentation: "".into(),
    }
}

fn on(message: u16) -> Trigger {
    Trigger::Messages(vec![MessageId(message)].into())
}

fn to(state: u16) -> Target {
    Target::State(StateId(state))
}

/// A house with one of everything: 0 house { 1 day { 2 busy, 3 asleep { 4 light, 5 deep } },
/// 6 guarded { 7 doors { 8 shut, 9 open, 10 gone }, 11 alarm { 12 quiet, 13 loud } },
/// 14 sold }.
pub fn everything() -> Chart {
    use StateKind::{Composite, Final, Leaf, Parallel};
    let mut states = vec![
        state("house", None, Composite, Some(1)),
        state("day", Some(0), Composite, Some(2)),
        state("busy", Some(1), Leaf, None),
        state("asleep", Some(1), Composite, None),
        state("light", Some(3), Leaf, None),
        state("deep", Some(3), Leaf, None),
        state("guarded", Some(0), Parallel, None),
        state("doors", Some(6), Composite, Some(8)),
        state("shut", Some(7), Leaf, None),
        state("open", Some(7), Leaf, None),
        state("gone", Some(7), Final, None),
        state("alarm", Some(6), Composite, Some(12)),
        state("quiet", Some(11), Leaf, None),
        state("loud", Some(11), Leaf, None),
        state("sold", Some(0), Final, None),
    ];
    states[0].entry = Some("build".into());
    states[2].entry = Some("wake".into());
    states[2].exit = Some("rest".into());
    states[4].local = Some("Dream".into());
    let five_seconds = Delay {
        nanoseconds: 5_000_000_000,
        text: "5s".into(),
    };
    let mut rows = vec![
        row(0, on(4), &[]),
        row(2, on(0), &[to(3)]),
        row(
            2,
            on(1),
            &[Target::History(StateId(3)), to(2), Target::Stay],
        ),
        row(2, on(2), &[]),
        row(2, Trigger::Any, &[]),
        row(3, on(0), &[to(5)]),
        row(3, on(1), &[to(3)]),
        row(5, on(0), &[to(3)]),
        row(5, Trigger::After(five_seconds), &[to(4)]),
        row(1, on(2), &[to(2)]),
        row(1, on(3), &[Target::DeepHistory(StateId(6))]),
        row(6, Trigger::Done, &[to(14)]),
        row(8, Trigger::Always, &[to(9)]),
        row(9, Trigger::Child(ChildSignal::Errored), &[to(10)]),
        row(9, Trigger::Down, &[to(8)]),
        row(12, on(0), &[to(13)]),
        row(13, on(3), &[]),
    ];
    rows[1].guard = Some("cx.is_in(State::Busy) && tired > 2".into());
    rows[1].action = Some("lie_down".into());
    rows[2].action = Some("decide".into());
    rows[3].kind = RowKind::Defer;
    rows[4].kind = RowKind::Ignore;
    rows[9].reenter = true;
    rows[12].guard = Some("data.unlocked".into());
    Chart {
        name: "tests/House".into(),
        version: "1.2.3".into(),
        data: "House".into(),
        documentation: "A house.\n\nIt has \"one\" of everything.".into(),
        messages: vec![
            message(
                "Tire",
                Shape::Named,
                &[("tired", "u8"), ("note", "Option<String>")],
                None,
            ),
            message("Nap", Shape::Tuple, &[("0", "Duration")], None),
            message("Ring", Shape::Unit, &[], None),
            message("Leave", Shape::Unit, &[], None),
            message("Rooms", Shape::Unit, &[], Some("Vec<Room>")),
        ]
        .into(),
        states: states.into(),
        rows: rows.into(),
        defaults: Vec::new().into(),
        completions: Vec::new().into(),
    }
}

/// Texts that would mean something to Mermaid, JSON or a terminal if nobody stopped them.
pub const HOSTILE: [&str; 30] = [
    "",
    "\"q\" \\ \u{0} \u{7f} \u{2028}",
    "a:b;c",
    "}\n{",
    "--",
    "-->",
    "%%{init: {}}%%",
    "[*]",
    "[[fork]]",
    "<<choice>>",
    "direction TB",
    "x\nend note\ny",
    "note right of a",
    "state",
    "default",
    "stateDiagram",
    "root",
    "root_start",
    "constructor",
    "hasOwnProperty",
    "__proto__",
    "state_1",
    "state_3_any",
    "#35;",
    "&amp;",
    "<script>alert(1)</script>",
    "**a** _b_ `c`",
    "\u{202e}é 漢字",
    "accTitle: x",
    "style x:#y;",
];

/// A chart in which a text is the name of everything that has one.
pub fn named(text: &str) -> Chart {
    use StateKind::{Composite, Final, Leaf};
    let mut states = vec![
        state(text, None, Composite, Some(1)),
        state(text, Some(0), Leaf, None),
        state(&format!("{text}_x"), Some(0), Composite, Some(3)),
        state("state_2", Some(2), Composite, None),
        state("state_3_any", Some(3), Leaf, None),
        state("inner_end", Some(3), Final, None),
    ];
    for state in &mut states {
        state.documentation = text.to_owned().into();
        state.entry = Some(text.to_owned().into());
    }
    let mut rows = vec![
        row(1, on(0), &[to(2), to(1)]),
        row(1, on(0), &[]),
        row(3, on(0), &[to(4)]),
        row(4, on(0), &[to(3), Target::History(StateId(2))]),
        row(0, on(0), &[to(1)]),
    ];
    for row in &mut rows {
        row.guard = Some(text.to_owned().into());
        row.action = Some(text.to_owned().into());
    }
    Chart {
        name: text.to_owned().into(),
        version: text.to_owned().into(),
        data: text.to_owned().into(),
        documentation: text.to_owned().into(),
        messages: vec![message(text, Shape::Named, &[(text, text)], Some(text))].into(),
        states: states.into(),
        rows: rows.into(),
        defaults: Vec::new().into(),
        completions: Vec::new().into(),
    }
}

/// A machine without any states of its own.
pub fn nothing() -> Chart {
    Chart {
        name: "tests/Nothing".into(),
        version: "0.1.0".into(),
        data: "Nothing".into(),
        documentation: "".into(),
        messages: vec![].into(),
        states: vec![state("nothing", None, StateKind::Leaf, None)].into(),
        rows: vec![].into(),
        defaults: Vec::new().into(),
        completions: Vec::new().into(),
    }
}
