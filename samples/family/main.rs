//! Family: a parent whose children fail, and who tries again each time.

use wink::prelude::*;

/// Bears ten seconds.
#[machine(name = "family/Child")]
pub mod child {
    #[data]
    #[derive(Default)]
    pub struct Child;

    #[messages]
    pub enum Message {}

    #[state(initial)]
    #[after("10s" => fed_up)]
    pub mod playing {}

    #[state]
    pub mod fed_up {
        #[entry]
        fn cry(cx: &mut Context) {
            cx.error("AHHHHH");
        }
    }
}

/// Has two children, and another one whenever one has gone.
#[machine(name = "family/Parent")]
pub mod parent {
    use super::child;

    /// Knows its children by name.
    #[data]
    #[derive(Default)]
    pub struct Parent {
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
        fn name(&self, child: &Child) -> &'static str {
            let named = self.family.iter().find(|(_, address)| child == address);
            named.map_or("somebody", |(name, _)| name)
        }
    }

    #[entry]
    fn begin(parent: &mut Parent, cx: &mut Context) {
        for name in ["Alice", "Bob"] {
            parent.family.push((name, cx.spawn(child::Child)));
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
        parent.family.retain(|(_, address)| child != address);
        parent.family.push((name, cx.spawn(child::Child)));
    }
}

wink::main!(parent::Parent);
