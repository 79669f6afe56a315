//! A machine of thirty states as a person would write it, and whether its picture can be read.

use crate::drawing::Drawing;
use wink_chart::export::{Theme, svg_in};
use wink_chart::{
    Chart, Delay, Message, MessageId, Row, RowKind, Shape, State, StateId, StateKind, Target,
    Trigger,
};

/// States by their indentation; `*` is initial, `=` final, `|` parallel. Behind them the rows:
/// what sets them off, and where they go.
const PHONE: &str = "\
phone
  off*: Power [charged] > boot; ignore Ring
  boot: after 3s > on; always [broken] > dead
  on|: Power / save > off; BatteryEmpty > off; Crash / report > boot
    screen: entry light
      dark*: Touch > locked; Ring > incoming
      locked: Touch [known] > home; after 10s > dark; Ring > incoming
      unlocked: Lock > locked; after 30s > dark; Ring > incoming
        home*: Open / launch > app; Swipe > drawer
        drawer: Open / launch > app; Back > home
        app: Back > home; Swipe > recent; Crash / report > home
        recent: Pick > app; Back > home
      incoming: Accept / talk > dark; Decline > dark; after 25s / miss > dark
    radio
      searching*: Found > connected; after 60s > idle
      connected: Lost > searching; Fly > plane; done > idle
        registering*: Welcome > camped; Refused > barred
        camped: Dial > dialling; Accept > talking; defer Update
        dialling: Answer > talking; Busy > camped; after 60s > camped
        talking: Hang > camped; Hold > held; Lost / tell > searching
        held: Hold > talking; Hang > camped
        barred=
      idle: after 300s > searching; Fly > plane
      plane: Fly > searching; ignore Dial
    power
      discharging*: Plug > charging; after 1s [low] / warn > saving
      saving: Plug > charging; BatteryEmpty / shout
      charging: Unplug > discharging; Full > full; Hot > cooling
      full: Unplug > discharging
      cooling: after 120s > charging; Unplug > discharging
    update
      current*: Update > loading
      loading: Loaded > ready; Lost > current; Crash > current
      ready: Power / install > current
  dead=
";

/// The chart of such a text.
fn read(text: &str) -> Chart {
    let names = text.lines().map(|line| {
        let name = line.trim_start().split([':', '*', '=', '|']).next();
        name.unwrap().to_owned()
    });
    let names: Vec<String> = names.collect();
    let find = |name: &str| names.iter().position(|other| other == name).unwrap() as u16;
    let (mut messages, mut rows, mut states) = (Vec::new(), Vec::new(), Vec::<State>::new());
    let mut around: Vec<(usize, u16)> = Vec::new();
    for (index, line) in text.lines().enumerate() {
        let index = index as u16;
        let indent = line.len() - line.trim_start().len();
        around.retain(|(other, _)| *other < indent);
        let parent = around.last().map(|&(_, parent)| StateId(parent));
        around.push((indent, index));
        let (name, described) = line.split_once(':').unwrap_or((line, ""));
        let mut kind = StateKind::Leaf;
        if let Some(parent) = parent {
            let parent: &mut State = &mut states[parent.index()];
            if name.ends_with('*') {
                parent.initial = Some(StateId(index));
            }
            if parent.kind == StateKind::Leaf {
                parent.kind = StateKind::Composite;
            }
        }
        if name.ends_with('=') {
            kind = StateKind::Final;
        } else if name.ends_with('|') {
            kind = StateKind::Parallel;
        }
        let mut entry = None;
        for row in described.split(';').map(str::trim) {
            match row.strip_prefix("entry ") {
                Some(function) => entry = Some(function.to_owned().into()),
                None if row.is_empty() => {}
                None => rows.push(read_row(row, index, find, &mut messages)),
            }
        }
        states.push(State {
            name: names[usize::from(index)].clone().into(),
            documentation: "".into(),
            parent,
            kind,
            initial: None,
            entry,
            exit: None,
            local: None,
        });
    }
    Chart {
        name: "tests/Phone".into(),
        version: "1.0.0".into(),
        data: "Phone".into(),
        documentation: "".into(),
        messages: messages.into(),
        states: states.into(),
        rows: rows.into(),
        defaults: Vec::new().into(),
        completions: Vec::new().into(),
    }
}

fn read_row(
    text: &str,
    source: u16,
    find: impl Fn(&str) -> u16,
    messages: &mut Vec<Message>,
) -> Row {
    let (text, target) = text.split_once(" > ").unwrap_or((text, ""));
    let (text, action) = text.split_once(" / ").unwrap_or((text, ""));
    let (text, guard) = text.split_once(" [").unwrap_or((text, ""));
    let (kind, text) = match text.split_once(' ') {
        Some(("ignore", text)) => (RowKind::Ignore, text),
        Some(("defer", text)) => (RowKind::Defer, text),
        _ => (RowKind::Receive, text),
    };
    let mut message = |name: &str| {
        let known = messages.iter().position(|other| other.name == name);
        let index = known.unwrap_or_else(|| {
            messages.push(Message {
                name: name.to_owned().into(),
                documentation: "".into(),
                shape: Shape::Unit,
                fields: Vec::new().into(),
                reply: None,
            });
            messages.len() - 1
        });
        MessageId(index as u16)
    };
    let trigger = match text.split_once(' ') {
        Some(("after", delay)) => Trigger::After(Delay {
            nanoseconds: 1,
            text: delay.to_owned().into(),
        }),
        _ if text == "always" => Trigger::Always,
        _ if text == "done" => Trigger::Done,
        _ => Trigger::Messages(vec![message(text)].into()),
    };
    let optional = |text: &str| (!text.is_empty()).then(|| text.to_owned().into());
    let target = (!target.is_empty()).then(|| Target::State(StateId(find(target))));
    Row {
        source: StateId(source),
        trigger,
        kind,
        guard: optional(guard.trim_end_matches(']')),
        targets: target.into_iter().collect::<Vec<Target>>().into(),
        chooses: false,
        reenter: false,
        action: optional(action),
        documentation: "".into(),
    }
}

#[test]
fn thirty_states_can_be_read() {
    let chart = read(PHONE);
    assert!(chart.states.len() >= 30, "{}", chart.states.len());
    let written = svg_in(&chart, Theme::Light);
    if let Some(file) = std::env::var_os("WINK_SAVE_PICTURE") {
        std::fs::write(file, &written).unwrap();
    }
    let drawing = Drawing::read(&chart, &written);
    assert_eq!(drawing.mistakes(&chart), Vec::<String>::new());
    // A screen and a half of letters that are as large as they were meant.
    let (width, height) = drawing.size;
    assert!(width < 1600.0 && height < 1600.0, "{width} x {height}");
}
