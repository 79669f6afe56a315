//! Names, and versions of machines that do not fit.

use super::machines::{Counter, Message, Two};
use wink::prelude::*;
use wink::remote::{ReachError, SchemaError};

/// A counter of another version: it takes other numbers.
#[machine]
pub mod other {
    #[data]
    #[derive(Default)]
    pub struct Counter;

    #[messages]
    #[derive(Debug, Serialize, Deserialize)]
    pub enum Message {
        Add(u32),
        #[reply(u64)]
        Sum,
    }

    #[state(initial)]
    pub mod counting {
        #[receive(Add)]
        fn add(number: u32) {
            let _ = number;
        }

        #[receive(Sum)]
        fn sum() -> u64 {
            0
        }
    }
}

/// A machine whose messages contain themselves.
#[machine]
pub mod gardener {
    #[derive(Debug, Serialize, Deserialize)]
    pub struct Tree {
        pub branches: Vec<Tree>,
    }

    #[data]
    #[derive(Default)]
    pub struct Gardener;

    #[messages]
    #[derive(Debug, Serialize, Deserialize)]
    pub enum Message {
        Plant(Tree),
    }

    #[state(initial)]
    pub mod resting {
        #[receive(Plant)]
        fn plant(tree: Tree) {
            drop(tree);
        }
    }
}

#[tokio::test(start_paused = true)]
async fn names_that_are_not_published_are_told_with_those_that_are() {
    let two = Two::new();
    let error = two.here.reach::<Counter>("counter", "there").await;
    let error = error.expect_err("nothing is published");
    assert_eq!(
        error.to_string(),
        "`counter` is not published there: nothing is"
    );
    let (there, _) = two.counter().await;
    two.there.publish("second", &there).expect("it can travel");
    let error = two
        .here
        .reach::<Counter>("third", "there")
        .await
        .expect_err("unknown");
    assert_eq!(
        error.to_string(),
        "`third` is not published there, but `counter`, `second`"
    );
    assert!(two.there.withdraw("second"));
    assert!(two.here.reach::<Counter>("second", "there").await.is_err());
}

#[tokio::test(start_paused = true)]
async fn another_version_is_refused_with_what_differs() {
    let two = Two::new();
    two.counter().await;
    let error = two.here.reach::<other::Counter>("counter", "there").await;
    let error = error.expect_err("other messages");
    assert!(matches!(error, ReachError::Schema { .. }), "{error:?}");
    let text = error.to_string();
    assert!(
        text.contains("here `Add (u32)`") && text.contains("there `Add (u64)`"),
        "{text}"
    );
    let said = two.there_log.has("refused: the messages of");
    assert!(said, "{:?}", two.there_log.lines());
}

#[tokio::test(start_paused = true)]
async fn another_machine_is_refused() {
    let two = Two::new();
    let gardener = two.there_system.spawn(other::Counter);
    two.there
        .publish("other", &gardener)
        .expect("it can travel");
    let error = two.here.reach::<gardener::Gardener>("other", "there").await;
    assert!(matches!(error, Err(ReachError::Unsendable(_))), "{error:?}");
}

#[tokio::test(start_paused = true)]
async fn messages_that_contain_themselves_are_not_published() {
    let two = Two::new();
    let gardener = two.here_system.spawn(gardener::Gardener);
    let error = two
        .here
        .publish("gardener", &gardener)
        .expect_err("trees have trees");
    assert_eq!(
        error,
        SchemaError::Recursive {
            within: "`Plant.branches`".into()
        }
    );
}

#[tokio::test(start_paused = true)]
async fn one_machine_has_one_address_however_it_is_reached() {
    let two = Two::new();
    let (there, first) = two.counter().await;
    two.there.publish("again", &there).expect("it can travel");
    let second = two
        .here
        .reach::<Counter>("again", "there")
        .await
        .expect("it is there");
    assert_eq!(first, second);
    assert_ne!(first, there, "on the other node it has another one");
    first.send(Message::Add(1)).await.expect("it lives");
    assert_eq!(second.call(Message::sum()).await, Ok(1));
}
