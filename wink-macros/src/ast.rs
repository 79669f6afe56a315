//! What was written: tokens and spans, no meaning.
//!
//! Must not know of: other nodes than the one described (no look-ups, no ids), `quote!`.

use proc_macro2::{Ident, Span, TokenStream};
use quote::ToTokens;
use syn::{Generics, Type, Visibility};

/// An attribute that is not ours, re-emitted as an outer one. Not parsed: most are
/// documentation, and a machine has many.
pub struct Attribute {
    /// The last name of its path, for example `cfg`.
    pub name: Ident,
    /// All of it, with `#` and brackets.
    pub tokens: TokenStream,
}

impl ToTokens for Attribute {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        tokens.extend(self.tokens.clone());
    }
}

/// One annotated module, as written.
pub struct Machine {
    pub options: MachineOptions,
    /// The module's documentation, lines joined with `\n`.
    pub documentation: String,
    /// Attributes that are not ours (docs, cfg, allow …), re-emitted on the module.
    pub attributes: Vec<Attribute>,
    pub visibility: Visibility,
    pub ident: Ident,
    /// The machine's own rows, functions and the outermost states.
    pub body: Body,
    pub data: Option<Data>,
    pub messages: Option<Messages>,
    /// A part of the data or of the messages could not be read (reported): they are emitted as
    /// they are, and nothing can be made of them.
    pub is_incomplete: bool,
}

#[derive(Default)]
pub struct MachineOptions {
    pub name: Option<syn::LitStr>,
    /// Names in `#[allow(…)]` on the machine that are lints of ours.
    pub allows: Vec<Ident>,
}

/// What stands between the braces of a machine or of a state.
#[derive(Default)]
pub struct Body {
    /// Rows without a function: they stand on the module itself.
    pub rows: Vec<Row>,
    pub functions: Vec<Function>,
    pub states: Vec<State>,
    /// In source order, to emit the module again. Everything that is not ours is verbatim.
    pub items: Vec<Item>,
}

pub enum Item {
    /// Index into [`Body::functions`].
    Function(usize),
    /// Index into [`Body::states`].
    State(usize),
    Data,
    Messages,
    /// An item that is not ours.
    Other(OtherItem),
}

pub struct OtherItem {
    /// Attributes and everything up to the visibility.
    pub attributes: TokenStream,
    /// `None` for items that cannot have one (impl, macro call, `use` is left as it is).
    pub visibility: Option<Visibility>,
    pub rest: TokenStream,
    /// The name of a struct, enum, union, type, trait, mod, const, static or fn.
    pub declared: Option<Ident>,
}

pub struct State {
    pub options: StateOptions,
    /// The module's documentation, lines joined with `\n`.
    pub documentation: String,
    pub attributes: Vec<Attribute>,
    pub visibility: Visibility,
    pub ident: Ident,
    pub body: Body,
}

#[derive(Default)]
pub struct StateOptions {
    pub initial: Option<Span>,
    pub is_final: Option<Span>,
    pub parallel: Option<Span>,
    pub allows: Vec<Ident>,
}

/// `#[data] struct Turnstile<L: Lamp> { … }`: re-emitted verbatim without `#[data]`.
pub struct Data {
    pub ident: Ident,
    pub generics: Generics,
    pub tokens: TokenStream,
}

/// `#[messages] enum Message { … }`: re-emitted without `#[messages]` and `#[reply]`.
pub struct Messages {
    pub ident: Ident,
    pub generics: Generics,
    pub variants: Vec<Variant>,
    pub tokens: TokenStream,
}

pub struct Variant {
    pub documentation: String,
    pub ident: Ident,
    pub shape: wink_chart::Shape,
    pub fields: Vec<Field>,
    /// `#[reply(T)]`.
    pub reply: Option<Type>,
    /// Names in `#[allow(…)]` on the variant that are lints of ours.
    pub allows: Vec<Ident>,
}

pub struct Field {
    /// `None` in a tuple variant.
    pub ident: Option<Ident>,
    pub ty: Type,
    pub documentation: String,
}

/// A function that carries at least one attribute of ours.
pub struct Function {
    pub documentation: String,
    /// Attributes that are not ours, re-emitted.
    pub attributes: Vec<Attribute>,
    pub visibility: Visibility,
    pub signature: Signature,
    /// The block with its braces, never parsed.
    pub body: TokenStream,
    pub rows: Vec<Row>,
    pub entry: Option<Span>,
    pub exit: Option<Span>,
    /// The signature was refused (reported): emit these tokens instead of the parts above,
    /// which may lack something, and call the function nowhere.
    pub verbatim: Option<TokenStream>,
}

/// The parts of a signature that we read; `tokens_before_params` etc. are not kept: the
/// function is re-emitted from these parts.
pub struct Signature {
    /// `const`, `unsafe`, `extern` … are refused while parsing.
    pub asyncness: Option<Span>,
    pub ident: Ident,
    pub generics: Generics,
    pub parameters: Vec<Parameter>,
    pub output: Option<Type>,
}

pub struct Parameter {
    pub mutability: Option<Span>,
    pub ident: Ident,
    pub ty: Type,
}

/// One row attribute.
pub struct Row {
    pub kind: RowAttribute,
    /// The attribute's name (`receive`), to point at.
    pub span: Span,
    /// `receive`, `ignore`, `defer`: the alternatives. Empty otherwise.
    pub patterns: Vec<Pattern>,
    pub guard: Option<Guard>,
    pub targets: Vec<Target>,
    /// The span of `=>`, when there is one.
    pub arrow: Option<Span>,
    pub reenter: Option<Span>,
    /// `after`: the literal.
    pub delay: Option<DelayLiteral>,
    /// `child`: which signal.
    pub child: Option<(wink_chart::ChildSignal, Span)>,
    pub allows: Vec<Ident>,
    /// A part of it was reported and is missing here.
    pub broken: bool,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum RowAttribute {
    Receive,
    Ignore,
    Defer,
    After,
    Always,
    Done,
    Child,
    Down,
}

pub enum Pattern {
    Message(Ident),
    /// `_`
    Any(Span),
}

pub struct Guard {
    /// The tokens as written, emitted and shown in diagrams.
    pub tokens: TokenStream,
    /// The first token.
    pub span: Span,
    /// The last token.
    pub end: Span,
}

pub enum Target {
    State(Ident),
    History { deep: bool, of: Ident },
    Stay(Span),
}

pub struct DelayLiteral {
    pub nanoseconds: u64,
    pub text: String,
}
