//! A host whose programs are systems of their own in the same memory network.

use std::collections::VecDeque;
use std::future::Future;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll};

use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

use super::machines::{Cluster, Counter, Log, logged};
use wink::prelude::*;
use wink::remote::{Host, Hosted, MemoryNetwork, News, Node, Order, Program};
use wink::{ExitReason, System};

type BoxFuture<T> = Pin<Box<dyn Future<Output = T> + Send>>;

/// A system with a node, and a host for it.
pub struct Stage {
    pub system: System,
    pub log: Log,
    pub host: Fake,
}

#[derive(Clone)]
pub struct Fake(Arc<Inner>);

impl std::ops::Deref for Fake {
    type Target = Inner;

    fn deref(&self) -> &Inner {
        &self.0
    }
}

pub struct Inner {
    cluster: Cluster,
    pub network: MemoryNetwork,
    node: Node,
    processes: Mutex<Vec<Process>>,
    /// What becomes of the next programs; when nothing is said they run.
    fates: Mutex<VecDeque<Fate>>,
    /// What was asked for.
    pub orders: Mutex<Vec<Order>>,
    is_deaf: AtomicBool,
    /// What was asked of programs: `stop 0`, `kill 1`.
    pub asked: Mutex<Vec<String>>,
}

/// What becomes of a program.
pub enum Fate {
    /// It cannot be started.
    Refused(&'static str),
    /// It is another machine.
    Other,
    /// It starts when it is let go.
    Later,
    /// It starts, and has failed before anybody reaches it.
    Brief(&'static str),
}

/// A program that runs, or did.
struct Process {
    news: UnboundedSender<News>,
    machine: Address<Counter>,
    system: System,
    /// Kept when it is killed: a dead process says nothing.
    node: Option<Node>,
    waits: Option<String>,
}

impl Stage {
    pub fn new() -> Self {
        let (system, log) = logged();
        let (cluster, network) = (Cluster::new(), MemoryNetwork::new());
        let node = Node::builder(&system, cluster.node("boss"))
            .network(&network)
            .listen("boss")
            .start()
            .expect("it starts");
        let host = Fake(Arc::new(Inner {
            cluster,
            network,
            node,
            processes: Mutex::default(),
            fates: Mutex::default(),
            orders: Mutex::default(),
            is_deaf: AtomicBool::new(false),
            asked: Mutex::default(),
        }));
        Stage { system, log, host }
    }

    pub fn program(&self) -> Program<Counter> {
        Program::new(Arc::new(self.host.clone()))
    }
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().expect("nobody panics with it")
}

impl Inner {
    pub fn fate(&self, fate: Fate) {
        lock(&self.fates).push_back(fate);
    }

    /// How many programs were started.
    pub fn count(&self) -> usize {
        lock(&self.processes).len()
    }

    /// The machine of that program, in its own system.
    pub fn machine(&self, number: usize) -> Address<Counter> {
        lock(&self.processes)[number].machine.clone()
    }

    pub fn asked(&self) -> Vec<String> {
        lock(&self.asked).clone()
    }

    /// As kill -9 does it: nothing is said over the wire, and who started it is told.
    pub fn kill(&self, number: usize, why: &str) {
        let process = &lock(&self.processes)[number];
        let error = why.to_owned();
        let _ = process.news.send(News::Errored { error });
        let _ = process.news.send(News::Exited);
    }

    /// Lets a program start that was to start later.
    pub fn let_go(&self, number: usize) {
        let process = &mut lock(&self.processes)[number];
        if let Some(address) = process.waits.take() {
            let _ = process.news.send(News::Started { address });
        }
    }

    /// From now on programs that are asked to stop do not.
    pub fn ignores_stops(&self) {
        self.is_deaf.store(true, Ordering::Relaxed);
    }

    /// Ends a program in good order.
    fn stop(&self, number: usize) {
        if self.is_deaf.load(Ordering::Relaxed) {
            return;
        }
        let process = &mut lock(&self.processes)[number];
        let (system, node) = (process.system.clone(), process.node.take());
        let news = process.news.clone();
        tokio::spawn(async move {
            let stopped = system.shutdown().await;
            assert!(stopped.is_complete());
            if let Some(node) = node {
                node.close().await;
            }
            let _ = news.send(News::Exited);
        });
    }
}

impl Host for Fake {
    fn start(&self, order: &Order) -> Box<dyn Hosted> {
        lock(&self.orders).push(order.clone());
        let (news, told) = unbounded_channel();
        let number = self.count();
        let child = Child {
            number,
            host: self.clone(),
            news: told,
        };
        let fate = lock(&self.fates).pop_front();
        if let Some(Fate::Refused(why) | Fate::Brief(why)) = fate {
            if let Some(Fate::Brief(_)) = fate {
                let address = "nobody".to_owned();
                let _ = news.send(News::Started { address });
            }
            let error = why.to_owned();
            let _ = news.send(News::Errored { error });
            let _ = news.send(News::Exited);
            return Box::new(child);
        }
        let address = format!("process-{number}");
        let (system, _) = logged();
        let node = Node::builder(&system, self.cluster.node(&address))
            .network(&self.network)
            .listen(&*address)
            .start()
            .expect("it starts");
        let machine = system.spawn(Counter::default());
        match fate {
            Some(Fate::Other) => {
                let other = system.spawn(super::placement::Boss::default());
                node.publish(Node::MAIN, &other).expect("it can travel");
            }
            _ => node.publish(Node::MAIN, &machine).expect("it can travel"),
        }
        let waits = match fate {
            Some(Fate::Later) => Some(address),
            _ => {
                let _ = news.send(News::Started { address });
                None
            }
        };
        // When its machine has ended, the program ends too.
        let (closed, over, link) = (machine.handle().closed(), news.clone(), node.clone());
        tokio::spawn(async move {
            let reason = closed.await;
            link.close().await;
            if let ExitReason::Errored(error) = reason {
                let error = error.to_string();
                let _ = over.send(News::Errored { error });
            }
            let _ = over.send(News::Exited);
        });
        lock(&self.processes).push(Process {
            news,
            machine,
            system,
            node: Some(node),
            waits,
        });
        Box::new(child)
    }

    fn wire(&self) -> BoxFuture<Result<Node, String>> {
        Box::pin(std::future::ready(Ok(self.node.clone())))
    }
}

struct Child {
    number: usize,
    host: Fake,
    news: UnboundedReceiver<News>,
}

impl Hosted for Child {
    fn poll_news(&mut self, context: &mut Context<'_>) -> Poll<News> {
        let news = self.news.poll_recv(context);
        news.map(|news| news.unwrap_or(News::Exited))
    }

    fn stop(&mut self) {
        lock(&self.host.asked).push(format!("stop {}", self.number));
        self.host.stop(self.number);
    }

    fn kill(&mut self) {
        lock(&self.host.asked).push(format!("kill {}", self.number));
        let _ = lock(&self.host.processes)[self.number]
            .news
            .send(News::Exited);
    }
}
