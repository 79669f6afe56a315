//! Family: a parent whose children fail, and who tries again each time. Alone, all of them live
//! in one process; under a node, each child is a process of its own.

mod offspring;

use offspring::{PATIENCE, child};
use std::time::Duration;
use wink::prelude::*;
use wink::process::Node;
use wink::remote::Placement;

/// Has two children, and another one whenever one has gone.
#[machine(name = "family/Parent")]
pub mod parent {
    use super::{Node, Placement, child};

    /// Knows its children by name.
    #[data]
    pub struct Parent {
        /// Where children are started as processes, when there is such a place.
        pub node: Option<Node>,
        /// What each child bears.
        pub patience: Duration,
        /// How often it tries again; for ever when nothing is said.
        pub tries: Option<u32>,
        family: Vec<(&'static str, Address<child::Child>)>,
    }

    #[messages]
    #[derive(Debug, Clone, Serialize, Deserialize)]
    pub enum Message {
        /// How many children are at home?
        #[reply(usize)]
        Count,
    }

    impl Parent {
        /// A parent that has no children yet.
        pub fn new(node: Option<Node>, patience: Duration, tries: Option<u32>) -> Parent {
            Parent {
                node,
                patience,
                tries,
                family: Vec::new(),
            }
        }

        fn name(&self, child: &Child) -> &'static str {
            let named = self.family.iter().find(|(_, address)| *child == *address);
            named.map_or("somebody", |(name, _)| name)
        }

        fn raise(&mut self, name: &'static str, cx: &mut Context) {
            let patience = self.patience;
            let placement = match &self.node {
                None => Placement::Local(child::Child { patience }),
                Some(node) => {
                    let patience = format!("{}ms", patience.as_millis());
                    Placement::Process(node.program().argument(patience))
                }
            };
            let child = cx.spawn_at(placement);
            self.family.push((name, child));
        }
    }

    #[entry]
    fn begin(parent: &mut Parent, cx: &mut Context) {
        for name in ["Alice", "Bob"] {
            parent.raise(name, cx);
        }
    }

    #[receive(Count)]
    fn count(parent: &Parent) -> usize {
        parent.family.len()
    }

    #[child(started)]
    fn welcome(parent: &Parent, child: &Child, cx: &mut Context) {
        cx.log(format!("{} has started", parent.name(child)));
    }

    #[child(errored)]
    fn console(parent: &Parent, child: &Child, error: &Error, cx: &mut Context) {
        cx.log(format!("{} has failed: {error}", parent.name(child)));
    }

    #[child(exited)]
    fn try_again(parent: &mut Parent, child: &Child, cx: &mut Context) {
        let name = parent.name(child);
        parent.family.retain(|(_, address)| *child != *address);
        match &mut parent.tries {
            Some(0) if parent.family.is_empty() => cx.exit(),
            Some(0) => {}
            Some(tries) => {
                *tries -= 1;
                parent.raise(name, cx);
            }
            None => parent.raise(name, cx),
        }
    }
}

wink::main!(
    parent::Parent,
    |node: Option<Node>, patience: Option<Duration>, tries: Option<u32>| {
        parent::Parent::new(node, patience.unwrap_or(PATIENCE), tries)
    }
);
