//! Has workers in processes of their own, on this node and on others; for the tests of placement.

mod crew;

use crew::worker::{self, Worker};
use std::time::Duration;
use wink::prelude::*;
use wink::process::Node;
use wink::remote::{Program, ReachError};
use wink::{BackOff, Supervisor};

/// Hires, asks, watches.
#[machine(name = "tests/Foreman")]
pub mod foreman {
    use super::{BackOff, Duration, Node, Program, ReachError, Supervisor, Worker, worker};

    #[data]
    pub struct Foreman {
        pub node: Node,
        pub worker: Option<Address<Worker>>,
        pub supervisor: Option<Supervisor>,
    }

    #[messages]
    #[derive(Debug, Clone, Serialize, Deserialize)]
    pub enum Message {
        /// Have a worker of your own.
        Hire {
            /// Under which node; under the own one when nothing is said.
            on: Option<String>,
        },
        /// Have a worker that is started again.
        Supervise {
            /// Under which node; under the own one when nothing is said.
            on: Option<String>,
        },
        /// Work with a worker that somebody else has.
        #[reply(Result<(), String>)]
        Meet {
            /// Where it is.
            address: String,
        },
        /// Have the worker end.
        #[reply(Result<(), String>)]
        Dismiss,
        /// Hear of the worker's end, and end with it when that was a failure.
        Link,
        /// Give the worker numbers.
        Give {
            /// From 0 on so many.
            count: u64,
        },
        /// What the worker has.
        #[reply(Result<Vec<u64>, String>)]
        Numbers,
        /// Its process.
        #[reply(Result<u32, String>)]
        Process,
        /// Asks what is never answered.
        #[reply(Result<u64, String>)]
        Never,
    }

    impl Foreman {
        fn program(&self, on: Option<String>) -> Program<Worker> {
            let program = self.node.program();
            match on {
                Some(node) => program.on(node),
                None => program,
            }
        }

        fn worker(&self) -> Result<Address<Worker>, String> {
            self.worker.clone().ok_or_else(|| "nobody works".to_owned())
        }
    }

    #[receive(Hire)]
    fn hire(foreman: &mut Foreman, cx: &mut Context, on: Option<String>) {
        foreman.worker = Some(cx.spawn_at(foreman.program(on)));
    }

    #[receive(Supervise)]
    fn supervise(foreman: &mut Foreman, cx: &mut Context, on: Option<String>) {
        let node = foreman.node.clone();
        let supervisor = Supervisor::builder("crew")
            .intensity(5, Duration::from_secs(60))
            .back_off(BackOff::new(
                Duration::from_millis(100),
                Duration::from_secs(1),
            ))
            .program("worker", move || {
                let program = node.program::<Worker>();
                match &on {
                    Some(on) => program.on(on.clone()),
                    None => program,
                }
            });
        let supervisor = cx.supervise(supervisor);
        foreman.worker = supervisor.address("worker");
        foreman.supervisor = Some(supervisor);
    }

    #[receive(Meet)]
    async fn meet(foreman: &mut Foreman, address: String) -> Result<(), String> {
        let worker = foreman.node.reach::<Worker>(&address).await;
        foreman.worker = Some(worker.map_err(|error: ReachError| error.to_string())?);
        Ok(())
    }

    #[receive(Link)]
    fn link(foreman: &Foreman, cx: &mut Context) {
        if let Some(worker) = &foreman.worker {
            cx.link(worker);
        }
    }

    #[receive(Dismiss)]
    fn dismiss(foreman: &Foreman) -> Result<(), String> {
        let stopped = foreman.worker()?.try_stop();
        stopped.map_err(|error| error.to_string())
    }

    #[receive(Give)]
    fn give(foreman: &Foreman, cx: &mut Context, count: u64) {
        if let Some(worker) = &foreman.worker {
            for number in 0..count {
                cx.send(worker, worker::Message::Add { number });
            }
        }
    }

    #[receive(Numbers)]
    async fn numbers(foreman: &Foreman) -> Result<Vec<u64>, String> {
        let numbers = foreman.worker()?.call(worker::Message::numbers()).await;
        numbers.map_err(|error| error.to_string())
    }

    #[receive(Process)]
    async fn process(foreman: &Foreman) -> Result<u32, String> {
        let process = foreman.worker()?.call(worker::Message::process()).await;
        process.map_err(|error| error.to_string())
    }

    #[receive(Never)]
    async fn never(foreman: &Foreman) -> Result<u64, String> {
        let never = foreman.worker()?.call(worker::Message::never()).await;
        never.map_err(|error| error.to_string())
    }

    #[child(started)]
    fn started(child: &Child, cx: &mut Context) {
        cx.log(format!("{} has started", child.name()));
    }

    #[child(errored)]
    fn errored(child: &Child, error: &Error, cx: &mut Context) {
        cx.log(format!("{} has failed: {error:#}", child.name()));
    }

    #[child(exited)]
    fn exited(child: &Child, cx: &mut Context) {
        cx.log(format!("{} has ended", child.name()));
    }
}

wink::main!(foreman::Foreman, |node: Node| foreman::Foreman {
    node,
    worker: None,
    supervisor: None,
});
