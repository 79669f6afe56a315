//! Bytes from outside, made worse again and again: what reads them must not fall, hang or grow.
//!
//! Each target has a corpus, a file of inputs that each once did something new: `corpus/NAME.txt`
//! beside `src`, an input a line, escaped as Rust does it. A run replays the corpus, then mutates
//! it for a bounded number of rounds: pieces are cut off, doubled, moved, nested into each other
//! and damaged, lengths most of all. What a target says of an input tells which inputs are alike;
//! one that is unlike all before joins those that are mutated.
//!
//! - `WINK_FUZZ_ROUNDS=1000000` runs longer, `WINK_FUZZ_SEED=7` another way.
//! - `WINK_FUZZ_KEEP=1` adds what was new to the corpus.
//!
//! An input that a target falls over is printed; its line belongs into the corpus.

mod wire;

use std::collections::BTreeSet;
use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::path::PathBuf;

/// How many inputs are tried when nothing else is said.
const ROUNDS: usize = 20_000;
/// The longest input, in bytes.
const LONGEST: usize = 4_096;
/// How many inputs are mutated at most.
const MOST: usize = 500;
/// How many inputs a corpus grows to by itself, and how long they may be, in bytes.
const KEPT: (usize, usize) = (80, 160);

/// Numbers without a pattern: xorshift64*, by Marsaglia and Vigna.
struct Chance(u64);

impl Chance {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_f491_4f6c_dd1d)
    }

    fn below(&mut self, bound: usize) -> usize {
        (self.next() >> 16) as usize % bound.max(1)
    }
}

fn setting(name: &str) -> Option<usize> {
    let value = std::env::var(name).ok()?;
    Some(value.parse().expect("a number"))
}

fn path(name: &str) -> PathBuf {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("corpus");
    folder.join(format!("{name}.txt"))
}

fn escaped(input: &[u8]) -> String {
    input.escape_ascii().to_string()
}

/// Reads one line of a corpus.
fn unescaped(line: &str) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut letters = line.bytes();
    while let Some(letter) = letters.next() {
        if letter != b'\\' {
            bytes.push(letter);
            continue;
        }
        bytes.push(match letters.next().expect("a letter follows") {
            b'x' => {
                let mut digit = || {
                    let digit = letters.next().expect("two digits follow");
                    char::from(digit).to_digit(16).expect("a digit") as u8
                };
                digit() << 4 | digit()
            }
            b'n' => b'\n',
            b'r' => b'\r',
            b't' => b'\t',
            other => other,
        });
    }
    bytes
}

/// Replays the corpus of that name, and mutates it. `target` says what became of an input, in
/// few words: inputs of the same words are alike.
pub(crate) fn fuzz(name: &str, target: impl FnMut(&[u8]) -> String) {
    fuzz_dear(name, 1, target);
}

/// As [`fuzz`], for a target that takes so many times as long as others do.
pub(crate) fn fuzz_dear(name: &str, cost: usize, mut target: impl FnMut(&[u8]) -> String) {
    let corpus = fs::read_to_string(path(name)).expect("a corpus");
    let lines = corpus.lines().filter(|line| !line.starts_with('#'));
    let mut inputs: Vec<Vec<u8>> = lines.map(unescaped).collect();
    assert!(!inputs.is_empty(), "{name}: the corpus is empty");
    let mut seen = BTreeSet::new();
    let mut judge = |input: &[u8]| match catch_unwind(AssertUnwindSafe(|| target(input))) {
        Ok(words) => seen.insert(words),
        Err(panic) => {
            eprintln!("{name} falls over this input:\n{}", escaped(input));
            resume_unwind(panic);
        }
    };
    for input in &inputs {
        judge(input);
    }
    let known = inputs.len();
    let seed = setting("WINK_FUZZ_SEED").unwrap_or(1) as u64;
    let mut chance = Chance(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1);
    for _ in 0..setting("WINK_FUZZ_ROUNDS").unwrap_or(ROUNDS) / cost {
        let mut input = inputs[chance.below(inputs.len())].clone();
        for _ in 0..=chance.below(4) {
            let other = chance.below(inputs.len());
            mutate(&mut input, &inputs[other], &mut chance);
        }
        input.truncate(LONGEST);
        if judge(&input) && inputs.len() < MOST {
            inputs.push(input);
        }
    }
    if setting("WINK_FUZZ_KEEP").is_some() {
        let short = inputs[known..].iter().filter(|input| input.len() <= KEPT.1);
        let added = short.take(KEPT.0.saturating_sub(known));
        let added = added.map(|input| escaped(input) + "\n");
        fs::write(path(name), corpus + &added.collect::<String>()).expect("the corpus is kept");
    }
}

fn mutate(input: &mut Vec<u8>, other: &[u8], chance: &mut Chance) {
    let at = chance.below(input.len() + 1);
    let length = chance.below(input.len() - at + 1).min(64);
    match chance.below(10) {
        // Truncated, replayed, without a part.
        0 => input.truncate(at),
        1 => {
            let piece = input[at..at + length].to_vec();
            input.splice(at..at, piece);
        }
        2 => drop(input.drain(at..at + length)),
        // Another one after it, and another one inside of it.
        3 => input.extend_from_slice(other),
        4 => drop(input.splice(at..at, other.iter().copied())),
        // A number where a length, a count or a kind may be.
        5 => {
            let odd = [0, 1, 0x7f, 0x80, 0xff, 0xffff, 0x0010_0000, u32::MAX];
            let bytes = odd[chance.below(odd.len())].to_le_bytes();
            let width = [1, 2, 4][chance.below(3)];
            for (place, byte) in input[at..].iter_mut().zip(&bytes[..width]) {
                *place = *byte;
            }
        }
        6 => {
            let byte = chance.next() as u8;
            input.insert(at, byte);
        }
        7 => {
            // The same byte many times: nesting, endless numbers, long texts.
            let byte = input.get(at).copied().unwrap_or(b'[');
            let many = 1 << chance.below(12);
            input.splice(at..at, std::iter::repeat_n(byte, many));
        }
        8 => {
            if let Some(place) = input.get_mut(at) {
                *place ^= 1 << chance.below(8);
            }
        }
        _ => {
            // The length of the first frame, made to fit again.
            if let Some((front, rest)) = input.split_first_chunk_mut::<4>() {
                *front = (rest.len() as u32).to_le_bytes();
            }
        }
    }
}

#[test]
fn a_corpus_is_read_as_it_was_written() {
    let all: Vec<u8> = (0..=255).collect();
    assert_eq!(unescaped(&escaped(&all)), all);
}
