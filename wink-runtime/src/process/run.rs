//! One machine, one process: started by a node, asked by it, ended with it.

use super::link::{Link, Out, end_group};
use super::node::Node;
use super::protocol::{FromMachine, Kind, Status, ToMachine};
use super::state::Active;
use super::{GRACE, NODE, PULSE, requests};
use crate::console::Typed;
use crate::core::address::Address;
use crate::core::event::SystemEvent;
use crate::core::exit::{ExitReason, MachineId};
use crate::driver::{SpawnOptions, System};
use std::net::{SocketAddr, UdpSocket};
use std::pin::pin;
use std::process::ExitCode;
use std::sync::{Arc, OnceLock};
use std::time::Duration;
use tokio::task::JoinSet;
use tokio::time::MissedTickBehavior;

/// A program that a node started.
pub(crate) struct Under {
    link: Link,
    /// The machine's own arguments.
    pub(crate) rest: Vec<String>,
    pub(crate) node: Node,
    address: String,
    grace: Duration,
}

/// What a loop of requests ended for.
#[derive(PartialEq, Eq)]
enum End {
    Machine,
    Asked,
    /// The node is gone.
    Lost,
}

impl Under {
    /// Whether a node started this program; then what it said.
    pub(crate) fn detect() -> Option<Under> {
        let node = std::env::var(NODE).ok()?;
        let grace = milliseconds(GRACE, Duration::from_secs(5));
        // Asked first, killed a little later: the machine's own grace is the longer one's half.
        let link = Link::open(grace)?;
        let mut arguments = std::env::args().skip(1);
        let address = arguments.next().unwrap_or_default();
        // Who spawned it: news goes there by way of the node.
        let _spawner = arguments.next();
        Some(Under {
            node: Node::new(link.out.clone(), node),
            link,
            rest: arguments.collect(),
            address,
            grace,
        })
    }

    /// Says that the machine will not start.
    pub(crate) fn refuse(self, reason: String) -> ExitCode {
        let out = self.link.out;
        out.send(&FromMachine::Refused { reason });
        out.flush();
        ExitCode::from(2)
    }
}

/// A time from the environment, in milliseconds.
fn milliseconds(variable: &str, usual: Duration) -> Duration {
    let given = std::env::var(variable).ok();
    let number = given.and_then(|text| text.parse().ok());
    number.map_or(usual, Duration::from_millis)
}

/// Runs the machine until it ends, is asked to, or the node is gone.
pub(crate) fn run<M: Typed>(data: M, under: Under) -> ExitCode {
    let taken = match take_address(&under.address) {
        Ok(taken) => taken,
        Err(reason) => return under.refuse(reason),
    };
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    match runtime {
        Ok(runtime) => {
            let code = runtime.block_on(live(data, under, taken));
            runtime.shutdown_background();
            code
        }
        Err(error) => under.refuse(format!("the runtime does not start: {error}")),
    }
}

/// Takes the machine's address for itself alone: while it runs, nobody else has it.
fn take_address(text: &str) -> Result<(UdpSocket, SocketAddr), String> {
    let address: SocketAddr = text
        .parse()
        .map_err(|_| format!("`{text}` is no address: write for example 127.0.0.1:43000"))?;
    let refused = |error| format!("the address {text} cannot be taken: {error}");
    let socket = UdpSocket::bind(address).map_err(refused)?;
    let taken = socket.local_addr().map_err(refused)?;
    Ok((socket, taken))
}

async fn live<M: Typed>(data: M, under: Under, taken: (UdpSocket, SocketAddr)) -> ExitCode {
    let Under {
        mut link,
        node,
        grace,
        ..
    } = under;
    let own = Arc::new(OnceLock::new());
    let reporter = Reporter {
        out: link.out.clone(),
        own: own.clone(),
        address: taken.1.to_string(),
        node: node.clone(),
    };
    let system = System::builder()
        .grace(grace / 2)
        .log(move |event| reporter.report(event))
        .build();
    let active = Active::new(M::CHART);
    let address = system.spawn_observed(data, &SpawnOptions::new(), active.clone());
    // Nothing runs before this task waits for the first time.
    let _ = own.set(address.identity().id());
    let end = converse(&system, &address, &active, &node, &mut link).await;
    if end == End::Lost {
        node.lose();
    }
    let shutdown = system.shutdown().await;
    for machine in shutdown.left() {
        link.out.send(&FromMachine::Event {
            machine: machine.to_string(),
            kind: Kind::Notice,
            text: "did not stop in time".to_owned(),
        });
    }
    link.out.flush();
    if end == End::Lost {
        end_group();
    }
    drop(link.running);
    match address.ended() {
        Some(ExitReason::Errored(_)) => ExitCode::FAILURE,
        Some(_) if shutdown.is_complete() => ExitCode::SUCCESS,
        _ => ExitCode::FAILURE,
    }
}

async fn converse<M: Typed>(
    system: &System,
    address: &Address<M>,
    active: &Active,
    node: &Node,
    link: &mut Link,
) -> End {
    let mut pulse = tokio::time::interval(milliseconds(PULSE, Duration::from_secs(2)));
    pulse.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut closed = pin!(address.closed());
    let mut jobs = JoinSet::new();
    loop {
        let message = tokio::select! {
            message = link.incoming.recv() => message,
            // From the machine's own thread: a step that never ends stops the pulse.
            _ = pulse.tick() => {
                link.out.send(&FromMachine::Pulse);
                continue;
            }
            _ = closed.as_mut() => return End::Machine,
            Some(_) = jobs.join_next() => continue,
        };
        let (address, active) = (address.clone(), active.clone());
        let out = link.out.clone();
        match message {
            None => return End::Lost,
            Some(ToMachine::Stop) => return End::Asked,
            Some(ToMachine::Send { id, text }) => {
                let tell = move |result| out.send(&FromMachine::Answer { id, result });
                jobs.spawn(requests::send(address, active, text, tell));
            }
            Some(ToMachine::Call { id, text, deadline }) => {
                let deadline = Duration::from_millis(deadline);
                jobs.spawn(async move {
                    let result = requests::call(address, active, text, deadline).await;
                    out.send(&FromMachine::Answer { id, result });
                });
            }
            Some(ToMachine::Status { id }) => {
                let status = Status {
                    state: active.place(),
                    mail: address.waiting(),
                    machines: system.machines().len(),
                };
                out.send(&FromMachine::Status { id, status });
            }
            Some(ToMachine::Child { id, news }) => node.tell(id, news),
        }
    }
}

/// Tells the node what happens in the process.
struct Reporter {
    out: Out,
    own: Arc<OnceLock<MachineId>>,
    address: String,
    node: Node,
}

impl Reporter {
    fn report(&self, event: &SystemEvent) {
        let own = |machine: &crate::Identity| self.own.get() == Some(&machine.id());
        let message = match event {
            SystemEvent::Started { machine, .. } if own(machine) => FromMachine::Started {
                address: self.address.clone(),
            },
            SystemEvent::Errored { machine, error, .. } if own(machine) => FromMachine::Errored {
                error: format!("{error:#}"),
            },
            SystemEvent::Exited {
                machine, reason, ..
            } if own(machine) => FromMachine::Exited {
                reason: reason.to_string(),
            },
            SystemEvent::Log { machine, line } => FromMachine::Event {
                machine: match own(machine) {
                    true => String::new(),
                    false => machine.to_string(),
                },
                kind: Kind::Log,
                text: line.to_string(),
            },
            // The future that stands for a process is not what happens.
            SystemEvent::Started { machine, .. }
            | SystemEvent::Errored { machine, .. }
            | SystemEvent::Exited { machine, .. }
                if self.node.tells_of(machine) =>
            {
                return;
            }
            SystemEvent::Started { machine, .. } => inner(machine, Kind::Started, "started"),
            SystemEvent::Errored { machine, error, .. } => {
                inner(machine, Kind::Errored, &format!("{error:#}"))
            }
            SystemEvent::Exited {
                machine, reason, ..
            } => inner(machine, Kind::Exited, &reason.to_string()),
            event => FromMachine::Event {
                machine: String::new(),
                kind: Kind::Notice,
                text: event.to_string(),
            },
        };
        self.out.send(&message);
    }
}

fn inner(machine: &crate::Identity, kind: Kind, text: &str) -> FromMachine {
    FromMachine::Event {
        machine: machine.to_string(),
        kind,
        text: text.to_owned(),
    }
}
