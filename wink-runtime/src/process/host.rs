//! The node as what starts machines elsewhere: each in a process of its own.

use super::node::{GONE, Node, Process};
use super::protocol;
use crate::core::exit::Identity;
use crate::core::station::BoxFuture;
use crate::remote::{ConnectError, Host, Hosted, News, Order, Program, ReachError, Remote};
use crate::{Address, Machine};
use std::collections::VecDeque;
use std::sync::Arc;
use std::task::{Context, Poll};

impl Node {
    /// The program of that machine, to be spawned by
    /// [`spawn_at`](crate::Context::spawn_at), or to be given to a supervisor: this node starts it
    /// as a process, or has another node start it.
    ///
    /// ```text
    /// let child = cx.spawn_at(node.program::<Child>().argument("5s"));
    /// let afar = cx.spawn_at(node.program::<Child>().on("192.0.2.7:42000"));
    /// ```
    pub fn program<M: Machine>(&self) -> Program<M> {
        Program::new(Arc::new(self.clone()))
    }

    /// The address of the machine whose process is at `address`, on this computer or another one
    /// of the same cluster, whoever has started it. From then on it is an address as any.
    ///
    /// # Errors
    /// When nobody is there, when it is another machine or takes other messages, and when this
    /// process reaches nobody.
    pub fn reach<M: Remote>(
        &self,
        address: &str,
    ) -> impl Future<Output = Result<Address<M>, ReachError>> + Send + use<M> {
        let (node, address) = (self.clone(), address.to_owned());
        async move {
            let wire = node.wire().get().await;
            let wire = wire.map_err(|why| ConnectError {
                address: address.clone(),
                why,
            })?;
            wire.reach_process(&address).await
        }
    }
}

impl Host for Node {
    fn start(&self, order: &Order) -> Box<dyn Hosted> {
        let Order {
            name,
            arguments,
            node,
        } = order.clone();
        Box::new(Child {
            name: name.clone(),
            process: self.spawn(name, arguments, node),
            news: VecDeque::new(),
        })
    }

    fn wire(&self) -> BoxFuture<'static, Result<crate::remote::Node, String>> {
        let node = self.clone();
        Box::pin(async move { Node::wire(&node).get().await })
    }

    fn stands_in(&self, machine: Identity, stands: bool) {
        let mut stand_ins = self.stand_ins();
        match stands {
            true => stand_ins.insert(machine.id()),
            false => stand_ins.remove(&machine.id()),
        };
    }
}

struct Child {
    name: String,
    process: Process,
    /// What has been heard and not told.
    news: VecDeque<News>,
}

impl Hosted for Child {
    fn poll_news(&mut self, context: &mut Context<'_>) -> Poll<News> {
        loop {
            if let Some(news) = self.news.pop_front() {
                return Poll::Ready(news);
            }
            let Poll::Ready(news) = self.process.poll_news(context) else {
                return Poll::Pending;
            };
            match news {
                Some(protocol::News::Started {
                    address,
                    unreachable: None,
                    ..
                }) => self.news.push_back(News::Started { address }),
                Some(protocol::News::Started {
                    address,
                    unreachable: Some(why),
                    ..
                }) => {
                    let name = &self.name;
                    let error = format!("`{name}` runs at {address}, but is not reached: {why}");
                    self.news.push_back(News::Errored { error });
                    self.process.kill();
                }
                Some(protocol::News::Errored { error }) => {
                    self.news.push_back(News::Errored { error });
                }
                Some(protocol::News::Exited { .. }) => self.news.push_back(News::Exited),
                None => {
                    let error = GONE.to_owned();
                    self.news.push_back(News::Errored { error });
                    self.news.push_back(News::Exited);
                }
            }
        }
    }

    fn stop(&mut self) {
        self.process.stop();
    }

    fn kill(&mut self) {
        self.process.kill();
    }
}
