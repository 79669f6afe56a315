//! Final states, and what their parents do about them.

use wink::prelude::*;
use wink::{ExitReason, Status};

#[machine]
mod job {
    #[data]
    #[derive(Default)]
    pub struct Job {
        pub ran: Vec<&'static str>,
        pub redo: bool,
    }

    #[messages]
    pub enum Message {
        Step,
        Skip,
    }

    #[exit]
    fn end(job: &mut Job) {
        job.ran.push("-job");
    }

    #[state(initial)]
    #[ignore(Skip)]
    mod working {
        #[done(if job.redo => first)]
        fn again(job: &mut Job) {
            job.redo = false;
            job.ran.push("again");
        }
        #[done(=> finished)]
        fn complete(job: &mut Job) {
            job.ran.push("complete");
        }
        #[exit]
        fn leave(job: &mut Job) {
            job.ran.push("-working");
        }

        #[state(initial)]
        #[receive(Step => second)]
        #[receive(Skip => over)]
        mod first {}
        #[state]
        #[receive(Step => over)]
        mod second {}
        #[state(final)]
        mod over {
            #[entry]
            fn enter(job: &mut Job) {
                job.ran.push("+over");
            }
            #[exit]
            fn leave(job: &mut Job) {
                job.ran.push("-over");
            }
        }
    }

    #[state]
    #[receive(Step => gone)]
    #[ignore(Skip)]
    mod finished {}

    #[state(final)]
    mod gone {
        #[entry]
        fn enter(job: &mut Job) {
            job.ran.push("+gone");
        }
        #[exit]
        fn leave(job: &mut Job) {
            job.ran.push("-gone");
        }
    }
}

use job::{Job, Message, State};

#[test]
fn a_final_child_completes_its_parent() {
    let mut job = Job::default().start();
    let _ = job.dispatch(Message::Step);
    let _ = job.dispatch(Message::Step);
    assert!(job.is_in(State::Finished));
    assert_eq!(job.data().ran, ["+over", "-over", "-working", "complete"]);
}

#[test]
fn done_rows_have_guards_and_order() {
    let mut job = Job {
        redo: true,
        ..Job::default()
    }
    .start();
    let _ = job.dispatch(Message::Skip);
    assert!(
        job.is_in(State::First),
        "inside its source: the source is not left"
    );
    assert_eq!(job.data().ran, ["+over", "-over", "again"]);
}

#[test]
fn a_final_child_of_the_machine_ends_it() {
    let mut job = Job::default().start();
    for _ in 0..3 {
        let _ = job.dispatch(Message::Step);
    }
    assert_eq!(job.status(), Status::Exited);
    assert_eq!(job.exit_reason(), Some(ExitReason::Normal));
    assert_eq!(job.data().ran[4..], ["+gone", "-gone", "-job"]);
    assert_eq!(
        job.dispatch(Message::Step).received(),
        wink::Received::Ended
    );
}
