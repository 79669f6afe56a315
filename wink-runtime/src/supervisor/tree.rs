//! A supervisor's tree as it is at one moment, for people.

use std::borrow::Cow;
use std::fmt;

use crate::core::child_spec::Restart;
use crate::core::exit::Identity;
use crate::core::supervisor::{ChildState, Plan};

/// A supervisor and what is under it, at the moment that it was asked for.
///
/// Prints as a tree, one line a child.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Tree {
    /// The supervisor's name.
    pub name: Cow<'static, str>,
    /// Its settings.
    pub plan: Plan,
    /// Its children: the declared ones in order, then the others.
    pub children: Vec<TreeChild>,
}

/// A child in a [`Tree`].
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct TreeChild {
    /// The child's name.
    pub name: Cow<'static, str>,
    /// The machine that it is.
    pub machine: Option<Identity>,
    /// How far it is.
    pub state: ChildState,
    /// When it is started again.
    pub restart: Restart,
    /// How often it has ended and was to be started again.
    pub restarts: u64,
    /// How many times in a row it has failed.
    pub failures: u32,
    /// What is under it, when it is a supervisor.
    pub supervisor: Option<Tree>,
}

impl Tree {
    /// The path of the child that is that machine: `kitchen`, or `back/kitchen` for one under a
    /// nested supervisor.
    pub fn find(&self, machine: Identity) -> Option<String> {
        self.children.iter().find_map(|child| {
            if child.machine == Some(machine) {
                return Some(child.name.to_string());
            }
            let path = child.supervisor.as_ref()?.find(machine)?;
            Some(format!("{}/{path}", child.name))
        })
    }

    fn lines(&self, formatter: &mut fmt::Formatter<'_>, indent: &str) -> fmt::Result {
        let plan = &self.plan;
        write!(formatter, "{}, {}", plan.strategy, plan.intensity)?;
        let width = |child: &TreeChild| child.name.chars().count();
        let width = self.children.iter().map(width).max().unwrap_or(0);
        for (index, child) in self.children.iter().enumerate() {
            let (branch, below) = match index + 1 == self.children.len() {
                true => ("└─ ", "   "),
                false => ("├─ ", "│  "),
            };
            let name = &child.name;
            write!(
                formatter,
                "\n{indent}{branch}{name:width$}  {}",
                child.state
            )?;
            match child.restart {
                Restart::Permanent => {}
                other => write!(formatter, ", {other}")?,
            }
            match child.restarts {
                0 => {}
                1 => formatter.write_str(", 1 restart")?,
                restarts => write!(formatter, ", {restarts} restarts")?,
            }
            if let Some(inner) = &child.supervisor {
                formatter.write_str(": ")?;
                inner.lines(formatter, &format!("{indent}{below}"))?;
            }
        }
        Ok(())
    }
}

impl fmt::Display for Tree {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}: ", self.name)?;
        self.lines(formatter, "")
    }
}
