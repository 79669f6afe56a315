//! The description of a chart: arenas of messages, states and rows, in document order.
//!
//! Everything is reached by an index, and every list keeps the order of the source, so
//! that the same source gives the same bytes.

use alloc::borrow::Cow;

/// A text that is a constant in a compiled machine and owned in a description that was read.
pub type Text = Cow<'static, str>;

/// A list that is a constant in a compiled machine and owned in a description that was read.
pub type List<T> = Cow<'static, [T]>;

/// Index of a state in [`Chart::states`]. The machine itself is state 0, the root.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct StateId(pub u16);

/// Index of a message in [`Chart::messages`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MessageId(pub u16);

/// Index of a row in [`Chart::rows`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RowId(pub u16);

impl StateId {
    /// The machine itself, parent of every outermost state.
    pub const ROOT: StateId = StateId(0);

    /// This id as an index into [`Chart::states`].
    pub const fn index(self) -> usize {
        self.0 as usize
    }
}

impl MessageId {
    /// This id as an index into [`Chart::messages`].
    pub const fn index(self) -> usize {
        self.0 as usize
    }
}

impl RowId {
    /// This id as an index into [`Chart::rows`].
    pub const fn index(self) -> usize {
        self.0 as usize
    }
}

/// One machine's statechart, complete.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chart {
    /// `package/Machine`, or what `#[machine(name = "…")]` says.
    pub name: Text,
    /// Version of the package that declares the machine.
    pub version: Text,
    /// Name of the data struct, for example `Turnstile`.
    pub data: Text,
    /// The module's documentation, lines joined with `\n`; empty when there is none.
    pub documentation: Text,
    /// Everything that the machine can be sent, in source order.
    pub messages: List<Message>,
    /// All states in document order (pre-order of the tree). The first is the root: the
    /// machine itself, named like its module.
    pub states: List<State>,
    /// All rows in document order.
    pub rows: List<Row>,
    /// What is entered where nobody says what, as far as that is more than
    /// [`State::initial`] can say. At most one of each kind for a state.
    pub defaults: List<DefaultEntry>,
    /// The messages that say that a state is complete.
    pub completions: List<Completion>,
}

/// What is entered by default: the transition inside an `<initial>` or `<history>` element of
/// a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DefaultEntry {
    /// The state that is entered.
    pub of: StateId,
    /// When it is taken.
    pub kind: DefaultKind,
    /// All of these are entered, together.
    pub targets: List<Target>,
    /// Name of the function that runs after the state's entry function.
    pub action: Option<Text>,
}

/// When a [`DefaultEntry`] is taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DefaultKind {
    /// The state is entered, and nothing says where to go inside. [`State::initial`] is then
    /// the child in or towards which the first target lies.
    Initial,
    /// A target is the state's history, and nothing has been recorded.
    History,
    /// The same for its deep history.
    DeepHistory,
}

/// A message by which a machine hears that one of its states is complete, like `done.state.ID`
/// of a document. A state without one wakes its `done` rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Completion {
    /// The composite or parallel state.
    pub of: StateId,
    /// What the machine raises.
    pub message: MessageId,
}

/// One variant of the messages enum.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    /// The variant's name, for example `Coin`.
    pub name: Text,
    /// Its documentation, lines joined with `\n`.
    pub documentation: Text,
    /// How the variant is written.
    pub shape: Shape,
    /// Its fields in source order; a tuple variant's are named `0`, `1`, ….
    pub fields: List<Field>,
    /// The answer's type as written, when the message is a question.
    pub reply: Option<Text>,
}

/// How a variant is written: `Push`, `Coin(u32)` or `Coin { value: u32 }`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// No fields.
    Unit,
    /// Fields by position.
    Tuple,
    /// Fields by name.
    Named,
}

/// A field of a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Field {
    /// The field's name, or its position in a tuple variant.
    pub name: Text,
    /// The type as written in the source, without needless spaces.
    pub type_name: Text,
    /// Its documentation, lines joined with `\n`.
    pub documentation: Text,
}

/// A state.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct State {
    /// The module's name, for example `locked`. Unique in a machine.
    pub name: Text,
    /// Its documentation, lines joined with `\n`.
    pub documentation: Text,
    /// The state that it lies in; `None` for the root only.
    pub parent: Option<StateId>,
    /// What kind of state it is.
    pub kind: StateKind,
    /// The child in which a composite rests. `None` for a leaf, a final state, a parallel
    /// state, and for a composite that rests in itself.
    pub initial: Option<StateId>,
    /// Name of the entry function.
    pub entry: Option<Text>,
    /// Name of the exit function.
    pub exit: Option<Text>,
    /// Type of the state-local data that the entry function returns, as written.
    pub local: Option<Text>,
}

/// What kind of state a [`State`] is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StateKind {
    /// No children.
    Leaf,
    /// Has children of which at most one is active.
    Composite,
    /// Its children are its regions, all active together.
    Parallel,
    /// Reaching it completes the parent.
    Final,
}

/// One line of a state's transition table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// The state that declares the row; the root for a row of the machine itself.
    pub source: StateId,
    /// What sets it off.
    pub trigger: Trigger,
    /// What becomes of a message that the row takes.
    pub kind: RowKind,
    /// The guard's text as written.
    pub guard: Option<Text>,
    /// Where it goes. Empty: handled, and the configuration stays as it is. More than one
    /// entry: the function chooses among them, or, if it does not [choose](Row::chooses), all
    /// are entered together (in documents only).
    pub targets: List<Target>,
    /// The function returns a `Goto`: it is asked before anything is exited.
    pub chooses: bool,
    /// The source is left and entered again although the target lies inside it.
    pub reenter: bool,
    /// Name of the row's function, if it has one.
    pub action: Option<Text>,
    /// Documentation of the row's function, lines joined with `\n`.
    pub documentation: Text,
}

/// What a [`Row`] does with a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RowKind {
    /// Takes it.
    Receive,
    /// Drops it deliberately.
    Ignore,
    /// Keeps it until the next change of state.
    Defer,
}

/// What sets off a [`Row`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Trigger {
    /// One of these messages.
    Messages(List<MessageId>),
    /// `_`: every message that nothing else in the same state receives.
    Any,
    /// The state has been active for this long.
    After(Delay),
    /// Eventless: as soon as the guard holds.
    Always,
    /// The composite's final child was reached; in a parallel state, all regions' were.
    Done,
    /// A sign of life or death of a machine that this one spawned.
    Child(ChildSignal),
    /// A monitored or linked machine ended.
    Down,
}

/// The time of an `after` row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Delay {
    /// In nanoseconds.
    pub nanoseconds: u64,
    /// As written, for example `5s`.
    pub text: Text,
}

/// What a spawner hears of its child.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ChildSignal {
    /// It has started.
    Started,
    /// It is alive.
    Pulsed,
    /// It has failed; `exited` follows.
    Errored,
    /// It has ended.
    Exited,
}

/// Where a row goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Target {
    /// To this state.
    State(StateId),
    /// To the child that was active when this composite was last left.
    History(StateId),
    /// To the leaves that were active when this composite was last left.
    DeepHistory(StateId),
    /// Nowhere.
    Stay,
}
