//! A panic between two steps: what the step before has sent stays sent.

use tokio::sync::oneshot;
use wink::prelude::*;
use wink::{System, SystemEvent};

/// Goes on by a letter to itself, until it has gone so far.
#[machine]
pub mod walker {
    use tokio::sync::oneshot::Sender;

    #[data]
    pub struct Walker {
        pub left: u32,
        pub done: Option<Sender<()>>,
    }

    #[messages]
    pub enum Message {
        Go,
    }

    #[receive(Go)]
    fn go(walker: &mut Walker, cx: &mut Context) {
        walker.left -= 1;
        if walker.left > 0 {
            let own = cx.address();
            cx.send(&own, Message::Go);
        } else if let Some(done) = walker.done.take() {
            done.send(()).expect("the test waits");
        }
    }
}

/// Says something when its step comes back.
#[machine]
pub mod speaker {
    #[data]
    pub struct Speaker;

    #[messages]
    pub enum Message {
        Speak,
    }

    #[receive(Speak)]
    async fn speak(cx: &mut Context) {
        tokio::task::yield_now().await;
        cx.log("a line");
    }
}

#[tokio::test(start_paused = true)]
async fn a_panic_between_steps_takes_back_nothing_that_a_step_has_sent() {
    let log = |event: &SystemEvent| assert!(!matches!(event, SystemEvent::Log { .. }), "no ink");
    let system = System::builder().log(log).build();
    let speaker = system.spawn(speaker::Speaker);
    let (done, walked) = oneshot::channel();
    let walker = system.spawn(walker::Walker {
        left: 100_000,
        done: Some(done),
    });
    speaker
        .send(speaker::Message::Speak)
        .await
        .expect("it runs");
    walker.send(walker::Message::Go).await.expect("it runs");
    let end = speaker.closed().await.to_string();
    assert!(end.ends_with("no ink"), "{end}");
    // It was on its way meanwhile, with one letter at each time.
    let walked = tokio::time::timeout(Duration::from_secs(60), walked).await;
    assert!(matches!(walked, Ok(Ok(()))), "a letter was lost");
    assert!(walker.ended().is_none());
}
