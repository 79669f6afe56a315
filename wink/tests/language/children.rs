//! News of machines that this one spawned, monitors or is linked with.

use wink::prelude::*;
use wink::{ChildEvent, ExitReason, Identity, MachineId, Signal, Status};

#[machine]
mod parent {
    #[data]
    #[derive(Default)]
    pub struct Parent {
        pub heard: Vec<String>,
        pub deaf: bool,
    }

    #[messages]
    pub enum Message {
        Poke,
    }

    #[child(started)]
    fn started(parent: &mut Parent, child: &Child) {
        parent.heard.push(format!("started {}", child.name()));
    }

    #[state(initial)]
    mod calm {
        #[child(pulsed)]
        fn pulsed(parent: &mut Parent) {
            parent.heard.push("pulsed".to_owned());
        }
        #[child(errored if !parent.deaf => worried)]
        fn errored(parent: &mut Parent, child: &Child, error: &Error) {
            parent
                .heard
                .push(format!("{} errored: {error}", child.name()));
        }
        #[child(exited)]
        #[down]
        fn gone(parent: &mut Parent) {
            parent.heard.push("gone".to_owned());
        }
    }

    #[state]
    mod worried {
        #[down(=> calm)]
        fn down(parent: &mut Parent, down: &Down) {
            parent
                .heard
                .push(format!("{} is down", down.machine().name()));
        }
        #[child(exited => calm)]
        fn exited() {}
    }

    #[receive(Poke)]
    fn poke() {}
}

use parent::{Parent, State};

const WORKER: Child = Child::new(Identity::new(MachineId::new(7), "tests/Worker"));

fn news(event: ChildEvent) -> Signal {
    Signal::Child(WORKER, event)
}

fn heard(signals: impl IntoIterator<Item = Signal>) -> wink::Instance<Parent> {
    let mut parent = Parent::default().start();
    for signal in signals {
        assert!(parent.signal(&signal).is_handled());
    }
    parent
}

fn down() -> Signal {
    Signal::Down(Down::new(WORKER.identity(), ExitReason::Normal, false))
}

#[test]
fn signs_of_life_reach_the_rows_of_their_kind() {
    let parent = heard([
        news(ChildEvent::Started),
        news(ChildEvent::Pulsed),
        news(ChildEvent::Exited(ExitReason::Normal)),
        down(),
    ]);
    assert_eq!(
        parent.data().heard,
        ["started tests/Worker", "pulsed", "gone", "gone"]
    );
}

#[test]
fn an_error_is_handed_to_its_row() {
    let mut parent = heard([news(ChildEvent::Errored(Error::raised("it hurts")))]);
    assert!(parent.is_in(State::Worried));
    assert_eq!(parent.data().heard, ["tests/Worker errored: it hurts"]);
    assert!(parent.signal(&down()).changed());
    assert_eq!(parent.data().heard[1..], ["tests/Worker is down"]);
    assert!(parent.is_in(State::Calm));
}

#[test]
fn an_error_that_no_row_takes_becomes_the_parent_s() {
    let mut parent = Parent {
        deaf: true,
        ..Parent::default()
    }
    .start();
    let outcome = parent.signal(&news(ChildEvent::Errored(Error::raised("it hurts"))));
    assert!(!outcome.is_handled());
    assert_eq!(parent.status(), Status::Errored);
    let reason = parent.exit_reason().expect("it has ended");
    let error = reason.error().expect("it has errored");
    assert_eq!(error.root_cause().to_string(), "it hurts");
}

#[test]
fn a_sign_of_life_that_no_row_takes_is_nothing() {
    let mut parent = Parent::default().start();
    let _ = parent.signal(&news(ChildEvent::Errored(Error::raised("it hurts"))));
    let outcome = parent.signal(&news(ChildEvent::Pulsed));
    assert!(!outcome.is_handled() && !outcome.changed());
    assert_eq!(parent.status(), Status::Running);
}
