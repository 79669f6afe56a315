//! The chart whose compilation is measured, in wink's words and in statig's: four superstates of
//! five states each, entry and exit in all twenty-four, three messages that each leaf answers
//! with a transition: sixty rows.
//!
//! Must not know of: how time is taken.

use std::fmt::Write as _;

/// How many superstates there are.
const TOPS: usize = 4;
/// How many states are in each.
const LEAVES: usize = 5;
/// The messages; each leaf has a transition for each.
const MESSAGES: [&str; 3] = ["Next", "Back", "Jump"];

/// Whether the transitions do anything on their way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Actions {
    /// Entry and exit only.
    None,
    /// A line of code for each of the sixty transitions: an arm's in statig, a function's in wink.
    Each,
}

/// Where a message leads from a leaf, all leaves counted through.
fn target(leaf: usize, message: usize) -> usize {
    let count = TOPS * LEAVES;
    match message {
        0 => (leaf + 1) % count,
        1 => (leaf + count - 1) % count,
        _ => (leaf + LEAVES + 2) % count,
    }
}

/// Writing to a `String` does not fail.
macro_rules! line {
    ($text:expr, $($format:tt)*) => { _ = writeln!($text, $($format)*) };
}

/// The chart in wink's words. `edit` is a number in it that a person might change.
pub fn wink(actions: Actions, edit: usize) -> String {
    let mut text = String::from("use wink::prelude::*;\n\n#[machine]\npub mod chart {\n");
    line!(
        text,
        "    #[data]\n    #[derive(Default)]\n    pub struct Chart {{ pub count: u64 }}\n"
    );
    line!(
        text,
        "    #[messages]\n    pub enum Message {{ {} }}",
        MESSAGES.join(", ")
    );
    for top in 0..TOPS {
        let initial = if top == 0 { "(initial)" } else { "" };
        line!(text, "\n    #[state{initial}]\n    pub mod top{top} {{");
        wink_entry_and_exit(&mut text, 2 * top + edit);
        for leaf in top * LEAVES..(top + 1) * LEAVES {
            wink_leaf(&mut text, leaf, actions);
        }
        line!(text, "    }}");
    }
    text + "}\n"
}

fn wink_entry_and_exit(text: &mut String, tag: usize) {
    line!(
        text,
        "        #[entry]\n        fn enter(chart: &mut Chart) {{ chart.count += {tag}; }}"
    );
    line!(
        text,
        "        #[exit]\n        fn exit(chart: &mut Chart) {{ chart.count ^= {tag}; }}"
    );
}

fn wink_leaf(text: &mut String, leaf: usize, actions: Actions) {
    let initial = if leaf.is_multiple_of(LEAVES) {
        "(initial)"
    } else {
        ""
    };
    line!(text, "\n        #[state{initial}]");
    if actions == Actions::None {
        for (message, name) in MESSAGES.iter().enumerate() {
            line!(
                text,
                "        #[receive({name} => leaf{})]",
                target(leaf, message)
            );
        }
    }
    line!(text, "        pub mod leaf{leaf} {{");
    wink_entry_and_exit(text, 100 + leaf);
    if actions == Actions::Each {
        for (message, name) in MESSAGES.iter().enumerate() {
            line!(
                text,
                "        #[receive({name} => leaf{})]",
                target(leaf, message)
            );
            let function = name.to_lowercase();
            line!(
                text,
                "        fn {function}(chart: &mut Chart) {{ chart.count *= {}; }}",
                leaf + message
            );
        }
    }
    line!(text, "        }}");
}

/// The chart in statig's words. `edit` is a number in it that a person might change.
pub fn statig(actions: Actions, edit: usize) -> String {
    let mut text = String::from("use statig::prelude::*;\n\n");
    line!(text, "pub enum Message {{ {} }}\n", MESSAGES.join(", "));
    line!(
        text,
        "#[derive(Default)]\npub struct Chart {{ pub count: u64 }}\n"
    );
    line!(
        text,
        "#[state_machine(initial = \"State::leaf0()\")]\nimpl Chart {{"
    );
    for top in 0..TOPS {
        let name = format!("top{top}");
        line!(
            text,
            "    #[superstate(entry_action = \"enter_{name}\", exit_action = \"exit_{name}\")]"
        );
        line!(
            text,
            "    fn {name}(event: &Message) -> Outcome<State> {{ let _ = event; Super }}"
        );
        statig_entry_and_exit(&mut text, &name, 2 * top + edit);
    }
    for leaf in 0..TOPS * LEAVES {
        let name = format!("leaf{leaf}");
        line!(
            text,
            "    #[state(superstate = \"top{}\", entry_action = \"enter_{name}\", exit_action = \"exit_{name}\")]",
            leaf / LEAVES
        );
        line!(
            text,
            "    fn {name}(&mut self, event: &Message) -> Outcome<State> {{\n        match event {{"
        );
        for (message, event) in MESSAGES.iter().enumerate() {
            let action = match actions {
                Actions::None => String::new(),
                Actions::Each => format!("self.count *= {}; ", leaf + message),
            };
            let target = target(leaf, message);
            line!(
                text,
                "            Message::{event} => {{ {action}Transition(State::leaf{target}()) }}"
            );
        }
        line!(text, "        }}\n    }}");
        statig_entry_and_exit(&mut text, &name, 100 + leaf);
    }
    text + "}\n"
}

fn statig_entry_and_exit(text: &mut String, state: &str, tag: usize) {
    line!(
        text,
        "    #[action]\n    fn enter_{state}(&mut self) {{ self.count += {tag}; }}"
    );
    line!(
        text,
        "    #[action]\n    fn exit_{state}(&mut self) {{ self.count ^= {tag}; }}"
    );
}
