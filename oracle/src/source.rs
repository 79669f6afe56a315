//! A chart as the source of a machine: what a person would have written to get it.
//!
//! The functions of the machine are those of a [`Script`](crate::Script), which its data holds.

use crate::program::Function;
use std::fmt::Write;
use wink_chart::{Chart, Message, MessageId, Row, RowId, RowKind, StateId, StateKind};
use wink_chart::{Target, Trigger};

/// How the machine is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Style {
    /// No function takes the context, so that nothing can be raised or ended.
    pub quiet: bool,
    /// Some functions are `async`.
    pub asynchronous: bool,
}

/// The source of `#[machine] pub mod MODULE { … }` for a chart that was drawn to compile.
pub fn machine(chart: &Chart, module: &str, style: Style) -> String {
    let mut writer = Writer {
        chart,
        style,
        text: String::new(),
        depth: 0,
    };
    let (above, functions) = writer.rows_of(StateId::ROOT);
    writer.line("#[::wink::prelude::machine]");
    writer.lines(&above);
    writer.open(&format!("pub mod {module} {{"));
    writer.line("use ::wink::prelude::*;");
    writer.line("use ::wink::{RowId, StateId};");
    writer.line("use ::wink_oracle::{Function, Script};");
    writer.data();
    writer.messages();
    writer.body(StateId::ROOT, functions);
    writer.close();
    writer.text
}

struct Writer<'c> {
    chart: &'c Chart,
    style: Style,
    text: String,
    depth: usize,
}

/// A function that rows call, with their attributes.
struct Called {
    id: RowId,
    attributes: Vec<String>,
}

impl Writer<'_> {
    fn line(&mut self, line: &str) {
        let _ = writeln!(self.text, "{:1$}{line}", "", self.depth * 4);
    }

    fn lines(&mut self, lines: &[String]) {
        for line in lines {
            self.line(line);
        }
    }

    fn open(&mut self, line: &str) {
        self.line(line);
        self.depth += 1;
    }

    fn close(&mut self) {
        self.depth -= 1;
        self.line("}");
    }

    fn data(&mut self) {
        self.line("#[data]");
        self.line("#[derive(Serialize, Deserialize)]");
        self.line("pub struct Machine { pub script: Script }");
        self.open("impl Machine {");
        self.line("fn run(&mut self, function: Function) { self.script.run(function); }");
        if !self.style.quiet {
            self.open("fn ask(&mut self, cx: &mut Context, function: Function) {");
            self.line("let effects = self.script.run(function);");
            self.line("for id in effects.raised { cx.raise(Message::of(id.0)); }");
            self.line("if effects.exits { cx.exit(); }");
            self.close();
        }
        self.close();
    }

    fn messages(&mut self) {
        let forms: Vec<_> = self.chart.message_ids().map(|id| self.form(id)).collect();
        self.line("#[messages]");
        self.line("#[derive(Debug, Clone, Serialize, Deserialize)]");
        self.open("pub enum Message {");
        for (declared, _) in &forms {
            self.line(&format!("{declared},"));
        }
        self.close();
        self.open("impl Message {");
        self.open("pub fn of(id: u16) -> Message {");
        self.open("match id {");
        for (id, (_, made)) in forms.iter().enumerate() {
            self.line(&format!("{id} => Message::{made},"));
        }
        self.line("_ => unreachable!(),");
        self.close();
        self.close();
        self.close();
    }

    /// The variant as declared and as made; all three shapes occur.
    fn form(&self, id: MessageId) -> (String, String) {
        let Message { name, .. } = self.chart.message(id);
        match id.0 % 3 {
            0 => (name.to_string(), name.to_string()),
            1 => (
                format!("{name} {{ value: u16 }}"),
                format!("{name} {{ value: {} }}", id.0),
            ),
            _ => (format!("{name}(u16)"), format!("{name}({})", id.0)),
        }
    }

    fn state(&mut self, id: StateId) {
        let state = self.chart.state(id);
        let parent = self.chart.parent(id).unwrap_or(StateId::ROOT);
        let mut options = Vec::new();
        if self.chart.state(parent).initial == Some(id) {
            options.push("initial");
        }
        match state.kind {
            StateKind::Parallel => options.push("parallel"),
            StateKind::Final => options.push("final"),
            StateKind::Leaf | StateKind::Composite => {}
        }
        let (above, functions) = self.rows_of(id);
        match options.as_slice() {
            [] => self.line("#[state]"),
            options => self.line(&format!("#[state({})]", options.join(", "))),
        }
        self.lines(&above);
        self.open(&format!("pub mod {} {{", state.name));
        self.body(id, functions);
        self.close();
    }

    fn body(&mut self, id: StateId, functions: Vec<Called>) {
        let state = self.chart.state(id);
        if state.entry.is_some() {
            let local = self.local(id);
            if local.is_some() {
                self.line("#[derive(Serialize, Deserialize)]");
                self.line(&format!("pub struct Local{0} {{ pub state: u16 }}", id.0));
            }
            let returns = local
                .as_ref()
                .map_or(String::new(), |local| format!(" -> {local}"));
            let made = local.map_or(String::new(), |local| {
                format!("{local} {{ state: {} }}", id.0)
            });
            self.function("#[entry]", Function::Entry(id), "", &returns, &made);
        }
        if state.exit.is_some() {
            self.function("#[exit]", Function::Exit(id), "", "", "");
        }
        for called in functions {
            self.receiver(called);
        }
        let children: Vec<_> = self.chart.children(id).collect();
        for child in children {
            self.state(child);
        }
    }

    /// Every third state with an entry function has a local.
    fn local(&self, id: StateId) -> Option<String> {
        let has = self.chart.state(id).entry.is_some() && id.0 % 3 == 1;
        has.then(|| format!("Local{}", id.0))
    }

    fn function(&mut self, above: &str, function: Function, more: &str, returns: &str, end: &str) {
        let (name, made, number) = match function {
            Function::Entry(id) => ("enter", format!("Function::Entry(StateId({}))", id.0), id.0),
            Function::Exit(id) => ("exit", format!("Function::Exit(StateId({}))", id.0), id.0),
            Function::Row(id) => ("act", format!("Function::Row(RowId({}))", id.0), id.0),
            Function::Default(_) => unreachable!("not drawn to compile"),
        };
        let quiet = self.style.quiet || function.is_quiet();
        let waits = if self.style.asynchronous && number % 3 == 0 {
            "async "
        } else {
            ""
        };
        let cx = if quiet { "" } else { ", cx: &mut Context" };
        self.lines(&above.lines().map(str::to_owned).collect::<Vec<_>>());
        self.open(&format!(
            "{waits}fn {name}{number}(machine: &mut Machine{cx}{more}){returns} {{"
        ));
        if returns.contains("Goto") {
            self.line(&format!(
                "let choice = machine.script.choice(RowId({number}));"
            ));
        }
        match quiet {
            true => self.line(&format!("machine.run({made});")),
            false => self.line(&format!("machine.ask(cx, {made});")),
        }
        if !more.is_empty() {
            self.lines(&checks(more));
        }
        if !end.is_empty() {
            self.line(end);
        }
        self.close();
    }

    /// A row's function. Where it can, it takes a field of its message and its state's local.
    fn receiver(&mut self, called: Called) {
        let Called { id, attributes } = called;
        let row = self.chart.row(id);
        let mut more = String::new();
        if let (Trigger::Messages(messages), [_]) = (&row.trigger, attributes.as_slice())
            && let [message] = messages[..]
            && message.0 % 3 != 0
        {
            more.push_str(", value: u16");
        }
        if let Some(local) = self.local(row.source) {
            let _ = write!(more, ", local: &mut {local}");
        }
        let mut end = String::new();
        if row.chooses {
            let arms = row.targets.iter().enumerate().map(|(index, target)| {
                let last = index + 1 == row.targets.len();
                let pattern = if last {
                    "_".to_owned()
                } else {
                    index.to_string()
                };
                format!("{pattern} => Goto::{}", self.variant(*target))
            });
            end = format!("match choice {{ {} }}", arms.collect::<Vec<_>>().join(", "));
        }
        let returns = if row.chooses { " -> Goto" } else { "" };
        self.function(
            &attributes.join("\n"),
            Function::Row(id),
            &more,
            returns,
            &end,
        );
    }

    fn variant(&self, target: Target) -> String {
        let camel = |state: StateId| self.chart.state(state).name.to_uppercase();
        match target {
            Target::State(state) => camel(state),
            Target::History(state) => format!("HistoryOf{}", camel(state)),
            Target::DeepHistory(state) => format!("DeepHistoryOf{}", camel(state)),
            Target::Stay => "Stay".to_owned(),
        }
    }

    /// The rows that stand above the state's module, and the functions of the others. What is
    /// ignored or deferred after a function's row is said on that same function.
    fn rows_of(&self, id: StateId) -> (Vec<String>, Vec<Called>) {
        let mut above = Vec::new();
        let mut functions: Vec<Called> = Vec::new();
        for id in self.chart.rows_of(id) {
            let row = self.chart.row(id);
            let attribute = self.attribute(id, row);
            if row.action.is_some() {
                functions.push(Called {
                    id,
                    attributes: vec![attribute],
                });
            } else if let Some(last) = functions.last_mut() {
                last.attributes.push(attribute);
            } else {
                above.push(attribute);
            }
        }
        (above, functions)
    }

    fn attribute(&self, id: RowId, row: &Row) -> String {
        let (name, mut head) = match (&row.trigger, row.kind) {
            (Trigger::Messages(messages), kind) => {
                let name = |&id: &MessageId| self.chart.message(id).name.to_string();
                let messages = messages.iter().map(name).collect::<Vec<_>>().join(" | ");
                let attribute = match kind {
                    RowKind::Receive => "receive",
                    RowKind::Ignore => "ignore",
                    RowKind::Defer => "defer",
                };
                (attribute, messages)
            }
            (Trigger::Any, _) => ("receive", "_".to_owned()),
            (Trigger::After(delay), _) => ("after", format!("\"{}\"", delay.text)),
            (Trigger::Always, _) => ("always", String::new()),
            (Trigger::Done, _) => ("done", String::new()),
            (Trigger::Child(_) | Trigger::Down, _) => unreachable!("not drawn to compile"),
        };
        if row.guard.is_some() {
            let data = if row.action.is_some() {
                "machine"
            } else {
                "data"
            };
            let _ = write!(head, " if {data}.script.holds(RowId({}))", id.0);
        }
        if !row.targets.is_empty() {
            let target = |&target: &Target| match target {
                Target::State(state) => self.chart.state(state).name.to_string(),
                Target::History(state) => format!("history({})", self.chart.state(state).name),
                Target::DeepHistory(state) => {
                    format!("deep_history({})", self.chart.state(state).name)
                }
                Target::Stay => "stay".to_owned(),
            };
            let targets: Vec<_> = row.targets.iter().map(target).collect();
            let _ = write!(head, " => {}", targets.join(" | "));
        }
        if row.reenter {
            head.push_str(", reenter");
        }
        match head.trim() {
            "" => format!("#[{name}]"),
            head => format!("#[{name}({head})]"),
        }
    }
}

/// What a function makes sure of when it has more parameters.
fn checks(parameters: &str) -> Vec<String> {
    let mut checks = Vec::new();
    for parameter in parameters
        .split(", ")
        .filter(|parameter| !parameter.is_empty())
    {
        match parameter.split_once(": &mut Local") {
            Some((_, state)) => checks.push(format!("assert_eq!(local.state, {state});")),
            None => checks.push("assert_ne!(value % 3, 0);".to_owned()),
        }
    }
    checks
}
