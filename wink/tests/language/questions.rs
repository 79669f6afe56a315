//! Questions and their answers.

use wink::CallError;
use wink::prelude::*;

#[machine]
mod oracle {
    #[data]
    #[derive(Default)]
    pub struct Oracle {
        pub asked: u32,
        pub waiting: Option<Reply<String>>,
    }

    #[messages]
    #[derive(Debug)]
    pub enum Message {
        #[reply(u32)]
        HowOften,
        #[reply(String)]
        Repeat {
            text: String,
            times: usize,
        },
        #[reply(bool)]
        IsEven(u32),
        #[reply(String)]
        Later,
        #[reply(String)]
        Never,
        Now {
            text: String,
        },
        #[reply(u32)]
        Twice {
            number: u32,
        },
        #[reply(u32)]
        Thrice {
            number: u32,
        },
        Rest,
    }

    #[receive(HowOften)]
    fn how_often(oracle: &Oracle) -> u32 {
        oracle.asked
    }

    #[state(initial)]
    mod awake {
        #[receive(Repeat)]
        fn repeat(oracle: &mut Oracle, text: String, times: usize) -> String {
            oracle.asked += 1;
            text.repeat(times)
        }
        #[receive(IsEven if number > 1)]
        #[receive(IsEven => asleep)]
        fn is_even(number: u32) -> bool {
            number.is_multiple_of(2)
        }
        #[receive(Later)]
        fn later(oracle: &mut Oracle, reply: Reply<String>) {
            oracle.waiting = Some(reply);
        }
        #[receive(Never)]
        fn never(reply: Reply<String>) {
            drop(reply);
        }
        #[receive(Now)]
        fn now(oracle: &mut Oracle, cx: &mut Context, text: String) {
            if let Some(reply) = oracle.waiting.take() {
                cx.reply(reply, text);
            }
        }
        // Two questions, each answered under its own name.
        #[receive(Twice | Thrice)]
        fn many(number: u32) -> u32 {
            number * 6
        }
        #[receive(Rest => asleep)]
        fn rest() {}
    }

    #[state]
    #[ignore(Repeat)]
    #[defer(IsEven)]
    #[receive(Rest => awake)]
    #[ignore(Later | Never | Now | Twice | Thrice)]
    mod asleep {}
}

use oracle::{Message, Oracle, State};

#[test]
fn a_receiver_of_a_question_returns_the_answer() {
    let mut oracle = Oracle::default().start();
    let asked = oracle.ask(Message::repeat("ab".to_owned(), 2));
    assert_eq!(asked.answer().as_deref(), Some("abab"));
    assert_eq!(oracle.ask(Message::how_often()).answer(), Some(1));
}

#[test]
fn a_row_can_answer_and_go() {
    let mut oracle = Oracle::default().start();
    assert_eq!(oracle.ask(Message::is_even(4)).answer(), Some(true));
    assert!(oracle.is_in(State::Awake));
    assert_eq!(oracle.ask(Message::is_even(1)).answer(), Some(false));
    assert!(oracle.is_in(State::Asleep));
}

#[test]
fn questions_of_one_row_are_answered_each_under_its_own_name() {
    let mut oracle = Oracle::default().start();
    assert_eq!(oracle.ask(Message::twice(2)).answer(), Some(12));
    assert_eq!(oracle.ask(Message::thrice(3)).answer(), Some(18));
}

#[test]
fn a_question_that_is_not_asked_needs_no_answer() {
    let mut oracle = Oracle::default().start();
    assert!(oracle.dispatch(Message::HowOften).is_handled());
    assert!(oracle.dispatch(Message::Later).is_handled());
    assert!(
        oracle
            .dispatch(Message::Now {
                text: "nobody".to_owned()
            })
            .is_handled()
    );
}

#[test]
fn questions_without_an_answer_say_why() {
    let mut oracle = Oracle::default().start();
    assert_eq!(
        oracle.ask(Message::never()).answer,
        Err(CallError::Unanswered)
    );
    let _ = oracle.dispatch(Message::Rest);
    let ignored = oracle.ask(Message::repeat(String::new(), 1));
    assert_eq!(ignored.answer, Err(CallError::Ignored));
    assert_eq!(
        oracle.ask(Message::is_even(1)).answer,
        Ok(None),
        "kept for later"
    );
    assert_eq!(
        oracle.ask(Message::how_often()).answer(),
        Some(0),
        "an inherited question"
    );
}

#[test]
fn an_answer_can_come_later() {
    let mut oracle = Oracle::default().start();
    let asked = oracle.ask(Message::later());
    assert!(asked.outcome.is_handled());
    assert_eq!(asked.answer, Ok(None));
    assert!(oracle.data().waiting.is_some());
    let _ = oracle.dispatch(Message::Now {
        text: "now".to_owned(),
    });
    assert!(oracle.data().waiting.is_none());
}

/// Asks, and goes on.
#[machine]
mod pilgrim {
    use super::oracle::{self, Oracle};
    use wink::CallError;

    #[data]
    pub struct Pilgrim {
        pub oracle: Address<Oracle>,
        pub heard: Vec<String>,
    }

    #[messages]
    pub enum Message {
        Go,
        Heard {
            about: u32,
            answer: Result<bool, CallError>,
        },
        #[reply(Vec<String>)]
        Tell,
    }

    #[receive(Go)]
    fn go(pilgrim: &Pilgrim, cx: &mut Context) {
        for about in [4, 1, 2] {
            let question = oracle::Message::is_even(about);
            cx.ask(&pilgrim.oracle, question, move |answer| Message::Heard {
                about,
                answer,
            });
        }
    }

    #[receive(Heard)]
    fn hear(pilgrim: &mut Pilgrim, about: u32, answer: Result<bool, CallError>) {
        pilgrim.heard.push(format!("{about}: {answer:?}"));
    }

    #[receive(Tell)]
    fn tell(pilgrim: &Pilgrim) -> Vec<String> {
        pilgrim.heard.clone()
    }
}

#[tokio::test(start_paused = true)]
async fn a_machine_asks_another_and_goes_on() {
    let system = wink::System::new();
    let oracle = system.spawn(Oracle::default());
    let pilgrim = system.spawn(pilgrim::Pilgrim {
        oracle: oracle.clone(),
        heard: Vec::new(),
    });
    pilgrim.send(pilgrim::Message::Go).await.expect("it runs");
    // The third waits: the second has sent the oracle to sleep.
    tokio::time::sleep(Duration::from_millis(1)).await;
    oracle.send(Message::Rest).await.expect("it runs");
    tokio::time::sleep(Duration::from_millis(1)).await;
    let told = pilgrim.call(pilgrim::Message::tell()).await;
    let expected = ["4: Ok(true)", "1: Ok(false)", "2: Ok(true)"];
    assert_eq!(told.expect("it answers"), expected);
}
