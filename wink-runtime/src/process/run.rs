//! One machine, one process: started by a node, asked by it, ended with it.

use super::link::{Link, Out, end_group};
use super::node::Node;
use super::protocol::{FromMachine, Kind, Status, ToMachine};
use super::state::Active;
use super::wire::{self, Open};
use super::{GRACE, NODE, PULSE, Publish, requests};
use crate::console::Typed;
use crate::core::address::Address;
use crate::core::event::{PeerEvent, SystemEvent};
use crate::core::exit::{ExitReason, MachineId};
use crate::driver::{Shutdown, SpawnOptions, System};
use std::net::{SocketAddr, UdpSocket};
use std::pin::{Pin, pin};
use std::process::ExitCode;
use std::sync::{Arc, OnceLock};
use std::time::Duration;
use tokio::task::JoinSet;
use tokio::time::{MissedTickBehavior, Sleep};

/// How many machines of a process are shown to those who watch it.
const SHOWN: usize = 500;

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
pub(crate) fn run<M: Typed>(data: M, under: Under, publish: Option<Publish<M>>) -> ExitCode {
    // First of all: the answer comes while the rest is made ready.
    wire::ask(&under.link);
    let taken = match take_address(&under.address) {
        Ok(taken) => taken,
        Err(reason) => return under.refuse(reason),
    };
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    match runtime {
        Ok(runtime) => {
            let code = runtime.block_on(live(data, under, taken, publish));
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

async fn live<M: Typed>(
    data: M,
    under: Under,
    (socket, at): (UdpSocket, SocketAddr),
    publish: Option<Publish<M>>,
) -> ExitCode {
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
        address: at.to_string(),
        node: node.clone(),
    };
    let pulse = milliseconds(PULSE, Duration::from_secs(2));
    let system = System::builder()
        .grace(grace / 2)
        .log(move |event| reporter.report(event))
        .build();
    let mut open = wire::open(&mut link, &system, &socket, pulse).await;
    if let Ok(open) = &open {
        open.attend(&link, &node);
    }
    wire::tell(&node, &open);
    let active = Active::new(M::CHART);
    let address = system.spawn_observed(data, &SpawnOptions::new(), active.clone());
    let unreachable = match &open {
        Ok(open) => open.publish(&address, publish).err(),
        Err(why) => Some(why.clone()),
    };
    // Nothing runs before this task waits for the first time.
    let _ = own.set((address.identity().id(), unreachable));
    let converse = Converse {
        system: &system,
        address: &address,
        active: &active,
        node: &node,
        pulse,
    };
    let end = converse.run(&mut link, open.as_mut().ok()).await;
    if end == End::Lost {
        node.lose();
    }
    let shutdown = shut_down(&system, &mut link, &node).await;
    wire::close(&node, open.ok()).await;
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

/// Stops all machines. Those that stand for processes wait until these have ended, and so the node
/// is heard meanwhile.
async fn shut_down(system: &System, link: &mut Link, node: &Node) -> Shutdown {
    let mut shutdown = pin!(system.shutdown());
    loop {
        let message = tokio::select! {
            shutdown = shutdown.as_mut() => return shutdown,
            message = link.next() => message,
        };
        match message {
            Some(ToMachine::Child { id, news }) => node.tell(id, news),
            Some(_) => {}
            None => {
                node.lose();
                return shutdown.await;
            }
        }
    }
}

/// What the machine's process hears, and what it does then.
struct Converse<'life, M: Typed> {
    system: &'life System,
    address: &'life Address<M>,
    active: &'life Active,
    node: &'life Node,
    pulse: Duration,
}

impl<M: Typed> Converse<'_, M> {
    async fn run(&self, link: &mut Link, mut open: Option<&mut Open>) -> End {
        let mut pulse = tokio::time::interval(self.pulse);
        pulse.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut closed = pin!(self.address.closed());
        let mut renewal = open
            .as_ref()
            .map(|open| Box::pin(tokio::time::sleep(open.renewal())));
        let mut jobs = JoinSet::new();
        loop {
            let message = tokio::select! {
                message = link.next() => message,
                // From the machine's own thread: a step that never ends stops the pulse.
                _ = pulse.tick() => {
                    link.out.send(&FromMachine::Pulse);
                    continue;
                }
                _ = closed.as_mut() => return End::Machine,
                Some(_) = jobs.join_next() => continue,
                Some(()) = maybe(&mut renewal) => {
                    wire::ask(link);
                    renewal = None;
                    continue;
                }
            };
            match message {
                None => return End::Lost,
                Some(ToMachine::Stop) => return End::Asked,
                Some(ToMachine::Child { id, news }) => self.node.tell(id, news),
                Some(ToMachine::Credential { result }) => {
                    let Some(open) = &mut open else { continue };
                    if let Err(why) = open.renew(result) {
                        notice(&link.out, format!("its credential is not renewed: {why}"));
                    }
                    renewal = Some(Box::pin(tokio::time::sleep(open.renewal())));
                }
                Some(ToMachine::Withdrawn { name }) => {
                    if let Some(open) = &open {
                        open.refuse(name);
                    }
                }
                Some(ToMachine::Ended { address, reason }) => {
                    if let Some(open) = &open {
                        open.ended(&address, &reason);
                    }
                }
                Some(request) => self.serve(request, &link.out, &mut jobs),
            }
        }
    }

    fn serve(&self, request: ToMachine, out: &Out, jobs: &mut JoinSet<()>) {
        let (address, active) = (self.address.clone(), self.active.clone());
        let out = out.clone();
        match request {
            ToMachine::Send { id, text } => {
                let tell = move |result| out.send(&FromMachine::Answer { id, result });
                jobs.spawn(requests::send(address, active, text, tell));
            }
            ToMachine::Call { id, text, deadline } => {
                let deadline = Duration::from_millis(deadline);
                jobs.spawn(async move {
                    let result = requests::call(address, active, text, deadline).await;
                    out.send(&FromMachine::Answer { id, result });
                });
            }
            ToMachine::Status { id } => {
                let status = Status {
                    state: active.place(),
                    mail: address.waiting(),
                    machines: self.system.machines().len(),
                };
                out.send(&FromMachine::Status { id, status });
            }
            ToMachine::Look { id } => {
                let system = self.system.clone();
                jobs.spawn(async move {
                    let mut look = active.look();
                    look.system = system.inspect_up_to(SHOWN).await;
                    let look = Box::new(look);
                    out.send(&FromMachine::Look { id, look });
                });
            }
            // The rest is no request.
            ToMachine::Stop
            | ToMachine::Child { .. }
            | ToMachine::Credential { .. }
            | ToMachine::Ended { .. }
            | ToMachine::Withdrawn { .. } => {}
        }
    }
}

/// Ready when there is something to wait for, and it is ready.
async fn maybe(sleep: &mut Option<Pin<Box<Sleep>>>) -> Option<()> {
    match sleep {
        Some(sleep) => {
            sleep.as_mut().await;
            Some(())
        }
        None => std::future::pending().await,
    }
}

fn notice(out: &Out, text: String) {
    out.send(&FromMachine::Event {
        machine: String::new(),
        kind: Kind::Notice,
        text,
    });
}

/// Tells the node what happens in the process.
struct Reporter {
    out: Out,
    /// The machine, and why others do not reach it, if they do not.
    own: Arc<OnceLock<(MachineId, Option<String>)>>,
    address: String,
    node: Node,
}

impl Reporter {
    fn report(&self, event: &SystemEvent) {
        let own =
            |machine: &crate::Identity| self.own.get().is_some_and(|(own, _)| *own == machine.id());
        let message = match event {
            SystemEvent::Started { machine, .. } if own(machine) => FromMachine::Started {
                address: self.address.clone(),
                unreachable: self.own.get().and_then(|(_, why)| why.clone()),
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
            | SystemEvent::Down { machine, .. }
            | SystemEvent::Exited { machine, .. }
                if self.node.tells_of(machine) =>
            {
                return;
            }
            // That processes meet and part is no news; whoever needs one that is lost hears so.
            SystemEvent::Peer {
                event: PeerEvent::Linked | PeerEvent::Left(_) | PeerEvent::Lost(_),
                ..
            } => return,
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
