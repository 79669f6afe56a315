//! From a document to a chart with its functions.

use super::content::{Branch, Content, Contents, Guard};
use super::expression::{Scope, Value, evaluate};
use roxmltree::Node;
use std::collections::{BTreeMap, BTreeSet};
use wink_chart::{
    Chart, Message, MessageId, Row, RowKind, Shape, State, StateId, StateKind, Target, Text,
    Trigger,
};
use wink_oracle::Function;

pub struct Document {
    pub chart: Chart,
    pub contents: Contents,
}

/// Reads a document; an error for what neither a wink chart nor this loader can say.
pub fn document(scxml: &str, run: &serde_json::Value) -> Result<Document, String> {
    let tree = roxmltree::Document::parse(scxml).map_err(|error| error.to_string())?;
    let mut loader = Loader::default();
    loader.state(tree.root_element(), None);
    loader.name_events(tree.root_element(), run);
    loader.data(tree.root_element())?;
    for index in 0..loader.nodes.len() {
        loader.complete(StateId(index as u16))?;
    }
    Ok(loader.finish())
}

const NONE: Text = Text::Borrowed("");
/// The chart only says that there is a function; what it does is in the contents.
const SOME: Option<Text> = Some(Text::Borrowed("content"));

#[derive(Default)]
struct Loader<'d> {
    states: Vec<State>,
    /// The element of each state; none for the hidden children that [`Loader::begin`] needs.
    nodes: Vec<Option<Node<'d, 'd>>>,
    rows: Vec<Row>,
    contents: Contents,
    histories: BTreeMap<String, History<'d>>,
    /// What hidden children do: targets, and the elements with content.
    hidden: BTreeMap<StateId, (Vec<String>, Vec<Node<'d, 'd>>)>,
}

#[derive(Clone)]
struct History<'d> {
    of: StateId,
    deep: bool,
    default: Vec<String>,
    transition: Node<'d, 'd>,
}

fn is_state(node: &Node<'_, '_>) -> bool {
    matches!(node.tag_name().name(), "state" | "parallel" | "final")
}

fn children<'d>(node: Node<'d, 'd>, name: &'static str) -> impl Iterator<Item = Node<'d, 'd>> {
    node.children()
        .filter(move |child| child.tag_name().name() == name)
}

fn words(text: Option<&str>) -> Vec<String> {
    text.unwrap_or_default()
        .split_whitespace()
        .map(str::to_owned)
        .collect()
}

/// The tree of states.
impl<'d> Loader<'d> {
    fn state(&mut self, node: Node<'d, 'd>, parent: Option<StateId>) -> StateId {
        let id = StateId(self.states.len() as u16);
        let name = node
            .attribute("id")
            .map_or_else(|| format!("#{}", id.0), str::to_owned);
        let kind = match node.tag_name().name() {
            "parallel" => StateKind::Parallel,
            "final" => StateKind::Final,
            _ if node.children().any(|child| is_state(&child)) => StateKind::Composite,
            _ => StateKind::Leaf,
        };
        self.push(name, parent, kind, Some(node));
        if kind == StateKind::Composite {
            self.begin(id, node);
        }
        for child in node.children().filter(is_state) {
            self.state(child, Some(id));
        }
        for history in children(node, "history") {
            if let (Some(name), Some(transition)) = (
                history.attribute("id"),
                children(history, "transition").next(),
            ) {
                let default = words(transition.attribute("target"));
                let deep = history.attribute("type") == Some("deep");
                let history = History {
                    of: id,
                    deep,
                    default,
                    transition,
                };
                self.histories.insert(name.to_owned(), history);
            }
        }
        id
    }

    fn push(
        &mut self,
        name: String,
        parent: Option<StateId>,
        kind: StateKind,
        node: Option<Node<'d, 'd>>,
    ) {
        self.contents.names.push(name.clone());
        self.nodes.push(node);
        self.states.push(State {
            name: Text::Owned(name),
            documentation: NONE,
            parent,
            kind,
            initial: None,
            entry: None,
            exit: None,
            local: None,
        });
    }

    /// A wink composite has one initial child. What a document can say beyond that (several
    /// initial states, a history, content) is the eventless transition of a hidden child.
    fn begin(&mut self, id: StateId, node: Node<'d, 'd>) {
        let element = children(node, "initial").next();
        let transition = element.and_then(|initial| children(initial, "transition").next());
        let targets = match transition {
            Some(transition) => words(transition.attribute("target")),
            None => words(node.attribute("initial")),
        };
        let has_content = transition.is_some_and(|node| node.children().any(|c| c.is_element()));
        let is_child = |target: &String| {
            node.children()
                .any(|child| is_state(&child) && child.attribute("id") == Some(target))
        };
        if targets.is_empty() {
            // Set by `complete`, when the children have their ids: the first of them.
            return;
        }
        if !(targets.len() == 1 && targets.iter().all(is_child) && !has_content) {
            let hidden = StateId(self.states.len() as u16);
            self.push(format!("#{}", hidden.0), Some(id), StateKind::Leaf, None);
            self.hidden
                .insert(hidden, (targets, transition.into_iter().collect()));
        }
    }

    fn find(&self, name: &str) -> Result<StateId, String> {
        let found = self.contents.names.iter().position(|known| known == name);
        found
            .map(|index| StateId(index as u16))
            .ok_or_else(|| format!("no state `{name}`"))
    }
}

/// Events and data.
impl<'d> Loader<'d> {
    /// Every name that an event of this document can have, `error.execution` excepted.
    fn name_events(&mut self, root: Node<'d, 'd>, run: &serde_json::Value) {
        let mut names = BTreeSet::new();
        for node in root.descendants() {
            let name = node.tag_name().name();
            if matches!(name, "raise" | "send") {
                names.extend(node.attribute("event").map(str::to_owned));
            }
            for attribute in node.attributes() {
                names.extend(
                    attribute
                        .value()
                        .split('\'')
                        .skip(1)
                        .step_by(2)
                        .map(str::to_owned),
                );
            }
        }
        for event in run["events"].as_array().into_iter().flatten() {
            names.extend(event["event"]["name"].as_str().map(str::to_owned));
        }
        for (index, name) in self.contents.names.iter().enumerate() {
            let completion = format!("done.state.{name}");
            names.insert(completion.clone());
            self.contents.completions.insert(index as u16, MessageId(0));
        }
        for (index, name) in names.into_iter().enumerate() {
            self.contents.messages.insert(name, MessageId(index as u16));
        }
        for (index, message) in &mut self.contents.completions {
            let name = format!("done.state.{}", self.contents.names[usize::from(*index)]);
            *message = self.contents.messages[&name];
        }
    }

    fn data(&mut self, root: Node<'d, 'd>) -> Result<(), String> {
        for data in root
            .descendants()
            .filter(|node| node.tag_name().name() == "data")
        {
            let id = data.attribute("id").ok_or("data without id")?;
            let scope = Scope {
                variables: &self.contents.variables,
                active: &BTreeSet::new(),
                event: "",
            };
            let value = match data.attribute("expr") {
                Some(source) => evaluate(source, &scope)?,
                None => match data.text().map(str::trim) {
                    Some(inline) if !inline.is_empty() => Value::Text(inline.to_owned()),
                    _ => Value::Undefined,
                },
            };
            self.contents.variables.insert(id.to_owned(), value);
        }
        Ok(())
    }
}

/// Functions and rows.
impl<'d> Loader<'d> {
    fn complete(&mut self, id: StateId) -> Result<(), String> {
        let Some(node) = self.nodes[id.index()] else {
            let (targets, content) = self.hidden[&id].clone();
            return self.rows(id, Trigger::Always, &targets, None, true, &content);
        };
        if self.states[id.index()].kind == StateKind::Composite {
            let first = StateId(id.0 + 1);
            let initial = match node.attribute("initial") {
                _ if self.hidden.contains_key(&first) => first,
                Some(name) => self.find(name)?,
                None => match children(node, "initial").next() {
                    Some(element) => {
                        let transition = children(element, "transition").next();
                        let target = transition.and_then(|node| node.attribute("target"));
                        self.find(target.ok_or("initial without target")?.trim())?
                    }
                    None => first,
                },
            };
            self.states[id.index()].initial = Some(initial);
        }
        let entry = self.contents_of(&children(node, "onentry").collect::<Vec<_>>())?;
        if !entry.is_empty() {
            self.contents.functions.insert(Function::Entry(id), entry);
            self.states[id.index()].entry = SOME;
        }
        let exit = self.contents_of(&children(node, "onexit").collect::<Vec<_>>())?;
        if !exit.is_empty() || self.histories.values().any(|history| history.of == id) {
            self.contents.functions.insert(Function::Exit(id), exit);
            self.states[id.index()].exit = SOME;
        }
        for transition in children(node, "transition") {
            let trigger = match transition.attribute("event") {
                Some(descriptors) => Trigger::Messages(self.matching(descriptors).into()),
                None => Trigger::Always,
            };
            let targets = words(transition.attribute("target"));
            let internal = transition.attribute("type") == Some("internal")
                && self.states[id.index()].kind == StateKind::Composite;
            let condition = transition.attribute("cond");
            self.rows(id, trigger, &targets, condition, !internal, &[transition])?;
        }
        Ok(())
    }

    /// Event names match by whole tokens.
    fn matching(&self, descriptors: &str) -> Vec<MessageId> {
        let matches = |name: &str, descriptor: &str| {
            let descriptor = descriptor.trim_end_matches(".*").trim_end_matches('.');
            let rest = name.strip_prefix(descriptor);
            descriptor == "*" || rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
        };
        let messages = self.contents.messages.iter();
        messages
            .filter(|(name, _)| descriptors.split_whitespace().any(|d| matches(name, d)))
            .map(|(_, &message)| message)
            .collect()
    }

    /// The rows of one transition: two when it goes to a history, whose default is not a
    /// state's initial child in a document but whatever it says.
    fn rows(
        &mut self,
        source: StateId,
        trigger: Trigger,
        targets: &[String],
        condition: Option<&str>,
        external: bool,
        content: &[Node<'d, 'd>],
    ) -> Result<(), String> {
        let condition = condition.map(str::to_owned);
        let mut content = self.contents_of(content)?;
        let Some(history) = targets
            .iter()
            .find_map(|name| self.histories.get(name))
            .cloned()
        else {
            let targets: Result<Vec<_>, _> = targets
                .iter()
                .map(|name| self.find(name).map(Target::State))
                .collect();
            let guard = Guard {
                condition,
                left_before: None,
            };
            self.row(source, trigger, targets?, guard, external, content);
            return Ok(());
        };
        if targets.len() > 1 {
            return Err("a history among several targets".to_owned());
        }
        let of = history.of;
        let recorded = if history.deep {
            Target::DeepHistory(of)
        } else {
            Target::History(of)
        };
        let guard = Guard {
            condition: condition.clone(),
            left_before: Some(of),
        };
        self.row(
            source,
            trigger.clone(),
            vec![recorded],
            guard,
            external,
            content.clone(),
        );
        content.extend(self.contents_of(&[history.transition])?);
        let default: Result<Vec<_>, _> = history
            .default
            .iter()
            .map(|name| self.find(name).map(Target::State))
            .collect();
        let guard = Guard {
            condition,
            left_before: None,
        };
        self.row(source, trigger, default?, guard, external, content);
        Ok(())
    }

    fn row(
        &mut self,
        source: StateId,
        trigger: Trigger,
        targets: Vec<Target>,
        guard: Guard,
        external: bool,
        content: Vec<Content>,
    ) {
        let id = self.rows.len() as u16;
        let is_guarded = guard.condition.is_some() || guard.left_before.is_some();
        self.rows.push(Row {
            source,
            trigger,
            kind: RowKind::Receive,
            guard: is_guarded.then_some(Text::Borrowed("condition")),
            targets: targets.into(),
            chooses: false,
            reenter: external,
            action: if content.is_empty() { None } else { SOME },
            documentation: NONE,
        });
        self.contents.guards.insert(id, guard);
        self.contents
            .functions
            .insert(Function::Row(wink_chart::RowId(id)), content);
    }

    /// The executable content inside these elements.
    fn contents_of(&self, parents: &[Node<'d, 'd>]) -> Result<Vec<Content>, String> {
        let mut contents = Vec::new();
        for node in parents.iter().flat_map(|parent| parent.children()) {
            if node.is_element() {
                contents.extend(self.content(node)?);
            }
        }
        Ok(contents)
    }

    fn content(&self, node: Node<'d, 'd>) -> Result<Option<Content>, String> {
        let own = |name: &str| node.attribute(name).map(str::to_owned);
        let needed = |name: &str| own(name).ok_or_else(|| format!("`{name}` is missing"));
        let quoted = |text: String| format!("'{text}'");
        Ok(Some(match node.tag_name().name() {
            "log" => return Ok(None),
            "raise" => Content::Raise(needed("event")?),
            "send" => Content::Send {
                event: own("event")
                    .map(quoted)
                    .map_or_else(|| needed("eventexpr"), Ok)?,
                delay: own("delay").map(quoted).or_else(|| own("delayexpr")),
                id: own("id"),
                internal: own("target").as_deref() == Some("#_internal"),
            },
            "cancel" => Content::Cancel(needed("sendid")?),
            "assign" => Content::Assign {
                location: needed("location")?,
                value: needed("expr")?,
            },
            "if" => Content::If(self.branches(node)?),
            other => return Err(format!("the element `{other}`")),
        }))
    }

    fn branches(&self, node: Node<'d, 'd>) -> Result<Vec<Branch>, String> {
        let mut branches = vec![(node.attribute("cond").map(str::to_owned), Vec::new())];
        for child in node.children().filter(Node::is_element) {
            match child.tag_name().name() {
                "elseif" => branches.push((child.attribute("cond").map(str::to_owned), vec![])),
                "else" => branches.push((None, vec![])),
                _ => {
                    if let (Some((_, contents)), Some(content)) =
                        (branches.last_mut(), self.content(child)?)
                    {
                        contents.push(content);
                    }
                }
            }
        }
        Ok(branches)
    }

    fn finish(self) -> Document {
        let mut names: Vec<_> = self.contents.messages.iter().collect();
        names.sort_by_key(|(_, id)| **id);
        let message = |name: &str| Message {
            name: Text::Owned(name.to_owned()),
            documentation: NONE,
            shape: Shape::Unit,
            fields: Vec::new().into(),
            reply: None,
        };
        let chart = Chart {
            name: Text::Borrowed("referee/Document"),
            version: NONE,
            data: NONE,
            documentation: NONE,
            messages: names.into_iter().map(|(name, _)| message(name)).collect(),
            states: self.states.into(),
            rows: self.rows.into(),
            defaults: Vec::new().into(),
            completions: Vec::new().into(),
        };
        Document {
            chart,
            contents: self.contents,
        }
    }
}
