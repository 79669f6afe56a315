//! What machines become. The golden expansions in `test-data/expand/` are rewritten by
//! `WINK_GOLDEN=overwrite cargo test -p wink-macros` and reviewed as a difference.

use crate::compile::{Source, compile};
use proc_macro2::TokenStream;
use std::path::{Path, PathBuf};
use std::str::FromStr;

/// The tokens that the compiler makes of a module.
fn tokens(source: &str) -> TokenStream {
    let item = TokenStream::from_str(source).expect("the fixture consists of tokens");
    compile(Source {
        arguments: TokenStream::new(),
        item,
        notes: None,
    })
}

/// The same as a person would read it. Panics when it is not a Rust file.
fn expanded(source: &str) -> String {
    let tokens = tokens(source);
    let file = syn::parse2(tokens.clone())
        .unwrap_or_else(|error| panic!("the expansion is not Rust: {error}\n{tokens}"));
    prettyplease::unparse(&file)
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("test-data/expand")
}

fn read(path: &Path) -> String {
    std::fs::read_to_string(path)
        .unwrap_or_else(|error| panic!("{} cannot be read: {error}", path.display()))
}

/// Compares the expansion of `test-data/expand/NAME.rs` with `NAME.expanded.rs` beside it.
#[track_caller]
fn golden(name: &str) {
    let source = read(&folder().join(name).with_extension("rs"));
    let expansion = expanded(&source);
    let path = folder().join(name).with_extension("expanded.rs");
    if std::env::var_os("WINK_GOLDEN").is_some_and(|value| value == "overwrite") {
        std::fs::write(&path, expansion).expect("the golden file can be written");
        return;
    }
    let expected = read(&path);
    if let Some((number, (is, should))) = expansion
        .lines()
        .zip(expected.lines())
        .enumerate()
        .find(|(_, (is, should))| is != should)
    {
        panic!(
            "{name} expands to something else from line {}:\n- {should}\n+ {is}",
            number + 1
        );
    }
    assert_eq!(
        expansion.lines().count(),
        expected.lines().count(),
        "{name} ends differently"
    );
}

#[test]
fn turnstile_becomes_straight_code() {
    golden("turnstile");
}

#[test]
fn composites_locals_histories_and_waiting_become_straight_code() {
    golden("workday");
}

#[test]
fn regions_become_operations_of_the_engine() {
    golden("door");
}

#[test]
fn the_same_source_gives_the_same_bytes() {
    let source = read(&folder().join("turnstile.rs"));
    assert_eq!(tokens(&source).to_string(), tokens(&source).to_string());
}
