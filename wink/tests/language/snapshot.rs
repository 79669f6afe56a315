//! Machines that are saved and restored.

use wink::prelude::*;
use wink::{Instance, Snapshot};

#[machine]
mod recorder {
    #[data]
    #[derive(Debug, Default, Serialize, Deserialize)]
    pub struct Recorder {
        pub entered: u32,
        pub tape: Vec<String>,
    }

    #[messages]
    #[derive(Debug, Serialize, Deserialize)]
    pub enum Message {
        Record,
        Say { text: String },
        Stop,
        Resume,
    }

    #[state(initial)]
    #[defer(Say)]
    #[ignore(Stop)]
    #[receive(Record => recording)]
    #[receive(Resume => history(recording))]
    mod idle {}

    #[state]
    #[receive(Stop => idle)]
    #[ignore(Resume)]
    mod recording {
        #[derive(Serialize, Deserialize)]
        struct Level {
            loud: u32,
        }

        #[entry]
        fn enter(recorder: &mut Recorder) -> Level {
            recorder.entered += 1;
            Level { loud: 0 }
        }
        #[receive(Say)]
        fn say(recorder: &mut Recorder, level: &mut Level, text: String) {
            level.loud += 1;
            recorder.tape.push(format!("{} {text}", level.loud));
        }

        #[state(initial)]
        #[after("10s" => late)]
        #[receive(Record => late)]
        mod early {}
        #[state]
        #[ignore(Record)]
        mod late {}
    }
}

use recorder::{Message, Recorder, State};

fn say(text: &str) -> Message {
    Message::Say {
        text: text.to_owned(),
    }
}

fn at(seconds: u64) -> Time {
    Time::from_nanoseconds(seconds * 1_000_000_000)
}

fn save(recorder: &Instance<Recorder>) -> String {
    serde_json::to_string(&recorder.snapshot().expect("it can be saved")).expect("as text")
}

fn restore(text: &str, now: Time) -> Instance<Recorder> {
    let snapshot: Snapshot<Recorder> = serde_json::from_str(text).expect("it can be read");
    snapshot.restore(now).expect("it can be restored")
}

#[test]
fn data_locals_and_place_come_back_without_entry_functions() {
    let mut recorder = Recorder::default().start();
    let _ = recorder.dispatch(Message::Record);
    let _ = recorder.dispatch(say("one"));
    let mut recorder = restore(&save(&recorder), at(0));
    assert!(recorder.is_in(State::Early));
    let _ = recorder.dispatch(say("two"));
    assert_eq!(recorder.data().tape, ["1 one", "2 two"]);
    assert_eq!(recorder.data().entered, 1);
}

#[test]
fn timers_keep_their_remaining_time() {
    let mut recorder = Recorder::default().start();
    let _ = recorder.dispatch(Message::Record);
    let _ = recorder.advance(at(4));
    let mut recorder = restore(&save(&recorder), at(100));
    let _ = recorder.advance(at(105));
    assert!(recorder.is_in(State::Early));
    let _ = recorder.advance(at(106));
    assert!(recorder.is_in(State::Late));
}

#[test]
fn histories_and_deferred_messages_come_back() {
    let mut recorder = Recorder::default().start();
    let _ = recorder.dispatch(Message::Record);
    let _ = recorder.dispatch(Message::Record);
    let _ = recorder.dispatch(Message::Stop);
    let _ = recorder.dispatch(say("kept"));
    let mut recorder = restore(&save(&recorder), at(0));
    assert!(recorder.is_in(State::Idle));
    let _ = recorder.dispatch(Message::Resume);
    assert!(recorder.is_in(State::Late));
    assert_eq!(recorder.data().tape, ["1 kept"]);
}

#[test]
fn states_are_saved_by_name() {
    let mut recorder = Recorder::default().start();
    let _ = recorder.dispatch(Message::Record);
    let text = save(&recorder);
    assert!(
        text.contains("\"early\"") && text.contains("\"recording\""),
        "{text}"
    );
    let renamed = text.replace("early", "sometime");
    let snapshot: Snapshot<Recorder> = serde_json::from_str(&renamed).expect("still text");
    let error = snapshot.restore(at(0)).expect_err("no such state");
    assert!(error.to_string().contains("sometime"), "{error}");
}
