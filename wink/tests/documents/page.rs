//! What docs/documents.md shows compiles, and does what is said there.

use wink::{Machine, Start};

/// What a door tells.
#[derive(Debug, Clone, PartialEq)]
pub struct Report {
    /// By whom it was opened.
    pub who: String,
}

wink::machine! {
    scxml = "door.scxml",
    name = "family/Door",
    events = { coin: u32, door.opened: Report },
    pub mod door
}

/// Code without comments and white space.
fn bare(code: &str) -> String {
    let lines = code.lines();
    let lines = lines.map(|line| line.split("//").next().unwrap_or_default());
    lines.flat_map(str::split_whitespace).collect()
}

#[test]
fn the_page_s_machine_is_this_one() {
    let page = include_str!("../../../docs/documents.md");
    let (_, shown) = page.split_once("```rust\n").expect("the page shows one");
    let (shown, _) = shown.split_once("```").expect("it ends");
    assert!(
        bare(include_str!("page.rs")).contains(&bare(shown)),
        "{shown}"
    );
    let mut door = door::Door::default().start();
    assert_eq!(door::Door::CHART.name, "family/Door");
    door.dispatch(door::Message::Coin(2));
    assert!(door.is_in(door::State::Open));
    let who = "Bob".to_owned();
    door.dispatch(door::Message::DoorOpened(Report { who }));
    assert!(door.is_in(door::State::Shut));
}
