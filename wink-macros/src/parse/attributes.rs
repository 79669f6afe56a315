//! Attributes of one item: ours apart from everybody else's.
//!
//! Must not know of: what an attribute means, nor whether it may stand where it stands.

use super::cursor::Cursor;
use crate::ast::Attribute;
use crate::diagnostics::{Diagnostics, LINTS};
use crate::nearest::distance;
use proc_macro2::{Delimiter, Group, Ident, Literal, Spacing, Span, TokenStream, TokenTree};
use quote::quote;

/// The attributes of the machine language.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Name {
    Machine,
    Data,
    Messages,
    Reply,
    State,
    Receive,
    Ignore,
    Defer,
    After,
    Always,
    Done,
    Child,
    Down,
    Entry,
    Exit,
}

impl Name {
    const ALL: [(Name, &'static str); 15] = [
        (Name::Machine, "machine"),
        (Name::Data, "data"),
        (Name::Messages, "messages"),
        (Name::Reply, "reply"),
        (Name::State, "state"),
        (Name::Receive, "receive"),
        (Name::Ignore, "ignore"),
        (Name::Defer, "defer"),
        (Name::After, "after"),
        (Name::Always, "always"),
        (Name::Done, "done"),
        (Name::Child, "child"),
        (Name::Down, "down"),
        (Name::Entry, "entry"),
        (Name::Exit, "exit"),
    ];

    pub fn of(ident: &Ident) -> Option<Name> {
        Name::ALL
            .iter()
            .find(|(_, text)| ident == text)
            .map(|(name, _)| *name)
    }

    pub fn text(self) -> &'static str {
        Name::ALL[self as usize].1
    }

    /// Whether it writes a row of the transition table.
    pub fn is_row(self) -> bool {
        use Name::*;
        matches!(
            self,
            Receive | Ignore | Defer | After | Always | Done | Child | Down
        )
    }
}

/// One attribute of ours, its arguments unread.
pub struct Own {
    pub name: Name,
    pub span: Span,
    /// `(…)`; `None` for the bare name.
    pub arguments: Option<Group>,
    /// Written with a slip of the pen (reported): what it says counts, but for nothing new.
    pub misspelt: bool,
}

/// Whether one of these words stands anywhere in the tokens.
fn mentions(tokens: TokenStream, words: &[&str]) -> bool {
    tokens.into_iter().any(|token| match token {
        TokenTree::Ident(ident) => words.iter().any(|word| ident == word),
        TokenTree::Group(group) => mentions(group.stream(), words),
        _ => false,
    })
}

/// The attributes of one item.
#[derive(Default)]
pub struct Attributes {
    pub own: Vec<Own>,
    pub others: Vec<Attribute>,
    pub documentation: String,
    /// Lints of ours in `#[allow(…)]`.
    pub allows: Vec<Ident>,
}

impl Attributes {
    /// Others' attributes as they are emitted again.
    pub fn tokens(&self) -> TokenStream {
        self.others
            .iter()
            .map(|attribute| attribute.tokens.clone())
            .collect()
    }

    /// Serde's derives name the crate `serde`, which a machine's package need not depend on:
    /// they are told to find it in wink, unless they are told something else already.
    pub fn name_serde(&mut self) {
        let says = |name: &str, words: &[&str]| {
            self.others
                .iter()
                .any(|other| other.name == name && mentions(other.tokens.clone(), words))
        };
        if says("derive", &["Serialize", "Deserialize"]) && !says("serde", &["crate"]) {
            self.others.push(Attribute {
                name: Ident::new("serde", Span::call_site()),
                tokens: quote!(#[serde(crate = "::wink::private::serde")]),
            });
        }
    }

    pub fn has(&self, name: Name) -> bool {
        self.own.iter().any(|own| own.name == name)
    }

    /// An attribute of others, by name.
    pub fn other(&self, name: &str) -> Option<&Attribute> {
        self.others.iter().find(|attribute| attribute.name == name)
    }

    /// Takes the attributes of a module's inside: `#![…]` and `//!`.
    pub fn take_inner(&mut self, diagnostics: &mut Diagnostics, cursor: &mut Cursor) {
        while cursor.peek_punct(0, '#')
            && cursor.peek_punct(1, '!')
            && cursor.peek_group(2, Delimiter::Bracket).is_some()
        {
            let pound = cursor.next();
            cursor.next();
            if let (Some(pound), Some(group)) = (pound, cursor.take_group(Delimiter::Bracket)) {
                self.sort(diagnostics, pound, group);
            }
        }
    }

    /// Takes the attributes before an item.
    pub fn take_outer(&mut self, diagnostics: &mut Diagnostics, cursor: &mut Cursor) {
        while cursor.peek_punct(0, '#') && cursor.peek_group(1, Delimiter::Bracket).is_some() {
            let pound = cursor.next();
            if let (Some(pound), Some(group)) = (pound, cursor.take_group(Delimiter::Bracket)) {
                self.sort(diagnostics, pound, group);
            }
        }
        // Rust's own, on a test in a machine's module.
        if self.others.iter().any(|attribute| attribute.name == "test") {
            self.own
                .retain(|own| own.name != Name::Ignore || own.arguments.is_some());
        }
    }

    fn sort(&mut self, diagnostics: &mut Diagnostics, pound: TokenTree, group: Group) {
        let mut inside = Cursor::of(&group);
        let Some(ident) = inside.take_ident() else {
            let name = Ident::new("unknown", group.span());
            self.others.push(Attribute {
                name,
                tokens: whole(pound, group),
            });
            return;
        };
        if ident == "doc" {
            self.document(&mut inside);
        } else if ident == "allow" || ident == "expect" {
            return self.allow(pound, group, ident, inside);
        } else if inside.peek_operator(0, ':', ':') {
            return self.by_path(diagnostics, pound, group, ident, inside);
        } else if let Some(name) = Name::of(&ident) {
            return self.take_own(diagnostics, name, ident.span(), false, inside);
        }
        self.others.push(Attribute {
            name: ident,
            tokens: whole(pound, group),
        });
    }

    /// Somebody's attribute by path, of which the last name is kept; or one of ours.
    fn by_path(
        &mut self,
        diagnostics: &mut Diagnostics,
        pound: TokenTree,
        group: Group,
        first: Ident,
        mut inside: Cursor,
    ) {
        let mut name = first.clone();
        while inside.take_operator(':', ':').is_some() {
            name = inside.take_ident().unwrap_or(name);
        }
        match Name::of(&name) {
            Some(own) if first == "wink" && own != Name::Machine => {
                diagnostics.attribute_by_path(&first, &name);
                self.take_own(diagnostics, own, name.span(), true, inside);
            }
            _ => self.others.push(Attribute {
                name,
                tokens: whole(pound, group),
            }),
        }
    }

    fn take_own(
        &mut self,
        diagnostics: &mut Diagnostics,
        name: Name,
        span: Span,
        misspelt: bool,
        mut inside: Cursor,
    ) {
        let arguments = inside.take_group(Delimiter::Parenthesis);
        let mut own = Own {
            name,
            span,
            arguments,
            misspelt,
        };
        if let Some(token) = inside.next() {
            diagnostics.attribute_form(name.text(), token.span(), usage(name));
            own.misspelt = true;
        }
        self.own.push(own);
    }

    /// Adds a line of `#[doc = "…"]`; `#[doc(hidden)]` says nothing to read.
    fn document(&mut self, inside: &mut Cursor) {
        if inside.take_punct('=').is_none() {
            return;
        }
        let Some(literal) = inside.take_literal() else {
            return;
        };
        let Some(text) = string_value(&literal) else {
            return;
        };
        if !self.documentation.is_empty() {
            self.documentation.push('\n');
        }
        // rustc keeps the blank between `///` and the text.
        self.documentation
            .push_str(text.strip_prefix(' ').unwrap_or(&text).trim_end());
    }

    /// Takes our lints out of `#[allow(…)]`; the rest stays for rustc.
    fn allow(&mut self, pound: TokenTree, group: Group, name: Ident, mut inside: Cursor) {
        let mut kept = TokenStream::new();
        let mut found = false;
        if let Some(list) = inside.take_group(Delimiter::Parenthesis) {
            let mut list = Cursor::of(&list);
            while !list.is_empty() {
                let lint = list.until_comma();
                match lint.as_slice() {
                    [TokenTree::Ident(ident)] if LINTS.iter().any(|lint| ident == lint) => {
                        found = true;
                        self.allows.push(ident.clone());
                    }
                    _ => {
                        kept.extend(lint);
                        kept.extend(quote!(,));
                    }
                }
            }
        }
        if !found {
            self.others.push(Attribute {
                name,
                tokens: whole(pound, group),
            });
        } else if !kept.is_empty() {
            let tokens = quote!(#[#name(#kept)]);
            self.others.push(Attribute { name, tokens });
        }
    }

    /// Finds attributes that look like one of ours, written wrongly. Only asked for items on
    /// which one of `expected` would make sense, and never about what rustc knows.
    pub fn misspelt(&mut self, diagnostics: &mut Diagnostics, expected: &[Name]) {
        let others = std::mem::take(&mut self.others);
        for other in others {
            match meant(&other, expected) {
                Some(name) => {
                    let span = other.name.span();
                    diagnostics.misspelt_attribute(&other.name, name.text());
                    let mut tokens = other.tokens.into_iter();
                    if let Some(TokenTree::Group(group)) = tokens.nth(1) {
                        let mut inside = Cursor::of(&group);
                        inside.next();
                        self.take_own(diagnostics, name, span, true, inside);
                    }
                }
                None => self.others.push(other),
            }
        }
    }
}

/// Attributes that rustc or well-known crates know: being near to one of ours is no accident.
const KNOWN: [&str; 40] = [
    "allow",
    "automatically_derived",
    "bench",
    "cfg",
    "cfg_attr",
    "cold",
    "debug_handler",
    "default",
    "deny",
    "deprecated",
    "derive",
    "doc",
    "error",
    "expect",
    "export_name",
    "forbid",
    "from",
    "global_allocator",
    "ignore",
    "inline",
    "instrument",
    "link",
    "link_section",
    "macro_export",
    "macro_use",
    "must_use",
    "no_mangle",
    "non_exhaustive",
    "path",
    "proptest",
    "repr",
    "rstest",
    "rustfmt",
    "serde",
    "should_panic",
    "source",
    "target_feature",
    "test",
    "track_caller",
    "warn",
];

fn meant(other: &Attribute, expected: &[Name]) -> Option<Name> {
    let text = other.name.to_string();
    // Rust's own `ignore` has our name, and so may somebody's by path.
    if KNOWN.contains(&text.as_str()) || Name::of(&other.name).is_some() {
        return None;
    }
    let limit = |name: &Name| if name.text().len() <= 5 { 1 } else { 2 };
    expected
        .iter()
        .map(|name| (distance(&text, name.text()), *name))
        .filter(|(edits, name)| *edits <= limit(name))
        .min_by_key(|(edits, _)| *edits)
        .map(|(_, name)| name)
}

/// One line that shows how an attribute is written.
pub fn usage(name: Name) -> &'static str {
    match name {
        Name::Machine => "write `#[machine]` or `#[machine(name = \"family/Parent\")]`",
        Name::Data => "write `#[data]`",
        Name::Messages => "write `#[messages]`",
        Name::Reply => "write the answer's type: `#[reply(u32)]`",
        Name::State => {
            "write `#[state]`, `#[state(initial)]`, `#[state(final)]` or `#[state(parallel)]`"
        }
        Name::Receive => "write `#[receive(Message)]` or `#[receive(Message if guard => state)]`",
        Name::Ignore => "write `#[ignore(Message)]`",
        Name::Defer => "write `#[defer(Message)]`",
        Name::After => "write `#[after(\"5s\" => state)]`",
        Name::Always => "write `#[always(if guard => state)]`",
        Name::Done => "write `#[done(=> state)]`",
        Name::Child => "write `#[child(exited => state)]`",
        Name::Down => "write `#[down]` or `#[down(=> state)]`",
        Name::Entry => "write `#[entry]`",
        Name::Exit => "write `#[exit]`",
    }
}

fn whole(pound: TokenTree, group: Group) -> TokenStream {
    // An inner attribute's `!` is left out: what is emitted stands before the item.
    let pound = match pound {
        TokenTree::Punct(punct) => {
            let mut alone = proc_macro2::Punct::new('#', Spacing::Alone);
            alone.set_span(punct.span());
            TokenTree::Punct(alone)
        }
        other => other,
    };
    [pound, TokenTree::Group(group)].into_iter().collect()
}

/// The value of a string literal; `None` for any other literal.
pub fn string_value(literal: &Literal) -> Option<String> {
    let text = literal.to_string();
    // The common case by hand: no escapes.
    let plain = text
        .strip_prefix('"')
        .and_then(|text| text.strip_suffix('"'));
    match plain {
        Some(plain) if !plain.contains('\\') => Some(plain.to_owned()),
        _ => match syn::Lit::new(literal.clone()) {
            syn::Lit::Str(text) => Some(text.value()),
            _ => None,
        },
    }
}
