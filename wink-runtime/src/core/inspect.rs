//! What the machines of a system are like at one moment: plain data, and a tree for people.
//!
//! Must not know of: how it is gathered, any loop.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;
use std::time::Duration;

use serde::{Deserialize, Serialize};

/// Text that is a machine's own, or was read from somewhere.
type Text = Cow<'static, str>;

/// The machines of a system: those of one loop as they were at one moment, between two steps;
/// those of several loops each at its own.
///
/// Prints as a tree, one line a machine: spawners, and under them what they spawned.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Inspection {
    /// The machines, the oldest first.
    pub machines: Vec<MachineView>,
    /// The loops, in the order of their numbers.
    pub loops: Vec<LoopView>,
}

/// One loop in an [`Inspection`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct LoopView {
    /// Which one: loops are counted from 0.
    pub number: u32,
    /// Whether it answered. One that is in the middle of a step that does not end does not: of
    /// its machines there is only the name.
    pub answered: bool,
    /// How many machines it has.
    pub machines: usize,
    /// How many of these are not in the inspection, because there are too many.
    pub left_out: usize,
}

/// One machine in an [`Inspection`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct MachineView {
    /// Its number, unique within its system.
    pub id: u64,
    /// The name of its chart, for example `samples/Switch`.
    pub name: Text,
    /// What it is called besides: as a supervisor's child, or by its spawner
    /// ([`SpawnOptions::label`](crate::SpawnOptions::label)).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub label: Option<Text>,
    /// Names of the states that it rests in, in document order; of the root when it has no
    /// others. While an asynchronous step is under way, those before the step. Empty when it
    /// has not started, is down, or is not known.
    pub states: Vec<Text>,
    /// What it is doing.
    pub activity: Activity,
    /// How many messages wait for it, those of senders that wait for room included.
    pub queued: usize,
    /// How many messages its mailbox holds.
    pub room: usize,
    /// How many messages it has deferred.
    pub deferred: usize,
    /// The number of the machine that spawned it; `None` when the program did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent: Option<u64>,
    /// How often it was started again.
    pub restarts: u64,
    /// The loop that it lives in, counted from 0.
    #[serde(rename = "loop")]
    pub event_loop: u32,
    /// For how long it has run since it started last; zero when it does not run.
    pub uptime: Duration,
}

/// What a machine is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum Activity {
    /// It has not completed its first step.
    Starting,
    /// It waits for messages, or has some that it will be given.
    Ready,
    /// An asynchronous step is under way.
    Waiting,
    /// It has sent what does not fit into another machine's mailbox, and waits for room.
    Blocked,
    /// It is about to end: its children end before it.
    Stopping,
    /// It has ended, and is kept to be started again.
    Down,
    /// It is a future, not a machine: nothing more can be seen.
    Future,
    /// Its loop did not answer.
    Unknown,
}

impl fmt::Display for Activity {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(match self {
            Activity::Starting => "starting",
            Activity::Ready => "ready",
            Activity::Waiting => "waiting",
            Activity::Blocked => "blocked",
            Activity::Stopping => "stopping",
            Activity::Down => "down",
            Activity::Future => "future",
            Activity::Unknown => "unknown",
        })
    }
}

impl Inspection {
    /// The machine of that number.
    pub fn machine(&self, id: u64) -> Option<&MachineView> {
        let found = self.machines.binary_search_by_key(&id, |view| view.id);
        self.machines.get(found.ok()?)
    }

    /// The machines that it has spawned, the oldest first.
    pub fn children(&self, parent: u64) -> impl Iterator<Item = &MachineView> {
        let spawned = move |view: &&MachineView| view.parent == Some(parent);
        self.machines.iter().filter(spawned)
    }

    /// How many machines there are that the inspection has left out.
    pub fn left_out(&self) -> usize {
        self.loops.iter().map(|one| one.left_out).sum()
    }

    /// Puts the machines in order.
    pub(crate) fn sort(&mut self) {
        self.machines.sort_by_key(|view| view.id);
        self.loops.sort_by_key(|one| one.number);
    }
}

impl fmt::Display for MachineView {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(label) = &self.label {
            write!(formatter, "{label}: ")?;
        }
        let id = super::exit::MachineId::new(self.id);
        write!(formatter, "{}{id}", self.name)?;
        if !self.states.is_empty() {
            write!(formatter, " [{}]", self.states.join(", "))?;
        }
        write!(formatter, " {}", self.activity)?;
        if self.queued > 0 {
            write!(formatter, ", mail {} of {}", self.queued, self.room)?;
        }
        if self.deferred > 0 {
            write!(formatter, ", {} deferred", self.deferred)?;
        }
        match self.restarts {
            0 => {}
            1 => formatter.write_str(", 1 restart")?,
            restarts => write!(formatter, ", {restarts} restarts")?,
        }
        if !self.uptime.is_zero() {
            // Whole seconds, unless it has not run for one.
            let uptime = match self.uptime.as_secs() {
                0 => self.uptime,
                seconds => Duration::from_secs(seconds),
            };
            write!(formatter, ", up {uptime:?}")?;
        }
        Ok(())
    }
}

impl fmt::Display for Inspection {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut below: BTreeMap<Option<u64>, Vec<&MachineView>> = BTreeMap::new();
        for view in &self.machines {
            // What was left out cannot have anything under it.
            let parent = view.parent.filter(|parent| self.machine(*parent).is_some());
            below.entry(parent).or_default().push(view);
        }
        // A stack of its own: chains of machines may be longer than the program's.
        let mut open: Vec<(String, String, &MachineView)> = Vec::new();
        for root in below.remove(&None).unwrap_or_default().into_iter().rev() {
            open.push((String::new(), String::new(), root));
        }
        let several = self.loops.len() > 1;
        let mut is_first = true;
        while let Some((branch, indent, view)) = open.pop() {
            if !std::mem::take(&mut is_first) {
                formatter.write_str("\n")?;
            }
            write!(formatter, "{branch}{view}")?;
            if several {
                write!(formatter, ", loop {}", view.event_loop)?;
            }
            let children = below.remove(&Some(view.id)).unwrap_or_default();
            for (index, child) in children.into_iter().rev().enumerate() {
                let (branch, below) = match index {
                    0 => ("└─ ", "   "),
                    _ => ("├─ ", "│  "),
                };
                open.push((
                    format!("{indent}{branch}"),
                    format!("{indent}{below}"),
                    child,
                ));
            }
        }
        for one in self.loops.iter().filter(|one| !one.answered) {
            write!(formatter, "\nloop {} does not answer", one.number)?;
        }
        match self.left_out() {
            0 => Ok(()),
            count => write!(formatter, "\n{count} more are left out"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn view(id: u64, parent: Option<u64>) -> MachineView {
        MachineView {
            id,
            name: "tests/Machine".into(),
            label: None,
            states: vec!["open".into()],
            activity: Activity::Ready,
            queued: 0,
            room: 8,
            deferred: 0,
            parent,
            restarts: 0,
            event_loop: 0,
            uptime: Duration::ZERO,
        }
    }

    fn inspection(machines: Vec<MachineView>) -> Inspection {
        let mut inspection = Inspection {
            machines,
            loops: vec![LoopView {
                number: 0,
                answered: true,
                machines: 0,
                left_out: 0,
            }],
        };
        inspection.sort();
        inspection
    }

    #[test]
    fn the_tree_shows_who_spawned_whom() {
        let mut busy = view(4, Some(2));
        busy.label = Some("till".into());
        busy.queued = 3;
        busy.restarts = 2;
        busy.uptime = Duration::from_millis(2_500);
        let machines = vec![busy, view(3, Some(1)), view(2, Some(1)), view(1, None)];
        let shown = inspection(machines).to_string();
        let lines = [
            "tests/Machine#1 [open] ready",
            "├─ tests/Machine#2 [open] ready",
            "│  └─ till: tests/Machine#4 [open] ready, mail 3 of 8, 2 restarts, up 2s",
            "└─ tests/Machine#3 [open] ready",
        ];
        assert_eq!(shown, lines.join("\n"));
    }

    #[test]
    fn what_is_left_out_and_who_does_not_answer_is_said() {
        let mut inspection = inspection(vec![view(7, Some(5))]);
        inspection.loops[0].left_out = 2;
        inspection.loops[0].answered = false;
        let shown = inspection.to_string();
        let lines = [
            "tests/Machine#7 [open] ready",
            "loop 0 does not answer",
            "2 more are left out",
        ];
        assert_eq!(shown, lines.join("\n"));
    }

    #[test]
    fn a_long_chain_prints() {
        let views = (1..=3_000).map(|id| view(id, (id > 1).then(|| id - 1)));
        let shown = inspection(views.collect()).to_string();
        assert_eq!(shown.lines().count(), 3_000);
    }
}
