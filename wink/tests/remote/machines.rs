//! The machines of these tests, and two nodes to have them on.

use std::sync::{Arc, Mutex};

use wink::prelude::*;
use wink::remote::{Authority, Credential, Grant, Kind, MemoryNetwork, Node, Roles};
use wink::{System, SystemEvent};

/// Counts, and can be slow.
#[machine]
pub mod counter {
    #[data]
    #[derive(Default)]
    pub struct Counter {
        pub numbers: Vec<u64>,
        pub held: Vec<Reply<u64>>,
    }

    #[messages]
    #[derive(Debug, Clone, Serialize, Deserialize)]
    pub enum Message {
        Add(u64),
        #[reply(u64)]
        Sum,
        #[reply(Vec<u64>)]
        All,
        /// Is answered with the next one of these, or never.
        #[reply(u64)]
        Later,
        #[reply(String)]
        Repeat {
            text: String,
            times: u32,
        },
        Fail(String),
        Panic,
        Exit,
    }

    #[state(initial)]
    pub mod counting {
        #[receive(Add)]
        fn add(counter: &mut Counter, number: u64) {
            counter.numbers.push(number);
        }

        #[receive(Sum)]
        fn sum(counter: &Counter) -> u64 {
            counter.numbers.iter().sum()
        }

        #[receive(All)]
        fn all(counter: &Counter) -> Vec<u64> {
            counter.numbers.clone()
        }

        #[receive(Later)]
        fn later(counter: &mut Counter, reply: Reply<u64>) {
            let before = counter.held.pop();
            counter.held.push(reply);
            if let Some(before) = before {
                before.answer(1);
            }
        }

        #[receive(Repeat)]
        fn repeat(text: String, times: u32) -> String {
            text.repeat(times as usize)
        }

        #[receive(Fail)]
        fn fail(cx: &mut Context, why: String) {
            cx.error(why);
        }

        #[receive(Panic)]
        fn panic() {
            panic!("boom");
        }

        #[receive(Exit)]
        fn exit(cx: &mut Context) {
            cx.exit();
        }
    }
}

pub use counter::{Counter, Message};

/// One cluster of tests.
pub struct Cluster {
    pub authority: Authority,
}

impl Cluster {
    pub fn new() -> Self {
        let authority = Authority::generate().expect("an authority");
        Self { authority }
    }

    pub fn credential(&self, name: &str, kind: Kind, roles: Roles) -> Credential {
        let grant = Grant::new(name, kind, roles);
        self.authority.issue(&grant).expect("a credential")
    }

    pub fn node(&self, name: &str) -> Credential {
        self.credential(name, Kind::Node, Roles::ALL)
    }
}

/// What a system says.
#[derive(Clone, Default)]
pub struct Log(Arc<Mutex<Vec<String>>>);

impl Log {
    pub fn lines(&self) -> Vec<String> {
        self.0.lock().expect("nobody panics with it").clone()
    }

    pub fn has(&self, part: &str) -> bool {
        self.lines().iter().any(|line| line.contains(part))
    }
}

/// A system that writes to a log.
pub fn logged() -> (System, Log) {
    let log = Log::default();
    let lines = log.clone();
    let system = System::builder().log(move |event: &SystemEvent| {
        let mut lines = lines.0.lock().expect("nobody panics with it");
        lines.push(event.to_string());
    });
    (system.build(), log)
}

/// Two nodes in one memory network: `here` and `there`.
pub struct Two {
    pub network: MemoryNetwork,
    pub here: Node,
    pub there: Node,
    pub here_system: System,
    pub there_system: System,
    pub here_log: Log,
    pub there_log: Log,
}

impl Two {
    pub fn new() -> Self {
        let cluster = Cluster::new();
        let network = MemoryNetwork::new();
        let (here_system, here_log) = logged();
        let (there_system, there_log) = logged();
        let start = |system: &System, name: &str| {
            let builder = Node::builder(system, cluster.node(name));
            builder
                .network(&network)
                .listen(name)
                .start()
                .expect("it starts")
        };
        Self {
            here: start(&here_system, "here"),
            there: start(&there_system, "there"),
            network,
            here_system,
            there_system,
            here_log,
            there_log,
        }
    }

    /// A counter there, and its address here.
    pub async fn counter(&self) -> (Address<Counter>, Address<Counter>) {
        let there = self.there_system.spawn(Counter::default());
        self.there
            .publish("counter", &there)
            .expect("it can travel");
        let here = self.here.reach::<Counter>("counter", "there").await;
        (there, here.expect("it is reached"))
    }
}
