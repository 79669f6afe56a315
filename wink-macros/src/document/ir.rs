//! A document as it was written, whatever format it came in: elements with their places, no
//! meaning.
//!
//! Must not know of: XML, JSON, tokens.

use super::ecmascript::{Mistake, Script};

/// Where something stands: a byte of the file.
pub type Place = usize;

/// A text and where it stands.
#[derive(Clone, Debug, Default)]
pub struct Text {
    pub text: String,
    pub place: Place,
}

/// A text that is what it says, or an expression whose value it is.
#[derive(Clone, Debug)]
pub enum Source {
    Literal(Text),
    Expression(Text),
}

impl Source {
    pub fn place(&self) -> Place {
        match self {
            Source::Literal(text) | Source::Expression(text) => text.place,
        }
    }
}

/// What expressions are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Model {
    /// There is no data; conditions ask where the machine is.
    Null,
    Ecmascript,
    Rust,
}

#[derive(Debug)]
pub struct Document {
    pub name: Option<Text>,
    pub documentation: String,
    /// Types that events carry, as the document says.
    pub declared: Vec<(String, Text)>,
    pub model: Model,
    /// Variables of a state get their values when it is first entered.
    pub late_binding: bool,
    /// Internal transitions stay inside parallel states as well.
    pub local_in_parallel: bool,
    /// Another document invokes it.
    pub is_invoked: bool,
    /// The document itself, as a state.
    pub root: State,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    State,
    Parallel,
    Final,
}

#[derive(Debug)]
pub struct State {
    /// Empty when the document gives none.
    pub id: Text,
    pub kind: Kind,
    pub documentation: String,
    pub initial: Option<Transition>,
    pub entries: Vec<Block>,
    pub exits: Vec<Block>,
    pub transitions: Vec<Transition>,
    pub histories: Vec<History>,
    pub states: Vec<State>,
    pub data: Vec<Data>,
    pub done: Option<Payload>,
    /// What a document does before it enters anything.
    pub scripts: Vec<Content>,
    pub invokes: Vec<Invoke>,
}

/// Another document that runs while a state is active.
#[derive(Debug)]
pub struct Invoke {
    pub place: Place,
    pub id: Option<Text>,
    pub id_location: Option<Text>,
    /// What it is, when it is not known to be a document of the same kind.
    pub kind: Option<Source>,
    /// Which of several, by name.
    pub source: Option<Text>,
    /// What it can be: one, or several with their names.
    pub what: Vec<Invocable>,
    /// First values for its variables.
    pub parts: Vec<(String, Text)>,
    /// What an empty `<finalize>` gives back: names and the places that take them.
    pub returned: Vec<(String, Text)>,
    /// It hears of everything.
    pub forwards: bool,
    pub finalize: Option<Vec<Content>>,
}

#[derive(Debug)]
pub enum Invocable {
    /// It stands in this one.
    Inside(Box<Document>),
    /// It is a file of its own.
    Beside {
        name: String,
        text: String,
        document: Box<Document>,
    },
}

#[derive(Debug)]
pub struct History {
    pub id: Text,
    pub deep: bool,
    pub default: Transition,
}

#[derive(Debug, Default)]
pub struct Transition {
    pub place: Place,
    /// Descriptors; none for an eventless transition.
    pub events: Vec<Text>,
    /// What is no event but the state's completion, or time.
    pub trigger: Trigger,
    pub condition: Option<Text>,
    pub targets: Vec<Text>,
    pub internal: bool,
    /// The state that says it goes to itself without being left: what is inside it starts anew.
    pub stays: bool,
    pub content: Vec<Content>,
    pub documentation: String,
}

/// What sets off a transition that has no events.
#[derive(Debug, Default)]
pub enum Trigger {
    /// Its events; nothing when it has none.
    #[default]
    Events,
    /// The state has been active for so long.
    After(Text),
    /// The state is complete.
    Done,
}

#[derive(Debug)]
pub struct Block {
    pub place: Place,
    pub content: Vec<Content>,
}

#[derive(Debug)]
pub struct Content {
    pub place: Place,
    pub kind: ContentKind,
}

#[derive(Debug)]
pub enum ContentKind {
    Raise(Text),
    Send(Box<Send>),
    Cancel(Source),
    Assign {
        location: Text,
        value: Text,
    },
    Log {
        label: String,
        value: Option<Text>,
    },
    If(Vec<(Option<Text>, Vec<Content>)>),
    Each(Box<Each>),
    Script(Box<Statements>),
    /// A function of the module around the machine.
    Call(Text),
    /// What cannot be done, in a document whose errors are to show when it runs.
    Fail {
        why: String,
        /// Nobody is there, rather than that it means nothing.
        is_communication: bool,
    },
}

/// A `<script>`.
#[derive(Debug)]
pub struct Statements {
    /// What it says; nothing when that stands in another file.
    pub text: Text,
    pub script: Result<Script, Mistake>,
}

#[derive(Debug)]
pub struct Each {
    pub list: Text,
    pub item: Text,
    pub index: Option<Text>,
    pub content: Vec<Content>,
}

#[derive(Debug)]
pub struct Send {
    pub event: Source,
    pub delay: Option<Source>,
    pub id: Option<String>,
    pub id_location: Option<Text>,
    pub target: Option<Source>,
    pub processor: Option<Source>,
    pub payload: Payload,
}

/// What an event carries.
#[derive(Debug, Default)]
pub struct Payload {
    pub parts: Vec<(String, Text)>,
    pub content: Option<Source>,
}

impl Payload {
    pub fn is_empty(&self) -> bool {
        self.parts.is_empty() && self.content.is_none()
    }
}

#[derive(Debug)]
pub struct Data {
    pub id: Text,
    pub value: Option<Source>,
    /// Its type, in a document of Rust expressions.
    pub type_name: Option<Text>,
}

impl State {
    pub fn new(id: Text, kind: Kind) -> State {
        State {
            id,
            kind,
            documentation: String::new(),
            initial: None,
            entries: Vec::new(),
            exits: Vec::new(),
            transitions: Vec::new(),
            histories: Vec::new(),
            states: Vec::new(),
            data: Vec::new(),
            done: None,
            scripts: Vec::new(),
            invokes: Vec::new(),
        }
    }

    /// All content that stands directly in this state.
    pub fn contents(&self) -> impl Iterator<Item = &[Content]> {
        let blocks = self.entries.iter().chain(&self.exits);
        let transitions = self.transitions.iter().chain(&self.initial);
        let defaults = self.histories.iter().map(|history| &history.default);
        let finalize = self
            .invokes
            .iter()
            .filter_map(|one| one.finalize.as_deref());
        blocks
            .map(|block| &*block.content)
            .chain(transitions.chain(defaults).map(|one| &*one.content))
            .chain(finalize)
            .chain((!self.scripts.is_empty()).then_some(&*self.scripts))
    }
}

/// All content in there, at any depth.
pub fn every<'c>(contents: &'c [Content], visit: &mut impl FnMut(&'c Content)) {
    for content in contents {
        visit(content);
        match &content.kind {
            ContentKind::If(branches) => {
                for (_, inside) in branches {
                    every(inside, visit);
                }
            }
            ContentKind::Each(each) => every(&each.content, visit),
            _ => {}
        }
    }
}
