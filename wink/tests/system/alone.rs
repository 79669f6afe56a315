//! Letters that are alone and such as are many, between machines of two types in one loop: each
//! comes once, in order, with its sender, and a step that fails has sent nothing.

use std::collections::VecDeque;

use wink::System;
use wink::prelude::*;

/// Plays numbers back, less one.
#[machine]
pub mod near {
    use super::far::{self, Far};

    #[data]
    #[derive(Default)]
    pub struct Near {
        pub seen: Vec<u32>,
    }

    #[messages]
    pub enum Message {
        Hit {
            value: u32,
            from: Address<Far>,
        },
        /// Plays to that one, and fails.
        Slip {
            to: Address<Far>,
        },
        #[reply(Vec<u32>)]
        Seen,
    }

    #[receive(Hit)]
    fn hit(near: &mut Near, cx: &mut Context, value: u32, from: Address<Far>) {
        near.seen.push(value);
        let expected = (value < FIRST).then(|| from.identity());
        assert_eq!(cx.sender(), expected, "the first comes from outside");
        for value in plays(value) {
            let own = cx.address();
            cx.send(&from, far::Message::Hit { value, from: own });
        }
    }

    #[receive(Slip)]
    fn slip(cx: &mut Context, to: Address<Far>) {
        let from = cx.address();
        cx.send(&to, far::Message::Hit { value: 0, from });
        panic!("slipped");
    }

    #[receive(Seen)]
    fn seen(near: &Near) -> Vec<u32> {
        near.seen.clone()
    }
}

/// The same on the other side.
#[machine]
pub mod far {
    use super::near::{self, Near};

    #[data]
    #[derive(Default)]
    pub struct Far {
        pub seen: Vec<u32>,
    }

    #[messages]
    pub enum Message {
        Hit {
            value: u32,
            from: Address<Near>,
        },
        #[reply(Vec<u32>)]
        Seen,
    }

    #[receive(Hit)]
    fn hit(far: &mut Far, cx: &mut Context, value: u32, from: Address<Near>) {
        far.seen.push(value);
        assert_eq!(cx.sender(), Some(from.identity()));
        for value in plays(value) {
            let own = cx.address();
            cx.send(&from, near::Message::Hit { value, from: own });
        }
    }

    #[receive(Seen)]
    fn seen(far: &Far) -> Vec<u32> {
        far.seen.clone()
    }
}

/// The number that is played first.
const FIRST: u32 = 600;

/// What is played back: nearly always one number, so that its letter is alone; now and then five,
/// four of which soon come to their end.
fn plays(value: u32) -> Vec<u32> {
    match value {
        0 => Vec::new(),
        _ if value.is_multiple_of(100) => vec![3, value - 1, 2, 1, 0],
        _ => vec![value - 1],
    }
}

/// What the two see, by two queues.
fn expected() -> [Vec<u32>; 2] {
    let mut seen = [Vec::new(), Vec::new()];
    let mut queues = [VecDeque::from([FIRST]), VecDeque::new()];
    while let Some(at) = (0..2).find(|at| !queues[*at].is_empty()) {
        if let Some(value) = queues[at].pop_front() {
            seen[at].push(value);
            queues[1 - at].extend(plays(value));
        }
    }
    seen
}

#[tokio::test(start_paused = true)]
async fn letters_alone_and_many_come_once_and_in_order() {
    let system = System::new();
    let near = system.spawn(near::Near::default());
    let far = system.spawn(far::Far::default());
    let from = far.clone();
    let first = near::Message::Hit { value: FIRST, from };
    near.send(first).await.expect("it runs");
    while !(near.is_resting() && far.is_resting()) {
        tokio::task::yield_now().await;
    }
    let [by_near, by_far] = expected();
    assert!(by_near.len() > 300, "{}", by_near.len());
    assert_eq!(near.call(near::Message::seen()).await, Ok(by_near));
    assert_eq!(far.call(far::Message::seen()).await, Ok(by_far.clone()));
    let to = far.clone();
    near.send(near::Message::Slip { to })
        .await
        .expect("it runs");
    let end = near.closed().await.to_string();
    assert!(end.ends_with("slipped"), "{end}");
    assert_eq!(far.call(far::Message::seen()).await, Ok(by_far));
}
