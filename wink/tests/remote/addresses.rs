//! Addresses in messages.

use super::machines::{Counter, Message, Two};
use wink::prelude::*;

/// Knows counters, and who asks for them.
#[machine]
pub mod desk {
    use super::super::machines::Counter;

    #[data]
    #[derive(Default)]
    pub struct Desk {
        pub known: Vec<Address<Counter>>,
    }

    #[messages]
    #[derive(Debug, Serialize, Deserialize)]
    pub enum Message {
        Meet(Address<Counter>),
        #[reply(Option<Address<Counter>>)]
        Last,
        #[reply(bool)]
        Knows(Address<Counter>),
        /// Adds to all that it knows.
        Spread(u64),
    }

    #[state(initial)]
    pub mod open {
        use super::super::super::machines::Message as Count;

        #[receive(Meet)]
        fn meet(desk: &mut Desk, counter: Address<Counter>) {
            desk.known.push(counter);
        }

        #[receive(Last)]
        fn last(desk: &Desk) -> Option<Address<Counter>> {
            desk.known.last().cloned()
        }

        #[receive(Knows)]
        fn knows(desk: &Desk, counter: Address<Counter>) -> bool {
            desk.known.contains(&counter)
        }

        #[receive(Spread)]
        fn spread(desk: &Desk, cx: &mut Context, number: u64) {
            for counter in &desk.known {
                cx.send(counter, Count::Add(number));
            }
        }
    }
}

async fn desk(two: &Two) -> Address<desk::Desk> {
    let desk = two.there_system.spawn(desk::Desk::default());
    two.there.publish("desk", &desk).expect("it can travel");
    two.here.reach("desk", "there").await.expect("it is there")
}

#[tokio::test(start_paused = true)]
async fn an_address_from_here_works_there() {
    let two = Two::new();
    let desk = desk(&two).await;
    let own = two.here_system.spawn(Counter::default());
    desk.send(desk::Message::Meet(own.clone()))
        .await
        .expect("it lives");
    desk.send(desk::Message::Spread(5)).await.expect("it lives");
    assert_eq!(desk.call(desk::Message::knows(own.clone())).await, Ok(true));
    // The step that sent it is over; its letter is on its way, in order behind nothing else.
    while own.call(Message::sum()).await != Ok(5) {
        tokio::task::yield_now().await;
    }
}

#[tokio::test(start_paused = true)]
async fn an_address_that_comes_back_is_the_one_that_went() {
    let two = Two::new();
    let desk = desk(&two).await;
    let own = two.here_system.spawn(Counter::default());
    desk.send(desk::Message::Meet(own.clone()))
        .await
        .expect("it lives");
    let back = desk.call(desk::Message::last()).await.expect("an answer");
    assert_eq!(back, Some(own));
}

#[tokio::test(start_paused = true)]
async fn an_address_from_there_works_here() {
    let two = Two::new();
    let desk = desk(&two).await;
    let (there, reached) = two.counter().await;
    desk.send(desk::Message::Meet(reached.clone()))
        .await
        .expect("it lives");
    let back = desk.call(desk::Message::last()).await.expect("an answer");
    assert_eq!(back, Some(reached.clone()));
    reached.send(Message::Add(7)).await.expect("it lives");
    reached.call(Message::sum()).await.expect("it has come");
    assert_eq!(there.call(Message::sum()).await, Ok(7));
}

#[test]
fn outside_of_a_message_an_address_is_not_written() {
    #[derive(Serialize)]
    struct Letter {
        to: Address<Counter>,
    }
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime");
    let _entered = runtime.enter();
    let to = wink::System::new().spawn(Counter::default());
    let error = serde_json::to_string(&Letter { to }).expect_err("there is no link");
    assert!(
        error
            .to_string()
            .contains("keep the machine's name instead"),
        "{error}"
    );
}
