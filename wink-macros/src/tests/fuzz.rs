//! Whatever tokens come in, the compiler answers: with a machine or with mistakes, never with a
//! panic.
//!
//! Token streams are drawn from a vocabulary of our own attributes, Rust's items and
//! punctuation, by a seeded generator: the same streams in every run.

use super::parse::TURNSTILE;
use crate::compile::{Source, compile};
use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::str::FromStr;

/// SplitMix64: small, seeded, good enough to choose words.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, limit: usize) -> usize {
        (self.next() % limit as u64) as usize
    }

    fn pick<'a>(&mut self, words: &[&'a str]) -> &'a str {
        words[self.below(words.len())]
    }
}

/// Words that mean something to the compiler, or nearly.
const WORDS: [&str; 60] = [
    "machine",
    "data",
    "messages",
    "reply",
    "state",
    "receive",
    "recieve",
    "ignore",
    "defer",
    "after",
    "always",
    "done",
    "child",
    "down",
    "entry",
    "exit",
    "allow",
    "unreachable",
    "initial",
    "final",
    "parallel",
    "history",
    "deep_history",
    "stay",
    "reenter",
    "started",
    "errored",
    "if",
    "_",
    "=>",
    "|",
    ",",
    ";",
    ":",
    "::",
    "->",
    "<",
    ">",
    "=",
    "#",
    "!",
    "&",
    "mut",
    "self",
    "\"5s\"",
    "\"\"",
    "7",
    "'a",
    "Coin",
    "Push",
    "Gate",
    "Message",
    "Context",
    "open",
    "closed",
    "Goto",
    "Reply",
    "pub",
    "fn",
    "mod",
];

/// Whole attributes and items, so that nonsense gets past the first gate.
const PIECES: [&str; 42] = [
    "#[data] pub struct Gate;",
    "#[data] struct Gate<L: Copy>(L);",
    "#[messages] pub enum Message { Coin { value: u32 }, Push, #[reply(u32)] Total, Pair(u8, u8) }",
    "#[messages] enum Message {}",
    "#[state(initial)]",
    "#[state]",
    "#[state(final)]",
    "#[state(parallel)]",
    "pub mod open {}",
    "#[state(initial)] pub mod closed {}",
    "#[state] mod r#loop {}",
    "#[state] mod history {}",
    "#[receive(Coin)]",
    "#[receive(Push => open)]",
    "#[receive(Coin if value > 2 => open | stay)]",
    "#[receive(_)]",
    "#[ignore(Push)]",
    "#[defer(Coin)]",
    "#[after(\"5s\" => open)]",
    "#[always(=> open)]",
    "#[always(if true => closed)]",
    "#[done(=> open)]",
    "#[child(errored => open)]",
    "#[down]",
    "#[entry]",
    "#[exit]",
    "#[allow(unreachable, dead_code)]",
    "#[receive(Push => history(open), reenter)]",
    "fn a() {}",
    "fn b(gate: &mut Gate, value: u32) {}",
    "fn c(cx: &mut Context) -> Goto { Goto::Open }",
    "fn d() -> (u32, Goto) { (3, Goto::Stay) }",
    "async fn e(reply: Reply<u32>, message: Message) {}",
    "fn f(error: &Error, child: &Child) -> Local { Local }",
    "fn g(light: &mut Local) -> u32 { 3 }",
    "struct Local;",
    "const X: u8 = 3 < 4;",
    "use super::*;",
    "impl Gate { #[receive(Push)] fn h(&self) {} }",
    "macro_rules! m { () => {} }",
    "#[entry] fn i(&mut self) {}",
    "#[receive(Coin)] fn j<T>((a, b): (u32, u32), value: u32) where T: Copy {}",
];

fn words(random: &mut Random, depth: usize) -> TokenStream {
    let mut stream = TokenStream::new();
    for _ in 0..random.below(12) {
        if depth > 0 && random.below(4) == 0 {
            let delimiter = [
                Delimiter::Brace,
                Delimiter::Bracket,
                Delimiter::Parenthesis,
                Delimiter::None,
            ][random.below(4)];
            let inside = words(random, depth - 1);
            stream.extend([TokenTree::Group(Group::new(delimiter, inside))]);
        } else {
            let word = random.pick(&WORDS);
            stream.extend(TokenStream::from_str(word).unwrap_or_default());
        }
    }
    stream
}

/// A module of pieces, with some words between them.
fn module(random: &mut Random, depth: usize) -> TokenStream {
    let mut stream = TokenStream::new();
    for _ in 0..random.below(14) {
        match random.below(10) {
            0 => stream.extend(words(random, 2)),
            1 if depth > 0 => {
                stream.extend(tokens(random.pick(&PIECES[4..8])));
                stream.extend(tokens(random.pick(&[
                    "mod open",
                    "mod closed",
                    "pub mod other",
                ])));
                let inside = module(random, depth - 1);
                stream.extend([TokenTree::Group(Group::new(Delimiter::Brace, inside))]);
            }
            _ => stream.extend(tokens(random.pick(&PIECES))),
        }
    }
    stream
}

fn tokens(text: &str) -> TokenStream {
    TokenStream::from_str(text).expect("the vocabulary consists of tokens")
}

/// Drops, doubles or swaps tokens somewhere in a machine.
fn damage(random: &mut Random, stream: TokenStream) -> TokenStream {
    let mut list: Vec<TokenTree> = stream.into_iter().collect();
    if list.is_empty() {
        return words(random, 1);
    }
    let at = random.below(list.len());
    match random.below(6) {
        0 => drop(list.remove(at)),
        1 => list.insert(at, list[at].clone()),
        2 => {
            let other = random.below(list.len());
            list.swap(at, other);
        }
        3 => {
            let inserted: Vec<TokenTree> = words(random, 1).into_iter().collect();
            list.splice(at..at, inserted);
        }
        _ => {
            // Somewhere deeper, if there is anything.
            let groups: Vec<usize> = (0..list.len())
                .filter(|at| matches!(list[*at], TokenTree::Group(_)))
                .collect();
            if !groups.is_empty() {
                let at = groups[random.below(groups.len())];
                if let TokenTree::Group(group) = &list[at] {
                    let inside = damage(random, group.stream());
                    list[at] = TokenTree::Group(Group::new(group.delimiter(), inside));
                }
            }
        }
    }
    list.into_iter().collect()
}

/// No panic; and what comes in as Rust goes out as Rust, whatever is wrong with the machine.
/// Counts, so that a test can see that its streams are worth something.
#[track_caller]
fn survives(seed: u64, arguments: TokenStream, item: TokenStream, seen: &mut Seen) {
    let text = item.to_string();
    let is_rust = syn::parse2::<syn::File>(item.clone()).is_ok();
    let source = Source {
        arguments,
        item,
        notes: None,
    };
    let Ok(answer) = catch_unwind(AssertUnwindSafe(|| compile(source))) else {
        panic!("the compiler panicked (seed {seed}) on:\n{text}");
    };
    if is_rust && let Err(error) = syn::parse2::<syn::File>(answer.clone()) {
        panic!("no Rust came out (seed {seed}, {error}) of:\n{text}\nbut:\n{answer}");
    }
    seen.rust += usize::from(is_rust);
    seen.machines += usize::from(answer.to_string().contains(":: wink :: Machine for"));
}

/// How many streams came in as Rust, and how many went out as machines.
#[derive(Debug, Default)]
struct Seen {
    rust: usize,
    machines: usize,
}

#[test]
fn random_words_never_make_it_panic() {
    let mut seen = Seen::default();
    for seed in 0..2_000 {
        let random = &mut Random(seed);
        let arguments = if random.below(3) == 0 {
            words(random, 1)
        } else {
            TokenStream::new()
        };
        survives(seed, arguments, words(random, 4), &mut seen);
    }
}

#[test]
fn random_modules_never_make_it_panic() {
    let mut seen = Seen::default();
    for seed in 0..2_000 {
        let random = &mut Random(seed);
        let mut inside = TokenStream::new();
        if random.below(4) > 0 {
            inside.extend(tokens(random.pick(&PIECES[..2])));
            inside.extend(tokens(random.pick(&PIECES[2..4])));
        }
        inside.extend(module(random, 3));
        let mut item = tokens(random.pick(&["pub mod gate", "mod gate", "/// A gate.\n mod gate"]));
        item.extend([TokenTree::Group(Group::new(Delimiter::Brace, inside))]);
        survives(seed, TokenStream::new(), item, &mut seen);
    }
    assert!(seen.rust > 300 && seen.machines > 500, "{seen:?}");
}

#[test]
fn a_damaged_machine_never_makes_it_panic() {
    let mut seen = Seen::default();
    for seed in 0..2_000 {
        let random = &mut Random(seed);
        let mut item = tokens(TURNSTILE);
        for _ in 0..1 + random.below(6) {
            item = damage(random, item);
        }
        survives(seed, TokenStream::new(), item, &mut seen);
    }
    assert!(seen.rust > 50 && seen.machines > 200, "{seen:?}");
}
