//! Timers that a machine sets itself: once, again and again, for a time of the calendar.

use std::time::SystemTime;

use serde_json::json;
use wink::prelude::*;
use wink::{Effect, Instance, RestoreError, SaveError, Snapshot};

#[machine]
mod watch {
    use std::time::SystemTime;

    #[data]
    #[derive(Debug, Default, Serialize, Deserialize)]
    pub struct Watch {
        pub heard: Vec<String>,
    }

    #[messages]
    #[derive(Debug, Clone, Serialize, Deserialize)]
    pub enum Message {
        Beat { name: String },
        Every { name: String, period: Duration },
        After { name: String, delay: Duration },
        At { name: String, at: SystemTime },
        Cancel { name: String },
        Look,
    }

    #[receive(Beat)]
    fn beat(watch: &mut Watch, cx: &mut Context, name: String) {
        let passed = cx.now().since(Time::ZERO).as_millis();
        watch.heard.push(format!("{name} {passed}"));
    }

    #[receive(Every)]
    fn every(cx: &mut Context, name: String, period: Duration) {
        cx.every(name.clone(), period, Message::Beat { name });
    }

    #[receive(After)]
    fn after(cx: &mut Context, name: String, delay: Duration) {
        cx.set_timer(name.clone(), delay, Message::Beat { name });
    }

    #[receive(At)]
    fn at(cx: &mut Context, name: String, at: SystemTime) {
        cx.set_timer_at(name.clone(), at, Message::Beat { name });
    }

    #[receive(Cancel)]
    fn cancel(watch: &mut Watch, cx: &mut Context, name: String) {
        let was_set = cx.cancel_timer(&name);
        watch.heard.push(format!("{name}: {was_set}"));
    }

    #[receive(Look)]
    fn look(watch: &mut Watch, cx: &mut Context) {
        let since = cx.calendar().duration_since(SystemTime::UNIX_EPOCH);
        watch
            .heard
            .push(format!("1970 and {:?}", since.unwrap_or_default()));
    }

    #[state(initial)]
    mod on {}
}

use watch::{Message, Watch};

fn milliseconds(count: u64) -> Duration {
    Duration::from_millis(count)
}

fn at(count: u64) -> Time {
    Time::ZERO + milliseconds(count)
}

fn date(seconds: u64) -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_secs(seconds)
}

fn every(watch: &mut Instance<Watch>, name: &str, period: u64) {
    let (name, period) = (name.to_owned(), milliseconds(period));
    let _ = watch.dispatch(Message::Every { name, period });
}

fn set_at(watch: &mut Instance<Watch>, name: &str, at: SystemTime) {
    let name = name.to_owned();
    let _ = watch.dispatch(Message::At { name, at });
}

fn cancel(watch: &mut Instance<Watch>, name: &str) {
    let name = name.to_owned();
    let _ = watch.dispatch(Message::Cancel { name });
}

fn heard(watch: &mut Instance<Watch>) -> Vec<String> {
    std::mem::take(&mut watch.data_mut().heard)
}

#[test]
fn a_repeated_timer_fires_at_its_own_times_in_one_go_or_in_pieces() {
    let mut at_once = Watch::default().start();
    let _ = at_once.advance(at(5));
    every(&mut at_once, "beat", 10);
    let _ = at_once.advance(at(47));
    assert_eq!(
        heard(&mut at_once),
        ["beat 15", "beat 25", "beat 35", "beat 45"]
    );
    let mut in_pieces = Watch::default().start();
    let _ = in_pieces.advance(at(5));
    every(&mut in_pieces, "beat", 10);
    for now in 6..=47 {
        let _ = in_pieces.advance(at(now));
    }
    assert_eq!(heard(&mut in_pieces).len(), 4);
    assert_eq!(in_pieces.next_deadline(), at_once.next_deadline());
}

#[test]
fn a_name_has_one_timer_whatever_its_kind() {
    let mut watch = Watch::default().start();
    every(&mut watch, "a", 10);
    every(&mut watch, "a", 7);
    let _ = watch.advance(at(8));
    assert_eq!(heard(&mut watch), ["a 7"]);
    let (name, delay) = ("a".to_owned(), milliseconds(1));
    let _ = watch.dispatch(Message::After { name, delay });
    let _ = watch.advance(at(100));
    assert_eq!(heard(&mut watch), ["a 9"], "once, and not again");
    every(&mut watch, "a", 10);
    set_at(&mut watch, "a", date(7));
    assert_eq!(watch.next_deadline(), None);
    assert_eq!(watch.next_calendar(), Some(date(7)));
    cancel(&mut watch, "a");
    cancel(&mut watch, "a");
    assert_eq!(heard(&mut watch), ["a: true", "a: false"]);
    assert_eq!(watch.next_calendar(), None);
}

#[test]
fn repeated_timers_can_be_cancelled_between_two_beats() {
    let mut watch = Watch::default().start();
    every(&mut watch, "a", 10);
    every(&mut watch, "b", 4);
    let _ = watch.advance(at(12));
    cancel(&mut watch, "b");
    let _ = watch.advance(at(24));
    assert_eq!(
        heard(&mut watch),
        ["b 4", "b 8", "a 10", "b 12", "b: true", "a 20"]
    );
}

#[test]
fn a_period_of_nothing_is_a_millisecond() {
    let mut watch = Watch::default().start();
    every(&mut watch, "a", 0);
    let _ = watch.advance(at(3));
    assert_eq!(heard(&mut watch), ["a 1", "a 2", "a 3"]);
}

#[test]
fn a_calendar_time_comes_when_the_machine_is_told() {
    let mut watch = Watch::default().start();
    set_at(&mut watch, "later", date(2_000));
    set_at(&mut watch, "soon", date(1_000));
    set_at(&mut watch, "too", date(1_000));
    set_at(
        &mut watch,
        "long ago",
        SystemTime::UNIX_EPOCH - milliseconds(1),
    );
    let _ = watch.advance(at(50));
    assert_eq!(heard(&mut watch), [""; 0], "only the calendar says so");
    watch.tell_calendar(date(999));
    let _ = watch.advance(at(51));
    assert_eq!(heard(&mut watch), ["long ago 50"]);
    watch.tell_calendar(date(1_500));
    let _ = watch.advance(at(60));
    assert_eq!(heard(&mut watch), ["soon 51", "too 51"], "in order");
    watch.tell_calendar(date(10));
    let _ = watch.advance(at(70));
    assert_eq!(heard(&mut watch), [""; 0], "the calendar was set back");
    watch.tell_calendar(date(2_000));
    let _ = watch.advance(at(70));
    assert_eq!(heard(&mut watch), ["later 70"]);
}

#[test]
fn the_calendar_goes_on_from_where_it_was_told() {
    let mut watch = Watch::default().start();
    let _ = watch.advance(at(2_000));
    let _ = watch.dispatch(Message::Look);
    assert_eq!(heard(&mut watch), ["1970 and 2s"], "nobody said");
    watch.tell_calendar(date(1_000));
    let _ = watch.advance(at(5_000));
    let _ = watch.dispatch(Message::Look);
    assert_eq!(heard(&mut watch), ["1970 and 1003s"]);
}

#[test]
fn snapshots_keep_what_repeats_and_what_the_calendar_says() {
    let mut watch = Watch::default().start();
    every(&mut watch, "beat", 10);
    set_at(&mut watch, "date", date(1_000));
    let _ = watch.advance(at(14));
    assert_eq!(heard(&mut watch), ["beat 10"]);
    let saved = serde_json::to_value(watch.snapshot().unwrap()).unwrap();
    assert_eq!(
        saved["timers"],
        json!([
            {
                "nanoseconds_left": 6_000_000,
                "alarm": { "every": {
                    "name": "beat",
                    "message": { "Beat": { "name": "beat" } },
                    "period_nanoseconds": 10_000_000,
                } },
            },
            {
                "nanoseconds_left": 0,
                "unix_nanoseconds": 1_000_000_000_000_u64,
                "alarm": { "named": {
                    "name": "date",
                    "message": { "Beat": { "name": "date" } },
                } },
            },
        ])
    );
    let snapshot: Snapshot<Watch> = serde_json::from_value(saved).unwrap();
    let mut watch = snapshot.restore(at(100)).unwrap();
    let _ = watch.advance(at(126));
    assert_eq!(heard(&mut watch), ["beat 106", "beat 116", "beat 126"]);
    watch.tell_calendar(date(1_000));
    let _ = watch.advance(at(126));
    assert_eq!(heard(&mut watch), ["date 126"]);
}

#[machine]
mod pager {
    #[data]
    #[derive(Debug, Serialize, Deserialize)]
    pub struct Pager;

    #[messages]
    #[derive(Debug, Serialize, Deserialize)]
    pub enum Message {
        Page,
    }

    #[receive(Page)]
    fn page() {}

    #[state(initial)]
    mod on {}
}

#[test]
fn a_snapshot_cannot_repeat_a_message_that_is_not_clone() {
    let pager = pager::Pager.start();
    let mut saved = serde_json::to_value(pager.snapshot().unwrap()).unwrap();
    saved["timers"] = json!([{
        "nanoseconds_left": 1,
        "alarm": { "every": { "name": "page", "message": "Page", "period_nanoseconds": 5 } },
    }]);
    let snapshot: Snapshot<pager::Pager> = serde_json::from_value(saved).unwrap();
    let error = snapshot.restore(at(0)).err().unwrap();
    let timer = "page".to_owned();
    assert_eq!(error, RestoreError::NotRepeatable { timer });
}

#[test]
fn what_is_sent_in_advance_can_be_cancelled() {
    let mut sender = sender::Sender { sent: Vec::new() }.start();
    let _ = sender.dispatch(sender::Message::Send);
    let _ = sender.dispatch(sender::Message::Cancel { number: 1 });
    let _ = sender.dispatch(sender::Message::Cancel { number: 1 });
    let _ = sender.advance(at(35));
    sender.tell_calendar(date(5));
    let _ = sender.advance(at(35));
    let mut effects = Vec::new();
    while let Some(effect) = sender.poll_effect() {
        match effect {
            Effect::Log(line) => effects.push(line.into_owned()),
            Effect::Send(mail) => effects.push(format!("to {}", mail.to())),
            other => panic!("{other:?}"),
        }
    }
    let to = "to wink/Sender#0";
    assert_eq!(
        effects,
        [
            "true", "false", // the second of the two was cancelled, once
            to, to, to, to, to, // after 10, then each 10 and 20 and 30; and the calendar's
        ]
    );
    assert_eq!(sender.snapshot().err(), Some(SaveError::Mail));
}

#[machine]
mod sender {
    use std::time::SystemTime;
    use wink::TimerId;

    #[data]
    #[derive(Debug, Serialize, Deserialize)]
    pub struct Sender {
        #[serde(skip)]
        pub sent: Vec<TimerId>,
    }

    #[messages]
    #[derive(Debug, Clone, Serialize, Deserialize)]
    pub enum Message {
        Send,
        Cancel { number: usize },
    }

    #[receive(Send)]
    fn send(sender: &mut Sender, cx: &mut Context) {
        let own = cx.address();
        let at = SystemTime::UNIX_EPOCH + Duration::from_secs(5);
        sender.sent = vec![
            cx.send_after(&own, Duration::from_millis(10), Message::Send),
            cx.send_after(&own, Duration::from_millis(20), Message::Send),
            cx.send_every(&own, Duration::from_millis(10), Message::Send),
            cx.send_at(&own, at, Message::Send),
        ];
    }

    #[receive(Cancel)]
    fn cancel(sender: &mut Sender, cx: &mut Context, number: usize) {
        let was_set = cx.cancel(sender.sent[number]);
        cx.log(was_set.to_string());
    }

    #[state(initial)]
    mod on {}
}
