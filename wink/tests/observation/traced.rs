//! What is told to `tracing` is what the page says.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, Once};

use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};

use super::machines::{Message, Till, alone, eventful_hour, pass, quiet};
use super::page::table;
use wink::prelude::*;

/// One event or span: its level, its fields with their values, how many spans are around it.
#[derive(Clone, Debug)]
struct Told {
    target: String,
    level: String,
    values: BTreeMap<String, String>,
    depth: usize,
}

#[derive(Clone, Default)]
struct Collector {
    told: Arc<Mutex<Vec<(String, Told)>>>,
    inside: Arc<Mutex<Vec<u64>>>,
    next: Arc<AtomicU64>,
}

impl Collector {
    /// Is told everything that the work tells on this thread.
    fn listen(&self, work: impl FnOnce()) {
        // While there is one subscriber only, what another thread comes by first would count as
        // of interest to nobody: tracing then asks that thread's own, which has none.
        static SECOND: Once = Once::new();
        SECOND.call_once(|| {
            let nobody = tracing::subscriber::NoSubscriber::new();
            tracing::subscriber::set_global_default(nobody).expect("nobody else has set one");
        });
        tracing::subscriber::with_default(self.clone(), work);
    }

    fn keep(&self, name: String, metadata: &Metadata<'_>, values: Values) {
        let told = Told {
            target: metadata.target().to_owned(),
            level: metadata.level().to_string().to_lowercase(),
            values: values.0,
            depth: self.inside.lock().unwrap().len(),
        };
        self.told.lock().unwrap().push((name, told));
    }

    fn of(&self, name: &str) -> Vec<Told> {
        let told = self.told.lock().unwrap();
        let own = told.iter().filter(|(other, _)| other == name);
        own.map(|(_, told)| told.clone()).collect()
    }
}

#[derive(Default)]
struct Values(BTreeMap<String, String>);

impl Visit for Values {
    fn record_debug(&mut self, field: &Field, value: &dyn std::fmt::Debug) {
        self.0.insert(field.name().to_owned(), format!("{value:?}"));
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.0.insert(field.name().to_owned(), value.to_owned());
    }
}

impl Subscriber for Collector {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.target().starts_with("wink::") || metadata.target() == "shop"
    }

    fn new_span(&self, span: &Attributes<'_>) -> Id {
        let mut values = Values::default();
        span.record(&mut values);
        self.keep(span.metadata().name().to_owned(), span.metadata(), values);
        Id::from_u64(self.next.fetch_add(1, Ordering::Relaxed) + 1)
    }

    fn record(&self, _: &Id, _: &Record<'_>) {}

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn event(&self, event: &Event<'_>) {
        let mut values = Values::default();
        event.record(&mut values);
        let name = values.0.remove("message").unwrap_or_default();
        self.keep(name, event.metadata(), values);
    }

    fn enter(&self, span: &Id) {
        self.inside.lock().unwrap().push(span.into_u64());
    }

    fn exit(&self, span: &Id) {
        let left = self.inside.lock().unwrap().pop();
        assert_eq!(left, Some(span.into_u64()), "spans are left in order");
    }
}

/// Everything that was told, compared with a table of the page.
fn compare(collector: &Collector, heading: &str, target: &str) {
    let told = collector.told.lock().unwrap();
    let mut found: BTreeMap<String, (String, BTreeSet<String>)> = BTreeMap::new();
    for (name, told) in told.iter().filter(|(_, told)| told.target == target) {
        let entry = found.entry(name.clone()).or_default();
        entry.0.clone_from(&told.level);
        entry.1.extend(told.values.keys().cloned());
    }
    let written: BTreeMap<_, _> = table(heading)
        .into_iter()
        .map(|(name, cells)| {
            let fields = cells[1].split(", ").map(str::to_owned).collect();
            (name, (cells[0].clone(), fields))
        })
        .collect();
    assert_eq!(found, written, "{heading}");
}

#[test]
fn the_page_lists_what_is_traced() {
    let collector = Collector::default();
    collector.listen(|| {
        alone(async { eventful_hour(quiet().build()).await });
    });
    compare(&collector, "## Events", "wink::machine");
    compare(&collector, "## Steps", "wink::step");
    assert!(
        collector.inside.lock().unwrap().is_empty(),
        "all spans are left"
    );
}

#[test]
fn values_say_who_and_what() {
    let collector = Collector::default();
    collector.listen(|| {
        alone(async { eventful_hour(quiet().build()).await });
    });
    let errored = &collector.of("errored")[0].values;
    assert_eq!(errored["machine"], "tests/Till");
    assert_eq!(errored["machine_id"], "1");
    assert_eq!(errored["spawner"], "wink/Supervisor#2");
    assert_eq!(errored["error"], "the drawer is stuck");
    let poison = &collector.of("poison")[0].values;
    assert_eq!((&*poison["received"], &*poison["failures"]), ("Break", "2"));
    let stepped = collector.of("stepped");
    let opened = stepped
        .iter()
        .find(|step| step.values["received"] == "Open");
    let opened = &opened.expect("it was opened").values;
    assert_eq!((&*opened["from"], &*opened["to"]), ("closed", "open"));
    let waited = stepped
        .iter()
        .find(|step| step.values["received"] == "Count");
    assert_eq!(waited.unwrap().values["took_ns"], "3000000000");
}

/// Traces by itself.
#[machine(name = "tests/Chatty")]
pub mod chatty {
    #[data]
    pub struct Chatty;

    #[messages]
    pub enum Message {
        Now,
        Later,
    }

    #[receive(Now)]
    fn now() {
        tracing::info!(target: "shop", "now");
    }

    #[receive(Later)]
    async fn later() {
        tokio::time::sleep(Duration::from_secs(1)).await;
        tracing::info!(target: "shop", "later");
    }
}

#[test]
fn what_a_step_traces_is_inside_its_span() {
    let collector = Collector::default();
    collector.listen(|| {
        alone(async {
            let system = quiet().build();
            let chatty = system.spawn(chatty::Chatty);
            let till = system.spawn(Till::default());
            chatty.send(chatty::Message::Now).await.unwrap();
            chatty.send(chatty::Message::Later).await.unwrap();
            till.send(Message::Snap).await.unwrap();
            pass(Duration::from_secs(2)).await;
            assert!(till.closed().await.is_failure());
            tracing::info!(target: "shop", "outside");
        });
    });
    assert_eq!(collector.of("now")[0].depth, 1);
    assert_eq!(collector.of("later")[0].depth, 1);
    assert_eq!(collector.of("outside")[0].depth, 0);
}
