//! What only threads and other nodes bring about is on the page too. The rest of the page is
//! compared with what systems tell, in wink's own tests.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex};

use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Metadata, Subscriber};

use super::*;
use crate::core::event::PeerEvent;
use crate::core::exit::{Identity, MachineId};

const PAGE: &str = include_str!("../../../../docs/observation.md");

/// By name: target, level and fields.
type Told = BTreeMap<String, (String, String, BTreeSet<String>)>;

#[derive(Clone, Default)]
struct Collector(Arc<Mutex<Told>>);

#[derive(Default)]
struct Names(BTreeSet<String>, String);

impl Visit for Names {
    fn record_debug(&mut self, field: &Field, value: &dyn std::fmt::Debug) {
        match field.name() {
            "message" => self.1 = format!("{value:?}"),
            name => {
                self.0.insert(name.to_owned());
            }
        }
    }
}

impl Subscriber for Collector {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        true
    }

    fn new_span(&self, _: &Attributes<'_>) -> Id {
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, _: &Record<'_>) {}

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn event(&self, event: &tracing::Event<'_>) {
        let mut names = Names::default();
        event.record(&mut names);
        let metadata = event.metadata();
        let level = metadata.level().to_string().to_lowercase();
        let told = (metadata.target().to_owned(), level, names.0);
        self.0.lock().expect("one thread").insert(names.1, told);
    }

    fn enter(&self, _: &Id) {}

    fn exit(&self, _: &Id) {}
}

/// The table under that heading, whose events have that target.
fn table(heading: &str, target: &str, into: &mut Told) {
    let lines = PAGE.lines().skip_while(|line| *line != heading).skip(1);
    let lines = lines.take_while(|line| !line.starts_with('#'));
    for row in lines.filter(|line| line.starts_with("| `")) {
        let cells: Vec<&str> = row.trim_matches('|').split('|').map(str::trim).collect();
        let fields = cells[2].split(", ").map(str::to_owned).collect();
        let told = (target.to_owned(), cells[1].to_owned(), fields);
        into.insert(cells[0].trim_matches('`').to_owned(), told);
    }
}

#[test]
fn the_page_lists_what_is_told_of_loops_and_peers() {
    let machine = Some(Identity::new(MachineId(3), "tests/Slow"));
    let time = Duration::from_secs(2);
    let collector = Collector::default();
    // With one subscriber only, what another thread comes by first would count as of interest to
    // nobody: tracing then asks that thread's own, which has none.
    let nobody = tracing::subscriber::NoSubscriber::new();
    tracing::subscriber::set_global_default(nobody).expect("nobody else has set one");
    tracing::subscriber::with_default(collector.clone(), || {
        event(&SystemEvent::LoopBlocked {
            number: 1,
            machine,
            message: Some("Work"),
            time,
        });
        event(&SystemEvent::LoopGoesOn {
            number: 1,
            machine,
            time,
        });
        for peer_event in [PeerEvent::Linked, PeerEvent::Lost("silent".to_owned())] {
            event(&SystemEvent::Peer {
                peer: "there".to_owned(),
                event: peer_event,
            });
        }
    });
    let mut written = Told::new();
    table("## Loops", "wink::loop", &mut written);
    table("## Peers", "wink::peer", &mut written);
    assert_eq!(*collector.0.lock().expect("one thread"), written);
}
