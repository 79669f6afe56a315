//! A machine as data and back.

use crate::asynchronous::{Slow, finish};
use crate::machines::courier::{self, Courier};
use crate::machines::lamp::{self, Lamp};
use crate::machines::lobby::{self, Lobby};
use crate::machines::turnstile::{self, Turnstile};
use core::time::Duration;
use serde_json::{Value, json};
use wink_runtime::{Instance, Record, RestoreError, SaveError, Snapshot, Start, Status, Time};

fn at(seconds: u64) -> Time {
    Time::ZERO + Duration::from_secs(seconds)
}

fn saved_gate() -> Value {
    let mut gate = Turnstile::default().start();
    let _ = gate.dispatch(turnstile::Message::Coin { value: 2 });
    let _ = gate.advance(at(2));
    serde_json::to_value(gate.snapshot().expect("it runs")).expect("it can be written")
}

fn restore_gate(saved: Value) -> Result<Instance<Turnstile>, RestoreError> {
    let snapshot: Snapshot<Turnstile> = serde_json::from_value(saved).expect("it can be read");
    snapshot.restore(at(1_000))
}

#[test]
fn a_snapshot_speaks_in_names() {
    let mut saved = saved_gate();
    let chart = saved["chart"].take();
    assert_eq!(chart.as_str().map(str::len), Some(16));
    assert_eq!(
        saved,
        json!({
            "machine": "samples/Turnstile",
            "version": "0.1.0",
            "chart": null,
            "states": ["unlocked"],
            "data": { "coins": 2 },
            "locals": null,
            "timers": [{
                "nanoseconds_left": 3_000_000_000_u64,
                "alarm": { "after": { "state": "unlocked", "number": 0 } },
            }],
        })
    );
}

#[test]
fn timers_keep_the_time_that_they_had_left() {
    let mut gate = restore_gate(saved_gate()).expect("the same chart");
    assert_eq!(gate.status(), Status::Running);
    assert_eq!(gate.configuration(), ["unlocked"]);
    assert_eq!(gate.data().coins, 2);
    assert_eq!(gate.next_deadline(), Some(at(1_003)));
    let _ = gate.advance(at(1_003));
    assert_eq!(gate.configuration(), ["locked"]);
}

#[test]
fn another_machine_version_or_chart_is_refused() {
    let change = |key: &str, value: &str| {
        let mut saved = saved_gate();
        saved[key] = json!(value);
        restore_gate(saved).expect_err("it is another").to_string()
    };
    assert_eq!(
        change("machine", "samples/Door"),
        "the snapshot cannot be restored: it is of the machine samples/Door, and this is \
         samples/Turnstile"
    );
    assert_eq!(
        change("version", "0.0.9"),
        "the snapshot cannot be restored: it is of samples/Turnstile version 0.0.9, and this is \
         0.1.0"
    );
    let error = change("chart", "0123456789abcdef");
    assert!(
        error.contains("has other states, rows or messages"),
        "{error}"
    );
}

#[test]
fn a_program_may_say_that_a_snapshot_is_of_its_version() {
    let mut saved = saved_gate();
    saved["version"] = json!("0.0.9");
    saved["chart"] = json!("0123456789abcdef");
    let snapshot: Snapshot<Turnstile> = serde_json::from_value(saved).expect("it can be read");
    assert_eq!(snapshot.version(), "0.0.9");
    assert_eq!(snapshot.states(), ["unlocked"]);
    let gate = snapshot
        .for_this_version()
        .restore(Time::ZERO)
        .expect("its names are known");
    assert_eq!(gate.configuration(), ["unlocked"]);
}

#[test]
fn impossible_states_are_refused() {
    let refused = |states: Value| {
        let mut saved = saved_gate();
        saved["states"] = states;
        restore_gate(saved).expect_err("it cannot be")
    };
    assert_eq!(
        refused(json!(["open"])),
        RestoreError::UnknownState {
            state: "open".into()
        }
    );
    assert_eq!(refused(json!([])), RestoreError::NoState);
    assert_eq!(
        refused(json!(["turnstile"])),
        RestoreError::NotResting {
            state: "turnstile".into()
        }
    );
    assert_eq!(
        refused(json!(["unlocked", "locked"])),
        RestoreError::TwoActive {
            parent: "turnstile".into(),
            first: "locked".into(),
            second: "unlocked".into()
        }
    );
    assert_eq!(
        refused(json!(["locked"])),
        RestoreError::Inactive {
            state: "unlocked".into()
        },
        "the timer is left over"
    );
}

#[test]
fn an_impossible_timer_is_refused() {
    let mut saved = saved_gate();
    saved["timers"][0]["alarm"]["after"]["number"] = json!(1);
    let error = restore_gate(saved).expect_err("there is one");
    assert_eq!(
        error,
        RestoreError::UnknownTimer {
            state: "unlocked".into(),
            number: 1
        }
    );
}

#[test]
fn what_waits_is_saved_and_no_entry_runs_again() {
    use courier::Message;
    let mut courier = Courier::default().start();
    for number in [1, 2, 3] {
        let _ = courier.dispatch(Message::Job { number });
    }
    let _ = courier.dispatch(Message::Later);
    let text = serde_json::to_string(&courier.snapshot().expect("it runs")).expect("text");
    drop(courier);

    let snapshot: Snapshot<Courier> = serde_json::from_str(&text).expect("it can be read");
    let mut courier = snapshot.restore(at(50)).expect("the same chart");
    assert_eq!(courier.configuration(), ["busy"]);
    let mut records: Vec<Record> = Vec::new();
    let _ = courier.advance_with(at(52), &mut records);
    assert_eq!(courier.data().jobs, [1, 2]);
    let again = serde_json::to_value(courier.snapshot().expect("it runs")).expect("a value");
    assert_eq!(again["deferred"], json!([{ "Job": { "number": 3 } }]));
}

#[test]
fn regions_and_histories_are_saved() {
    let saved = json!({
        "machine": "tests/Lobby",
        "version": "0.1.0",
        "chart": "0123456789abcdef",
        "states": ["bright", "cold"],
        "histories": [{ "of": "open", "deep": true, "states": ["dim", "warm"] }],
        "data": null,
        "locals": null,
    });
    let read = |saved: &Value| -> Snapshot<Lobby> {
        serde_json::from_value::<Snapshot<Lobby>>(saved.clone())
            .expect("it can be read")
            .for_this_version()
    };
    let lobby = read(&saved)
        .restore(Time::ZERO)
        .expect("it is a configuration");
    assert_eq!(lobby.configuration(), ["bright", "cold"]);
    assert!(lobby.is_in(lobby::State::Open));
    let again = serde_json::to_value(lobby.snapshot().expect("it runs")).expect("a value");
    assert_eq!(again["states"], saved["states"]);
    assert_eq!(again["histories"], saved["histories"]);

    let refused = |key: &str, value: Value| {
        let mut saved = saved.clone();
        saved[key] = value;
        read(&saved).restore(Time::ZERO).expect_err("it cannot be")
    };
    assert_eq!(
        refused("states", json!(["bright"])),
        RestoreError::RegionMissing {
            parallel: "open".into(),
            region: "heat".into()
        }
    );
    assert_eq!(
        refused("states", json!(["bright", "cold", "closed"])),
        RestoreError::TwoActive {
            parent: "lobby".into(),
            first: "open".into(),
            second: "closed".into()
        }
    );
    assert_eq!(
        refused(
            "histories",
            json!([{ "of": "open", "deep": false, "states": ["light"] }])
        ),
        RestoreError::History { of: "open".into() }
    );
    assert_eq!(
        refused(
            "histories",
            json!([{ "of": "open", "deep": true, "states": ["dim"] }])
        ),
        RestoreError::RegionMissing {
            parallel: "open".into(),
            region: "heat".into()
        }
    );
}

#[test]
fn what_would_be_lost_is_not_saved() {
    let mut gate = Turnstile::default().start();
    let _ = gate.dispatch(turnstile::Message::Push);
    assert_eq!(gate.snapshot().err(), Some(SaveError::Effects));
    assert!(gate.poll_effect().is_some());
    assert!(gate.snapshot().is_ok());
    let _ = gate.stop();
    assert_eq!(
        gate.snapshot().err(),
        Some(SaveError::NotRunning(Status::Exited))
    );
}

#[test]
fn what_active_states_remember_is_saved() {
    let (mut lamp, _) = finish(
        Lamp {
            relay: Slow::default(),
        }
        .start_async(),
    );
    let _ = finish(lamp.dispatch_async(lamp::Message::Toggle));
    let _ = finish(lamp.dispatch_async(lamp::Message::Blink));
    let mut saved = serde_json::to_value(lamp.snapshot().expect("it runs")).expect("a value");
    assert_eq!(saved["locals"], json!({ "s2": 1 }));

    let read = |saved: &Value| -> Snapshot<Lamp<Slow>> {
        serde_json::from_value(saved.clone()).expect("it can be read")
    };
    let lamp = read(&saved).restore(Time::ZERO).expect("the same chart");
    assert_eq!(
        lamp.data().relay.0,
        [true, false, true],
        "no entry function has run"
    );

    saved["locals"] = json!({});
    let error = read(&saved).restore(Time::ZERO).err();
    assert_eq!(error, Some(RestoreError::NoLocal { state: "on".into() }));
}
