//! What a chart is exported as is read back: the same machine again, as far as its functions are
//! where the document can find them.

use super::log;
use wink::{Machine, Start, machine};

/// What both machines call.
fn greet<M: Machine>(_: &mut M, cx: &mut wink::Context<M>) {
    cx.log("welcome");
}

fn is_open<M: Machine>(_: &M) -> bool {
    true
}

/// A gate.
#[wink::prelude::machine]
pub mod gate {
    use super::is_open;

    #[data]
    #[derive(Default)]
    pub struct Gate {}

    #[messages]
    #[derive(Clone, Debug)]
    #[allow(
        dead_code,
        reason = "what a coin is worth is exported, and nobody asks"
    )]
    pub enum Message {
        Coin(u32),
        Push,
        Kick,
    }

    #[state(initial)]
    #[receive(Coin if is_open(data) => unlocked)]
    #[ignore(_)]
    pub mod locked {}

    #[state]
    #[receive(Push => locked)]
    #[receive(Kick => broken)]
    #[after("10s" => locked)]
    pub mod unlocked {
        #[entry]
        fn greet(data: &mut Gate, cx: &mut Context) {
            super::super::greet(data, cx);
        }

        #[state(initial)]
        #[receive(Coin => twice)]
        mod once {}

        #[state]
        #[ignore(Coin)]
        mod twice {}
    }

    #[state(final)]
    mod broken {}
}

machine! { scxml = "exported.scxml", pub mod again }

#[test]
fn an_exported_chart_is_read_back() {
    let path = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/tests/documents/exported.scxml"
    );
    let exported = wink_chart::export::scxml(gate::Gate::CHART);
    let kept = std::fs::read_to_string(path).expect("the document is there");
    if exported != kept && std::env::var_os("WINK_UPDATE").is_some() {
        std::fs::write(path, &exported).expect("it can be written");
    }
    assert_eq!(exported, kept, "WINK_UPDATE=1 writes it");
    let names = |chart: &'static wink::Chart| -> Vec<&'static str> {
        chart.states.iter().map(|state| &*state.name).collect()
    };
    assert_eq!(
        names(gate::Gate::CHART)[1..],
        names(again::Again::CHART)[1..]
    );
    let mut first = gate::Gate::default().start();
    let mut second = again::Again::default().start();
    let events = [
        (gate::Message::Push, again::Message::Push),
        (gate::Message::Coin(1), again::Message::Coin(1)),
        (gate::Message::Coin(2), again::Message::Coin(2)),
        (gate::Message::Push, again::Message::Push),
        (gate::Message::Coin(3), again::Message::Coin(3)),
    ];
    for (one, other) in events {
        first.dispatch(one);
        second.dispatch(other);
        assert_eq!(first.configuration(), second.configuration());
    }
    let later = first.now() + std::time::Duration::from_secs(10);
    first.advance(later);
    second.advance(later);
    assert_eq!(
        (first.configuration(), second.configuration()),
        (vec!["locked"], vec!["locked"])
    );
    assert_eq!(log(&mut first), ["welcome", "welcome"]);
    assert_eq!(log(&mut second), ["welcome", "welcome"]);
}
