//! XState's format, version 5: JSON to the same elements.
//!
//! Guards and actions are names there: they are functions of the module around the machine,
//! in snake case, that take `&Data` or `(&mut Data, &mut Context)`. The context is the data.
//!
//! Must not know of: Rust.

mod json;
mod transitions;

use super::ir::{Block, Data, Document, History, Kind, Model, Source, State, Text, Transition};
use super::problems::Problems;
use json::{Entry, Json, Kind as Written};
use std::collections::BTreeMap;

/// How deep values may be nested: two a state.
const DEPTH_MAX: usize = 96;

/// Reads a machine; `None` when it is no JSON at all. Everything else that is wrong is reported
/// and left out.
pub fn read(text: &str, problems: &mut Problems<'_>) -> Option<Document> {
    let json = json::read(text, DEPTH_MAX, problems)?;
    let Some(root) = json.object() else {
        problems.add(
            json.place,
            "a machine is an object: `{ \"initial\": …, \"states\": … }`",
        );
        return None;
    };
    let mut reader = Reader {
        problems,
        names: BTreeMap::new(),
        paths: Vec::new(),
    };
    let machine = match root.iter().find(|entry| entry.key.text == "id") {
        Some(Entry { value, .. }) => reader.text(value).unwrap_or_default(),
        None => Text {
            text: "machine".to_owned(),
            place: json.place,
        },
    };
    reader.collect(root, &mut vec![machine.text.clone()]);
    reader.name_all();
    let mut path = vec![machine.text.clone()];
    let mut state = reader.state(&machine, &json, &mut path);
    state.data = reader.context(root);
    if state.states.is_empty() {
        reader
            .problems
            .add(json.place, "a machine has at least one state");
    }
    Some(Document {
        name: Some(machine),
        documentation: std::mem::take(&mut state.documentation),
        model: Model::Rust,
        late_binding: false,
        is_invoked: false,
        declared: Vec::new(),
        local_in_parallel: true,
        root: state,
    })
}

/// What a state may say.
const KEYS: [&str; 17] = [
    "id",
    "key",
    "type",
    "initial",
    "states",
    "on",
    "after",
    "always",
    "onDone",
    "entry",
    "exit",
    "history",
    "target",
    "description",
    "tags",
    "meta",
    "version",
];

struct Reader<'r, 't> {
    problems: &'r mut Problems<'t>,
    /// By path from the machine, and by `#id`: the name in the chart.
    names: BTreeMap<String, String>,
    /// All paths, with the id that the state gives itself.
    paths: Vec<(Vec<String>, Option<String>)>,
}

type Path = Vec<String>;

impl Reader<'_, '_> {
    /// Finds all states.
    fn collect(&mut self, state: &[Entry], path: &mut Path) {
        let id = state.iter().find(|entry| entry.key.text == "id");
        let id = id.and_then(|entry| entry.value.string().map(|text| text.text.clone()));
        self.paths.push((path.clone(), id));
        let states = state.iter().find(|entry| entry.key.text == "states");
        for child in states
            .and_then(|entry| entry.value.object())
            .unwrap_or_default()
        {
            path.push(child.key.text.clone());
            self.collect(child.value.object().unwrap_or_default(), path);
            path.pop();
        }
    }

    /// A state goes by its key, or by its path when another one has that key.
    fn name_all(&mut self) {
        let paths = std::mem::take(&mut self.paths);
        for (path, id) in &paths {
            let key = path.last().cloned().unwrap_or_default();
            let others = paths.iter().filter(|(other, _)| other.last() == Some(&key));
            let name = match others.count() {
                1 => key,
                _ => path.get(1..).unwrap_or_default().join("."),
            };
            if let Some(id) = id {
                self.names.insert(format!("#{id}"), name.clone());
            }
            self.names
                .insert(format!("#{}", path.join(".")), name.clone());
            self.names.insert(path.join("\0"), name);
        }
        self.paths = paths;
    }

    fn name(&self, path: &Path) -> String {
        self.names
            .get(&path.join("\0"))
            .cloned()
            .unwrap_or_default()
    }

    fn state(&mut self, key: &Text, json: &Json, path: &mut Path) -> State {
        let id = Text {
            text: self.name(path),
            place: key.place,
        };
        let mut state = State::new(id, Kind::State);
        let Some(entries) = json.object() else {
            self.problems.add(json.place, "a state is an object");
            return state;
        };
        let is_root = path.len() == 1;
        let extra: &[&str] = if is_root { &["context"] } else { &[] };
        self.keys(entries, &[&KEYS[..], extra].concat());
        for Entry { key, value } in entries {
            match key.text.as_str() {
                "type" => self.kind(value, &mut state),
                "description" => {
                    state.documentation = value
                        .string()
                        .map_or_else(String::new, |one| one.text.clone());
                }
                "states" => self.states(value, path, &mut state),
                "entry" | "exit" => {
                    let block = Block {
                        place: value.place,
                        content: self.actions(value),
                    };
                    match key.text.as_str() {
                        "entry" => state.entries.push(block),
                        _ => state.exits.push(block),
                    }
                }
                "initial" => state.initial = self.initial(value, path),
                "on" => self.on(value, path, &mut state),
                "after" => self.after(value, path, &mut state),
                "always" => self.always(value, path, &mut state),
                "onDone" => self.done(value, path, &mut state),
                _ => {}
            }
        }
        let needs = state.kind == Kind::State && !state.states.is_empty();
        if needs && state.initial.is_none() {
            let message = format!("`{}` has states and says not which is initial", key.text);
            let help = "add `\"initial\": \"…\"`";
            self.problems.add_with(key.place, &message, Some(help));
        }
        state
    }

    fn keys(&mut self, entries: &[Entry], known: &[&str]) {
        for Entry { key, .. } in entries {
            let name = key.text.as_str();
            if known.contains(&name) {
                continue;
            }
            if matches!(name, "invoke" | "output") {
                self.problems
                    .add(key.place, format!("`{name}` is not supported"));
                continue;
            }
            let guess = crate::nearest::nearest(name, known.iter().copied());
            let help = guess.map(|guess| format!("did you mean `{guess}`?"));
            self.problems
                .add_with(key.place, &format!("`{name}` means nothing here"), help);
        }
    }

    fn kind(&mut self, value: &Json, state: &mut State) {
        match value.string().as_ref().map(|text| text.text.as_str()) {
            Some("parallel") => state.kind = Kind::Parallel,
            Some("final") => state.kind = Kind::Final,
            Some("atomic" | "compound" | "history") => {}
            _ => {
                let message = "`type` is `atomic`, `compound`, `parallel`, `final` or `history`";
                self.problems.add(value.place, message);
            }
        }
    }

    fn states(&mut self, value: &Json, path: &mut Path, state: &mut State) {
        let Some(children) = value.object() else {
            self.problems.add(value.place, "`states` is an object");
            return;
        };
        for Entry { key, value } in children {
            path.push(key.text.clone());
            let entries = value.object().unwrap_or_default();
            let of = |name: &str| entries.iter().find(|entry| entry.key.text == name);
            let says = |name: &str| of(name).and_then(|entry| entry.value.string());
            if says("type").is_some_and(|kind| kind.text == "history") {
                let deep = says("history").is_some_and(|kind| kind.text == "deep");
                let history = self.history(key, value, deep, path);
                state.histories.extend(history);
            } else {
                let child = self.state(key, value, path);
                state.states.push(child);
            }
            path.pop();
        }
    }

    fn history(&mut self, key: &Text, json: &Json, deep: bool, path: &mut Path) -> Option<History> {
        let entries = json.object()?;
        let id = Text {
            text: self.name(path),
            place: key.place,
        };
        let target = entries.iter().find(|entry| entry.key.text == "target");
        let targets = match target {
            Some(entry) => self.targets(&entry.value, path),
            None => {
                // As the parent's initial state.
                let message = "a history without `target` is not supported";
                let help = "add `\"target\": \"…\"`: where to go while nothing is recorded";
                self.problems.add_with(key.place, message, Some(help));
                return None;
            }
        };
        let default = Transition {
            place: key.place,
            targets,
            ..Transition::default()
        };
        Some(History { id, deep, default })
    }

    /// The context, each value with the type of what it is at first.
    fn context(&mut self, root: &[Entry]) -> Vec<Data> {
        let Some(context) = root.iter().find(|entry| entry.key.text == "context") else {
            return Vec::new();
        };
        let Some(entries) = context.value.object() else {
            self.problems
                .add(context.value.place, "`context` is an object");
            return Vec::new();
        };
        let mut data = Vec::new();
        for Entry { key, value } in entries {
            let written = match &value.kind {
                Written::Bool(value) => value.to_string(),
                Written::Number(number) => number.clone(),
                Written::Text(text) => format!("{text:?}"),
                _ => {
                    let message = "what this is in Rust cannot be seen from its value";
                    let help = "a number, a text, `true` or `false` can be data";
                    self.problems.add_with(value.place, message, Some(help));
                    continue;
                }
            };
            let id = Text {
                text: super::names::snake(&key.text),
                place: key.place,
            };
            let place = value.place;
            let value = Source::Expression(Text {
                text: written,
                place,
            });
            data.push(Data {
                id,
                value: Some(value),
                type_name: None,
            });
        }
        data
    }

    fn text(&mut self, value: &Json) -> Option<Text> {
        let text = value.string();
        if text.is_none() {
            self.problems.add(value.place, "this is a text in quotes");
        }
        text
    }
}
