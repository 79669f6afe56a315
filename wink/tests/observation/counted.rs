//! What is counted is what the page says.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use metrics::{
    Counter, CounterFn, Gauge, GaugeFn, Histogram, HistogramFn, Key, KeyName, Metadata, Recorder,
    SharedString, Unit, with_local_recorder,
};

use super::machines::{alone, eventful_hour, quiet};
use super::page::table;

/// What one meter has: its kind, what it counts by, and what it has been told in all.
#[derive(Default)]
struct Meter {
    kind: &'static str,
    label: String,
    sum: AtomicU64,
    times: AtomicU64,
}

impl CounterFn for Meter {
    fn increment(&self, value: u64) {
        self.sum.fetch_add(value, Ordering::Relaxed);
    }

    fn absolute(&self, value: u64) {
        self.sum.store(value, Ordering::Relaxed);
    }
}

impl GaugeFn for Meter {
    fn increment(&self, _: f64) {}

    fn decrement(&self, _: f64) {}

    fn set(&self, _: f64) {
        self.times.fetch_add(1, Ordering::Relaxed);
    }
}

impl HistogramFn for Meter {
    fn record(&self, value: f64) {
        self.times.fetch_add(1, Ordering::Relaxed);
        if value >= 3.0 {
            self.sum.fetch_add(1, Ordering::Relaxed);
        }
    }
}

#[derive(Default)]
struct Meters {
    all: Mutex<BTreeMap<(String, String), Arc<Meter>>>,
}

impl Meters {
    fn meter(&self, key: &Key, kind: &'static str) -> Arc<Meter> {
        let label = key.labels().next().expect("a label");
        let name = (key.name().to_owned(), label.value().to_owned());
        let meter = Meter {
            kind,
            label: label.key().to_owned(),
            ..Meter::default()
        };
        let mut all = self.all.lock().unwrap();
        all.entry(name).or_insert_with(|| Arc::new(meter)).clone()
    }

    fn get(&self, name: &str, label: &str) -> Arc<Meter> {
        let all = self.all.lock().unwrap();
        all[&(name.to_owned(), label.to_owned())].clone()
    }

    fn sum(&self, name: &str, label: &str) -> u64 {
        self.get(name, label).sum.load(Ordering::Relaxed)
    }
}

impl Recorder for Meters {
    fn describe_counter(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}

    fn describe_gauge(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}

    fn describe_histogram(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}

    fn register_counter(&self, key: &Key, _: &Metadata<'_>) -> Counter {
        Counter::from_arc(self.meter(key, "counter"))
    }

    fn register_gauge(&self, key: &Key, _: &Metadata<'_>) -> Gauge {
        Gauge::from_arc(self.meter(key, "gauge"))
    }

    fn register_histogram(&self, key: &Key, _: &Metadata<'_>) -> Histogram {
        Histogram::from_arc(self.meter(key, "histogram"))
    }
}

#[test]
fn the_page_lists_what_is_counted() {
    let meters = Meters::default();
    with_local_recorder(&meters, || {
        alone(async { eventful_hour(quiet().metrics().build()).await });
    });
    let mut found = BTreeMap::new();
    for ((name, _), meter) in meters.all.lock().unwrap().iter() {
        found.insert(name.clone(), (meter.kind.to_owned(), meter.label.clone()));
    }
    let written: BTreeMap<_, _> = table("## Meters")
        .into_iter()
        .map(|(name, cells)| (name, (cells[0].clone(), cells[1].clone())))
        .collect();
    assert_eq!(found, written);
}

#[test]
fn everything_is_counted_once() {
    let meters = Meters::default();
    with_local_recorder(&meters, || {
        alone(async { eventful_hour(quiet().metrics().build()).await });
    });
    let sum = |name| meters.sum(name, "tests/Till");
    assert_eq!(sum("wink_started_total"), 5, "three tills, two restarts");
    assert_eq!(sum("wink_restarts_total"), 2);
    assert_eq!(sum("wink_exited_total"), 3);
    assert_eq!(sum("wink_errors_total"), 3, "two breaks, a deadlock");
    assert_eq!(sum("wink_poison_total"), 1);
    assert!(sum("wink_full_total") >= 1);
    assert!(sum("wink_blocked_total") >= 2);
    assert!(sum("wink_undelivered_total") >= 5);
    let steps = meters.get("wink_step_seconds", "tests/Till");
    assert_eq!(steps.times.load(Ordering::Relaxed), sum("wink_steps_total"));
    assert_eq!(
        steps.sum.load(Ordering::Relaxed),
        1,
        "one took three seconds"
    );
    assert!(sum("wink_mail_total") < sum("wink_steps_total"));
    let gauge = meters.get("wink_queued_messages", "0");
    assert!(gauge.times.load(Ordering::Relaxed) > 0);
}

#[test]
fn nothing_is_counted_unless_it_is_asked_for() {
    let meters = Meters::default();
    with_local_recorder(&meters, || {
        alone(async { eventful_hour(quiet().build()).await });
    });
    assert!(meters.all.lock().unwrap().is_empty());
}
