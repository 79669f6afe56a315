//! A machine in another process.

use std::time::Instant;

use wink::System;
use wink::prelude::*;
use wink::remote::{Keys, Node};

use super::{IN_FLIGHT, MESSAGE, Turn, Work, median};

/// Adds up, and gives back what it is given.
#[machine]
pub mod adder {
    #[data]
    #[derive(Default)]
    pub struct Adder {
        pub sum: u64,
    }

    #[messages]
    #[derive(Debug, Serialize, Deserialize)]
    pub enum Message {
        Count(u64),
        #[reply(u64)]
        Sum,
        #[reply(String)]
        Echo(String),
    }

    #[state(initial)]
    pub mod adding {
        #[receive(Count)]
        fn count(adder: &mut Adder, number: u64) {
            adder.sum += number;
        }

        #[receive(Sum)]
        fn sum(adder: &Adder) -> u64 {
            adder.sum
        }

        #[receive(Echo)]
        fn echo(text: String) -> String {
            text
        }
    }
}

use adder::{Adder, Message};

pub async fn serve(directory: &str) {
    let keys = Keys::open_or_init(directory).expect("keys");
    let system = System::new();
    let node = Node::builder(&system, keys.node().expect("a node"))
        .listen("127.0.0.1:0")
        .start()
        .expect("it starts");
    node.publish("adder", &system.spawn(Adder::default()))
        .expect("it can travel");
    println!("{}", node.local_address());
    std::future::pending::<()>().await;
}

/// Returns how many of a burst were lost, too.
pub async fn measure(address: &str, directory: &str, work: Work) -> (Turn, u64) {
    let keys = Keys::open(directory).expect("the server has made them");
    let system = System::new();
    let node = Node::builder(&system, keys.user().expect("a user"))
        .start()
        .expect("it starts");
    let adder = node
        .reach::<Adder>("adder", address)
        .await
        .expect("it is there");
    // Length, kind, machine, question, sender, variant and the text's length stand before it.
    let text = "x".repeat(MESSAGE - 14);
    for _ in 0..work.alone / 10 {
        adder
            .call(Message::echo(text.clone()))
            .await
            .expect("an answer");
    }
    let mut times = Vec::with_capacity(work.alone);
    for _ in 0..work.alone {
        let begin = Instant::now();
        adder
            .call(Message::echo(text.clone()))
            .await
            .expect("an answer");
        times.push(begin.elapsed());
    }
    let each = work.pipelined / IN_FLIGHT;
    let begin = Instant::now();
    let lines: Vec<_> = (0..IN_FLIGHT)
        .map(|_| {
            let (adder, text) = (adder.clone(), text.clone());
            tokio::spawn(async move {
                for _ in 0..each {
                    adder
                        .call(Message::echo(text.clone()))
                        .await
                        .expect("an answer");
                }
            })
        })
        .collect();
    for line in lines {
        line.await.expect("no panic");
    }
    let passed = begin.elapsed();
    let before = adder.call(Message::sum()).await.expect("an answer");
    for _ in 0..work.burst {
        adder.send(Message::Count(1)).await.expect("it lives");
    }
    let after = adder.call(Message::sum()).await.expect("an answer");
    node.close().await;
    let turn = Turn {
        alone: median(times),
        pipelined: (each * IN_FLIGHT) as f64 / passed.as_secs_f64(),
    };
    (turn, work.burst - (after - before))
}
