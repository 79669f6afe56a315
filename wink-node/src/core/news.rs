//! What processes do: they start, speak, fail and end.
//!
//! Must not know of: files, sockets, processes, clocks.

use super::{Core, Effect, Id, Phase, Spawner};
use crate::request::{Answer, Failure};
use std::time::Duration;
use wink_runtime::process::protocol::{FromMachine, Kind, News, ToMachine};

/// How a process ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ended {
    /// For people: `killed by signal 9`, `exit code 1`.
    pub how: String,
    /// It did not end in peace.
    pub is_failure: bool,
    /// The last line on its standard error stream.
    pub last_words: Option<String>,
}

impl Core {
    /// A machine's program runs.
    pub fn launched(&mut self, id: Id, pid: u32) {
        if let Some(machine) = self.machines.get_mut(&id) {
            machine.pid = pid;
        }
    }

    /// A machine's program cannot be run.
    pub fn not_launched(&mut self, now: Duration, id: Id, reason: String) {
        if let Some(machine) = self.machines.get_mut(&id) {
            machine.error = Some(reason);
        }
        self.end(now, id, None);
    }

    /// A machine said something.
    pub fn said(&mut self, now: Duration, id: Id, message: FromMachine) {
        let Some(machine) = self.machines.get_mut(&id) else {
            return;
        };
        (machine.heard, machine.spared) = (now, 0);
        match message {
            FromMachine::Pulse => {}
            FromMachine::Started {
                address,
                unreachable,
            } => self.started(now, id, &address, unreachable),
            FromMachine::Credential => self.effect(Effect::Issue(id)),
            FromMachine::Attend { address, node } => self.attend(id, address, node),
            FromMachine::Refused { reason } => machine.error = Some(reason),
            FromMachine::Errored { error } => machine.error = Some(error),
            FromMachine::Exited { reason } => {
                // What its process does after that is no life.
                machine.reason = Some(reason);
                if machine.kill_at.is_none() {
                    let deadline = now + self.settings.grace;
                    machine.kill_at = Some(deadline);
                    self.wake_at(deadline);
                }
            }
            FromMachine::Event {
                machine: inner,
                kind,
                text,
            } => self.event(id, inner, kind, text),
            FromMachine::Answer {
                id: request,
                result,
            } => self.answered(id, request, result),
            FromMachine::Status {
                id: request,
                status,
            } => self.status(id, request, status),
            FromMachine::Look { id: request, look } => self.looked(now, id, request, look),
            FromMachine::Spawn {
                id: request,
                name,
                arguments,
                node,
            } => self.effect(Effect::Find {
                spawner: (id, request),
                name,
                arguments,
                node,
            }),
            FromMachine::StopChild { id: request } => match self.child(id, request) {
                Some(child) => self.stop_tree(now, child),
                None => self.tell_gone(id, request),
            },
            FromMachine::KillChild { id: request } => match self.child(id, request) {
                Some(child) => self.kill_child(child),
                None => self.tell_gone(id, request),
            },
        }
    }

    /// What a machine has started by that request.
    fn child(&self, id: Id, request: u64) -> Option<Id> {
        let wanted = Spawner::Machine(id, request);
        let mut children = self.machines.get(&id)?.children.iter();
        let is_it = |child: &&Id| {
            let child = self.machines.get(child);
            child.is_some_and(|child| child.spawner == wanted)
        };
        children.find(is_it).copied()
    }

    /// What a machine wants gone is so. One that is stopping was not told: see `tell_spawner`.
    fn tell_gone(&mut self, id: Id, request: u64) {
        let reason = "has ended".to_owned();
        let news = News::Exited { reason };
        self.effect(Effect::Say(id, ToMachine::Child { id: request, news }));
    }

    /// Its spawner wants it gone at once. What it has started ends in good order afterwards.
    pub(super) fn kill_child(&mut self, id: Id) {
        let Some(machine) = self.machines.get_mut(&id) else {
            return;
        };
        machine.is_asked = true;
        machine.is_stopping = true;
        machine.kill_at = None;
        // One that was about to end has said why.
        machine.reason.get_or_insert_with(|| "killed".to_owned());
        self.effect(Effect::Kill(id));
    }

    pub(super) fn started(
        &mut self,
        now: Duration,
        id: Id,
        address: &str,
        unreachable: Option<String>,
    ) {
        let Some(machine) = self.machines.get_mut(&id) else {
            return;
        };
        if !matches!(machine.phase, Phase::Starting(_)) {
            return;
        }
        machine.phase = Phase::Running;
        // The port that it was given, when it asked for any.
        if let Ok(address) = address.parse() {
            machine.address = address;
        }
        let (name, address) = (machine.name(), machine.address.to_string());
        let (pid, log) = (machine.pid, machine.log.clone());
        let (spawner, starter) = (machine.spawner, machine.starter.take());
        let is_followed = starter.is_some_and(|starter| machine.followers.contains(&starter));
        let deadline = now + self.settings.silence;
        self.wake_at(deadline);
        if let Some(starter) = starter {
            let answer = Answer::Started {
                name: name.clone(),
                address: address.clone(),
                pid,
                log,
                unreachable: unreachable.clone(),
            };
            self.answer(starter, answer);
            if !is_followed {
                self.answer(starter, Answer::Done);
            }
        }
        self.event(id, String::new(), Kind::Started, "started".to_owned());
        if let Spawner::Machine(spawner, request) = spawner {
            let news = News::Started {
                address,
                name,
                unreachable,
            };
            self.tell_spawner(spawner, request, news);
        }
    }

    /// Something happened in a machine's process: its log, and whoever follows it or one above.
    pub(super) fn event(&mut self, id: Id, inner: String, kind: Kind, text: String) {
        let Some(machine) = self.machines.get(&id) else {
            return;
        };
        let own = machine.full_name();
        let (told, recorded) = match inner.is_empty() {
            true => (own, text.clone()),
            false => (inner.clone(), format!("{inner}: {text}")),
        };
        self.effect(Effect::Record(id, kind, recorded));
        let mut followers = machine_followers(self, id);
        followers.dedup();
        for follower in followers {
            let answer = Answer::Event {
                machine: told.clone(),
                kind,
                text: text.clone(),
            };
            self.answer(follower, answer);
        }
    }

    /// A machine's process has ended.
    pub fn exited(&mut self, now: Duration, id: Id, ended: Ended) {
        let Some(machine) = self.machines.get_mut(&id) else {
            return;
        };
        let how = match &ended.last_words {
            Some(words) => format!("{}: {words}", ended.how),
            None => ended.how.clone(),
        };
        let is_early = matches!(machine.phase, Phase::Starting(_));
        if machine.error.is_none() && machine.reason.is_none() {
            if is_early && !machine.is_stopping {
                machine.error = Some(format!("ended before it had started: {how}"));
            } else if ended.is_failure {
                machine.error = Some(how);
            }
        }
        self.end(now, id, None);
    }

    /// A machine is gone: everybody who waits for something of it is told.
    pub(super) fn end(&mut self, now: Duration, id: Id, reason: Option<String>) {
        let Some(machine) = self.machines.get(&id) else {
            return;
        };
        let error = machine.error.clone();
        let reason = reason.or_else(|| machine.reason.clone());
        let reason = reason.unwrap_or_else(|| match &error {
            Some(error) => error.clone(),
            None => "ended".to_owned(),
        });
        if let Some(error) = &error {
            self.event(id, String::new(), Kind::Errored, error.clone());
        }
        self.event(id, String::new(), Kind::Exited, reason.clone());
        let Some(machine) = self.machines.remove(&id) else {
            return;
        };
        let why = error.clone().unwrap_or_else(|| reason.clone());
        if let Some(starter) = machine.starter {
            self.fail(starter, format!("`{}`: {why}", machine.name()));
        }
        for follower in machine.followers {
            if machine.starter == Some(follower) {
                continue;
            }
            let answer = match &error {
                None => Answer::Done,
                Some(_) => Answer::Failed {
                    failure: Failure::Errored,
                    reason: format!("`{}` has failed: {why}", machine.base),
                },
            };
            self.answer(follower, answer);
        }
        for stopper in machine.stoppers {
            self.answer(stopper, Answer::Done);
        }
        self.forget_requests(id, &why);
        self.forget_watchers(id, &why);
        if let Spawner::Machine(spawner, request) = machine.spawner {
            if let Some(spawner) = self.machines.get_mut(&spawner) {
                spawner.children.remove(&id);
            }
            if let Some(error) = error {
                self.tell_spawner(spawner, request, News::Errored { error });
            }
            self.tell_spawner(spawner, request, News::Exited { reason });
        }
        self.tell_attenders(machine.attenders, machine.address, &why);
        self.effect(Effect::Gone(id, machine.address));
        // Nobody is left to look after them.
        self.orphan(now, machine.children.into_iter().collect());
        self.launch_waiting(now, machine.address);
        self.go_on_stopping(now, machine.spawner);
        self.look_whether_over();
    }

    /// Stops what a machine has left, the youngest first.
    fn orphan(&mut self, now: Duration, children: Vec<Id>) {
        for child in children.into_iter().rev() {
            self.stop_tree(now, child);
        }
    }
}

/// Who follows this machine or one that it descends from.
fn machine_followers(core: &Core, id: Id) -> Vec<super::Client> {
    let (mut followers, mut next) = (Vec::new(), Some(id));
    while let Some(machine) = next.and_then(|id| core.machines.get(&id)) {
        followers.extend(machine.followers.iter().copied());
        next = match machine.spawner {
            Spawner::Machine(spawner, _) => Some(spawner),
            Spawner::Client(_) => None,
        };
    }
    followers.sort();
    followers
}
