//! Questions of machines by `cx.ask`, in one loop: alone, many at once, and in each way that one can
//! come to its end.

use wink::prelude::*;
use wink::{SpawnOptions, System};

/// Answers, one way or another.
#[machine]
pub mod sage {
    use super::pupil::{self, Pupil};

    #[data]
    #[derive(Default)]
    pub struct Sage {
        pub kept: Vec<Reply<u32>>,
    }

    #[messages]
    pub enum Message {
        #[reply(u32)]
        Plain(u32),
        /// Who asks?
        #[reply(String)]
        Who,
        /// Answers, and tells the asker something before.
        #[reply(u32)]
        Chatty(Address<Pupil>),
        /// The same, by an effect.
        #[reply(u32)]
        Windy(Address<Pupil>),
        #[reply(u32)]
        Keep,
        Release,
        #[reply(u32)]
        Fail(Address<Pupil>),
        /// Answers, and ends.
        #[reply(u32)]
        Leave,
        /// Answers, and ends in error.
        #[reply(u32)]
        Collapse,
    }

    #[receive(Plain)]
    fn plain(number: u32) -> u32 {
        number + 1
    }

    #[receive(Who)]
    fn who(cx: &mut Context) -> String {
        cx.sender()
            .map_or_else(|| "nobody".into(), |sender| sender.to_string())
    }

    #[receive(Chatty)]
    fn chatty(cx: &mut Context, pupil: Address<Pupil>) -> u32 {
        cx.send(&pupil, pupil::Message::Heard("by the way".into()));
        1
    }

    #[receive(Windy)]
    fn windy(cx: &mut Context, pupil: Address<Pupil>) -> u32 {
        cx.log("thinks");
        cx.send(&pupil, pupil::Message::Heard("by the wind".into()));
        2
    }

    #[receive(Keep)]
    fn keep(sage: &mut Sage, reply: Reply<u32>) {
        sage.kept.push(reply);
    }

    #[receive(Release)]
    fn release(sage: &mut Sage, cx: &mut Context) {
        for reply in sage.kept.drain(..) {
            cx.reply(reply, 7);
        }
    }

    #[receive(Fail)]
    fn fail(cx: &mut Context, pupil: Address<Pupil>) -> u32 {
        cx.send(&pupil, pupil::Message::Heard("never".into()));
        panic!("too hard");
    }

    #[receive(Leave)]
    fn leave(cx: &mut Context) -> u32 {
        cx.exit();
        3
    }

    #[receive(Collapse)]
    fn collapse(cx: &mut Context) -> u32 {
        cx.error("worn out");
        4
    }
}

/// Asks what it is told to, and writes down what comes.
#[machine]
pub mod pupil {
    use super::sage::{self, Sage};
    use wink::{CallError, Question};

    #[data]
    #[derive(Default)]
    pub struct Pupil {
        pub heard: Vec<String>,
    }

    #[messages]
    pub enum Message {
        Ask {
            sage: Address<Sage>,
            what: Vec<&'static str>,
        },
        Heard(String),
        #[reply(Vec<String>)]
        Tell,
    }

    #[receive(Ask)]
    fn ask(cx: &mut Context, sage: Address<Sage>, what: Vec<&'static str>) {
        use sage::Message as To;
        let own = cx.address();
        for what in what {
            match what {
                "who" => cx.ask(&sage, To::who(), |who| {
                    Message::Heard(who.unwrap_or_else(|error| error.to_string()))
                }),
                "plain" => number(cx, &sage, To::plain(41)),
                "chatty" => number(cx, &sage, To::chatty(own.clone())),
                "windy" => number(cx, &sage, To::windy(own.clone())),
                "keep" => number(cx, &sage, To::keep()),
                "fail" => number(cx, &sage, To::fail(own.clone())),
                "leave" => number(cx, &sage, To::leave()),
                "collapse" => number(cx, &sage, To::collapse()),
                "release" => cx.send(&sage, To::Release),
                _ => panic!("a pupil is told what there is"),
            }
        }
    }

    fn number(cx: &mut Context, sage: &Address<Sage>, question: Question<sage::Message, u32>) {
        cx.ask(sage, question, |answer: Result<u32, CallError>| {
            Message::Heard(match answer {
                Ok(number) => number.to_string(),
                Err(error) => error.to_string(),
            })
        });
    }

    #[receive(Heard)]
    fn hear(pupil: &mut Pupil, what: String) {
        pupil.heard.push(what);
    }

    #[receive(Tell)]
    fn tell(pupil: &mut Pupil) -> Vec<String> {
        std::mem::take(&mut pupil.heard)
    }
}

/// What a pupil hears that asks all this at once.
async fn hears(system: &System, what: &[&'static str]) -> Vec<String> {
    let sage = system.spawn(sage::Sage::default());
    let pupil = system.spawn_with(pupil::Pupil::default(), &SpawnOptions::new().beside(&sage));
    let what = what.to_vec();
    let ask = pupil::Message::Ask {
        sage: sage.clone(),
        what,
    };
    pupil.send(ask).await.expect("it runs");
    while !(pupil.is_resting() && (sage.is_resting() || sage.ended().is_some())) {
        tokio::task::yield_now().await;
    }
    let heard = pupil.call(pupil::Message::tell()).await;
    heard.expect("it answers").into_iter().map(plain).collect()
}

/// Without the machine's number.
fn plain(line: String) -> String {
    line.split_once('#')
        .map_or(line.clone(), |(before, _)| before.to_owned())
}

#[tokio::test(start_paused = true)]
async fn whatever_becomes_of_a_question_its_asker_hears_of_it_once() {
    let system = System::builder().log(|_| {}).build();
    let died = |why: &str| format!("no answer: the machine has ended: {why}");
    let plain_many = ["plain"; 100];
    let many = vec!["42".to_owned(); 100];
    for (what, expected) in [
        (&["plain"][..], vec!["42".to_owned()]),
        (&plain_many, many),
        (&["chatty"], vec!["by the way".into(), "1".into()]),
        (&["windy"], vec!["by the wind".into(), "2".into()]),
        (
            &["windy", "plain", "chatty"],
            // An answer comes in no order with other mail, but none is lost.
            vec![
                "by the wind".into(),
                "2".into(),
                "42".into(),
                "by the way".into(),
                "1".into(),
            ],
        ),
        (&["keep", "plain", "release"], vec!["42".into(), "7".into()]),
        (
            &["keep", "keep", "release", "release"],
            vec!["7".into(), "7".into()],
        ),
        (&["leave"], vec!["3".into()]),
        (&["collapse"], vec!["4".into()]),
        (
            &["leave", "plain"],
            vec!["3".into(), died("ended normally")],
        ),
    ] {
        assert_eq!(hears(&system, what).await, expected, "{what:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn whoever_is_asked_knows_who_asks() {
    let system = System::new();
    for what in [&["who"][..], &["plain", "who"]] {
        let heard = hears(&system, what).await;
        assert!(
            heard.last().expect("an answer").contains("Pupil"),
            "{heard:?}"
        );
    }
}

#[tokio::test(start_paused = true)]
async fn a_step_that_panics_when_asked_has_sent_nothing_and_its_asker_hears_why() {
    let system = System::builder().log(|_| {}).build();
    for (what, before) in [
        (&["fail"][..], 0),
        (&["plain", "fail", "plain"], 1),
        (&["keep", "fail"], 0),
    ] {
        let heard = hears(&system, what).await;
        assert_eq!(heard.len(), what.len(), "{heard:?}");
        assert!(heard[..before].iter().all(|line| line == "42"), "{heard:?}");
        let ended = |line: &String| line.contains("too hard");
        assert!(heard[before..].iter().all(ended), "{heard:?}");
    }
}
