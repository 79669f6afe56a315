//! `#[supervisor]`: an annotated module to a supervisor's declaration.
//!
//! The pipeline of machines on a small scale: what was written is read with all its mistakes,
//! then code is emitted beside them.

mod expand;
mod options;
mod read;

use crate::diagnostics::Diagnostics;
use proc_macro2::{Ident, Span, TokenStream};
use std::time::Duration;

/// A supervisor as it was declared.
pub struct Supervisor {
    pub module: syn::ItemMod,
    pub settings: Settings,
    /// The type that constructors may borrow.
    pub data: Option<Ident>,
    /// In the order in which they start.
    pub children: Vec<Child>,
}

/// What stands in `#[supervisor(…)]`.
#[derive(Default)]
pub struct Settings {
    /// A variant of `Strategy`.
    pub strategy: Option<&'static str>,
    pub intensity: Option<(u32, Duration)>,
    pub back_off: Option<(Duration, Duration)>,
}

/// One child.
pub struct Child {
    pub ident: Ident,
    pub kind: Kind,
    /// A variant of `Restart`.
    pub restart: Option<&'static str>,
    pub grace: Option<Grace>,
    pub back_off: Option<(Duration, Duration)>,
    /// How many messages its mailbox holds.
    pub mailbox: Option<usize>,
    /// For how long it may give no sign of life.
    pub silence: Option<Duration>,
    /// The child in whose loop it lives.
    pub beside: Option<Ident>,
    /// Where its snapshots are, and where that is said.
    pub saved: Option<(Saved, Span)>,
    pub takes_data: bool,
}

/// Where a machine's snapshots are, when it goes on from the last one.
pub enum Saved {
    InMemory,
    InFile(syn::LitStr),
    /// A function of the module says.
    By {
        function: Ident,
        takes_data: bool,
    },
}

pub enum Kind {
    Machine {
        machine: Box<syn::Type>,
        /// Its constructor returns a result.
        can_fail: bool,
        /// Its constructor returns a program, in whose process the machine lives.
        is_program: bool,
    },
    Task,
    Supervisor(Box<Supervisor>),
}

impl Kind {
    /// Whether others can live in the same loop.
    fn has_neighbours(&self) -> bool {
        match self {
            Kind::Machine { is_program, .. } => !is_program,
            Kind::Task => true,
            Kind::Supervisor(_) => false,
        }
    }
}

#[derive(Clone, Copy)]
pub enum Grace {
    Kill,
    Within(Duration),
    Forever,
}

/// The module as a supervisor, beside everything that is wrong with it.
pub fn compile(arguments: TokenStream, item: TokenStream) -> TokenStream {
    let mut diagnostics = Diagnostics::default();
    let tokens = match read::supervisor(&mut diagnostics, arguments, item.clone()) {
        Some(supervisor) => expand::supervisor(&supervisor, diagnostics.has_errors()),
        None => item,
    };
    let errors = diagnostics.finish();
    quote::quote!(#tokens #errors)
}
