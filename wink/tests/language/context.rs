//! What functions can ask for, and what they are told about where the machine is.

use wink::prelude::*;
use wink::{Effect, ExitReason, Status};

#[machine]
mod walker {
    #[data]
    #[derive(Default)]
    pub struct Walker {
        pub seen: Vec<String>,
    }

    #[messages]
    #[derive(Debug, PartialEq)]
    pub enum Message {
        Go,
        Raise,
        Raised { number: u32 },
        Exit,
        Error,
    }

    #[state(initial)]
    mod house {
        #[exit]
        fn leave(walker: &mut Walker, cx: &mut Context) {
            walker.look("exit house", cx);
        }

        #[state(initial)]
        mod room {
            #[exit]
            fn leave(walker: &mut Walker, cx: &mut Context) {
                walker.look("exit room", cx);
            }
            #[receive(Go => path)]
            fn go(walker: &mut Walker, cx: &mut Context) {
                walker.look("go", cx);
            }
        }
        #[receive(Raise)]
        fn raise(cx: &mut Context) {
            cx.raise(Message::Raised { number: 1 });
            cx.raise(Message::Raised { number: 2 });
            cx.log("raised two");
        }
        #[receive(Raised if number == 1)]
        fn first(walker: &mut Walker, cx: &mut Context, number: u32) {
            walker.seen.push(format!("raised {number}"));
            cx.raise(Message::Raised { number: 3 });
        }
        #[receive(Raised)]
        fn raised(walker: &mut Walker, number: u32) {
            walker.seen.push(format!("raised {number}"));
        }
        #[receive(Exit => path)]
        fn exit(cx: &mut Context) {
            cx.exit();
            cx.raise(Message::Go);
        }
        #[receive(Error => path)]
        fn error(cx: &mut Context) {
            cx.error("it hurts");
        }
    }

    #[state]
    #[ignore(_)]
    mod garden {
        #[state(initial)]
        mod path {
            #[entry]
            fn enter(walker: &mut Walker, cx: &mut Context) {
                walker.look("entry path", cx);
            }
            #[receive(Go => house)]
            fn go(walker: &mut Walker) {
                walker.seen.push("never".to_owned());
            }
        }
    }

    impl Walker {
        /// Writes down in which states the machine is.
        fn look(&mut self, place: &str, cx: &Context) {
            let states = [State::House, State::Room, State::Garden, State::Path];
            let active = states.into_iter().filter(|&state| cx.is_in(state));
            let names: Vec<String> = active.map(|state| format!("{state:?}")).collect();
            self.seen.push(format!("{place}: {}", names.join(" ")));
        }
    }
}

use walker::{Message, State, Walker};

#[test]
fn the_context_tells_where_the_machine_is_at_each_moment() {
    let mut walker = Walker::default().start();
    let _ = walker.dispatch(Message::Go);
    assert_eq!(
        walker.data().seen,
        [
            "exit room: House Room",
            "exit house: House",
            "go: ",
            "entry path: Garden Path",
        ]
    );
}

#[test]
fn what_is_raised_comes_in_order_and_in_the_same_step() {
    let mut walker = Walker::default().start();
    let outcome = walker.dispatch(Message::Raise);
    assert_eq!(walker.data().seen, ["raised 1", "raised 2", "raised 3"]);
    assert_eq!(outcome.count(), 4);
    assert!(matches!(walker.poll_effect(), Some(Effect::Log(line)) if line == "raised two"));
    assert!(walker.poll_effect().is_none());
}

#[test]
fn a_machine_can_end_itself_after_its_transition() {
    let mut walker = Walker::default().start();
    let _ = walker.dispatch(Message::Exit);
    assert_eq!(walker.status(), Status::Exited);
    assert_eq!(walker.exit_reason(), Some(ExitReason::Normal));
    assert_eq!(
        walker.data().seen,
        [
            "exit room: House Room",
            "exit house: House",
            "entry path: Garden Path"
        ],
        "what was raised is not taken any more"
    );
}

#[test]
fn a_machine_can_err_by_itself() {
    let mut walker = Walker::default().start();
    let _ = walker.dispatch(Message::Error);
    assert_eq!(walker.status(), Status::Errored);
    let reason = walker.exit_reason().expect("it has ended");
    assert_eq!(
        reason.error().map(ToString::to_string).as_deref(),
        Some("it hurts")
    );
    assert!(!walker.is_in(State::Path));
}
