//! Messages and questions to machines, and what is told of them all.
//!
//! Must not know of: files, sockets, processes, clocks.

use super::{Client, Core, Effect, Id, Machine, Phase, Spawner};
use crate::name::{Name, meant};
use crate::request::{Answer, Failure, Row};
use std::collections::BTreeMap;
use std::net::{IpAddr, SocketAddr};
use std::time::Duration;
use wink_runtime::process::protocol::{Refusal, Status, ToMachine};

/// A request that a machine has not answered yet.
pub(super) struct Pending {
    pub(super) machine: Id,
    pub(super) wants: Wants,
    /// Until when the machine's word is waited for; a listing has a deadline of its own.
    pub(super) deadline: Option<Duration>,
}

/// How long it is waited for what becomes of a message, to be able to tell of it. It is the
/// machine's in any case.
const NOTICE: Duration = Duration::from_millis(500);

pub(super) enum Wants {
    /// A client's message.
    Message(Client),
    /// A client's question.
    Answer(Client),
    /// A listing.
    Status(Client),
    /// Somebody who watches.
    Look(Client),
}

impl Pending {
    pub(super) fn is_of(&self, client: Client) -> bool {
        let (Wants::Message(own) | Wants::Answer(own) | Wants::Status(own) | Wants::Look(own)) =
            &self.wants;
        *own == client
    }
}

/// A listing for which some machines have not said how they are.
pub(super) struct Gather {
    client: Client,
    rows: BTreeMap<Id, Row>,
    missing: usize,
    deadline: Duration,
}

impl Gather {
    pub(super) fn is_of(&self, client: Client) -> bool {
        self.client == client
    }
}

impl Core {
    /// The machine of that address, or of that name when it is the only one; it may be one that
    /// another node runs: see [`runs_there`](Self::runs_there).
    ///
    /// # Errors
    /// When there is none, or there are several: what to say instead.
    pub fn resolve(&self, target: &str) -> Result<Id, String> {
        if let Some(address) = parse_address(target, self.settings.host) {
            // Of one that is being replaced and the next, the one that is there.
            let at = self.at(address).map(|(id, _)| id).next();
            let at = at.or_else(|| self.there(address));
            return at.ok_or_else(|| {
                format!("there is no machine at {address}\nhelp: `wink list` shows what runs")
            });
        }
        let name: Name = target.parse().map_err(|_| {
            let (shown, help) = (shown(target), self.help(target));
            format!(
                "`{shown}` is neither an address (`:43000`, `127.0.0.1:43000`) nor a machine's \
                 name (`package/Machine`){help}"
            )
        })?;
        let fits = |machine: &&Machine| {
            machine.base == name.base
                && name.wanted.takes(&machine.version)
                && (name.tag.is_none() || machine.tag == name.tag)
        };
        let found: Vec<(Id, String)> = self
            .machines
            .iter()
            .filter(|(_, machine)| fits(machine))
            .map(|(&id, machine)| (id, machine.address.to_string()))
            .collect();
        match &found[..] {
            [] => {
                let help = self.help(target);
                Err(format!("no machine `{target}` runs here{help}"))
            }
            [(id, _)] => Ok(*id),
            several => {
                let addresses: Vec<&str> = several.iter().map(|(_, at)| at.as_str()).collect();
                let addresses = addresses.join(", ");
                Err(format!(
                    "several machines `{target}` run here: say which, by {addresses}"
                ))
            }
        }
    }

    /// What to do about a name that no machine here has.
    fn help(&self, target: &str) -> String {
        let names = self.machines.values().map(|machine| &*machine.base);
        match meant(target, names) {
            // It is the version or the tag that is another one.
            Some(name) if target.starts_with(name) => "\nhelp: `wink list` shows what runs".into(),
            Some(name) => format!("\nhelp: did you mean `{name}`?"),
            None => "\nhelp: `wink list` shows what runs".into(),
        }
    }

    /// Sends a machine a message. When it does not say soon what it makes of that, it is only
    /// told that it has it.
    pub fn send(&mut self, now: Duration, client: Client, target: &str, text: String) {
        let deadline = now + NOTICE;
        let wants = Wants::Message(client);
        self.ask(client, target, wants, deadline, |id| ToMachine::Send {
            id,
            text,
        });
    }

    /// Asks a machine a question, and waits so many milliseconds for its answer.
    pub fn call(
        &mut self,
        now: Duration,
        client: Client,
        target: &str,
        text: String,
        deadline: u64,
    ) {
        let patience = Duration::from_millis(deadline);
        // The machine itself says that it is late; one that is stuck says nothing.
        let last = now.saturating_add(patience).saturating_add(NOTICE / 2);
        let wants = Wants::Answer(client);
        self.ask(client, target, wants, last, |id| ToMachine::Call {
            id,
            text,
            deadline,
        });
    }

    fn ask(
        &mut self,
        client: Client,
        target: &str,
        wants: Wants,
        deadline: Duration,
        message: impl FnOnce(u64) -> ToMachine,
    ) {
        let id = match self.resolve(target) {
            Ok(id) => id,
            Err(reason) => return self.fail(client, reason),
        };
        let waiting = self
            .pending
            .values()
            .filter(|one| one.machine == id)
            .count();
        if waiting >= self.settings.requests {
            let reason = format!("the machine has {waiting} requests waiting: try again later");
            return self.fail(client, reason);
        }
        let is_waiting = |machine: &Machine| machine.phase == Phase::Waiting;
        if self.machines.get(&id).is_some_and(is_waiting) {
            return self.fail(client, "the machine has not started yet");
        }
        let request = self.next_request;
        self.next_request += 1;
        let pending = Pending {
            machine: id,
            wants,
            deadline: Some(deadline),
        };
        self.pending.insert(request, pending);
        self.wake_at(deadline);
        self.effect(Effect::Say(id, message(request)));
    }

    /// Machines that have not said in time what they make of a message.
    pub(super) fn finish_requests(&mut self, now: Duration) {
        let is_late = |pending: &Pending| pending.deadline.is_some_and(|late| late <= now);
        let late = self.pending.iter().filter(|(_, pending)| is_late(pending));
        let late: Vec<u64> = late.map(|(&request, _)| request).collect();
        for request in late {
            match self.pending.remove(&request).map(|pending| pending.wants) {
                Some(Wants::Message(client)) => self.answer(client, Answer::Done),
                Some(Wants::Answer(client)) => {
                    let failure = Failure::Late;
                    let reason = "no answer in time: the machine is busy or stuck".to_owned();
                    self.answer(client, Answer::Failed { failure, reason });
                }
                Some(Wants::Status(_) | Wants::Look(_)) | None => {}
            }
        }
        let next = self
            .pending
            .values()
            .filter_map(|pending| pending.deadline)
            .min();
        if let Some(next) = next {
            self.wake_at(next);
        }
    }

    /// A machine has dealt with a message.
    pub(super) fn answered(&mut self, id: Id, request: u64, result: Result<String, Refusal>) {
        // Answers to what it was not asked are no answers.
        let is_its = |pending: &Pending| pending.machine == id;
        if !self.pending.get(&request).is_some_and(is_its) {
            return;
        }
        let Some(Wants::Message(client) | Wants::Answer(client)) =
            self.pending.remove(&request).map(|one| one.wants)
        else {
            return;
        };
        match result {
            Ok(text) => {
                if !text.is_empty() {
                    self.answer(client, Answer::Text(text));
                }
                self.answer(client, Answer::Done);
            }
            Err(refusal) => {
                let failure = match refusal.is_late {
                    true => Failure::Late,
                    false => Failure::Refused,
                };
                let reason = refusal.to_string();
                self.answer(client, Answer::Failed { failure, reason });
            }
        }
    }

    /// A machine is gone: who waits for its answers will not get them.
    pub(super) fn forget_requests(&mut self, id: Id, why: &str) {
        let of_it =
            |(&request, pending): (&u64, &Pending)| (pending.machine == id).then_some(request);
        let requests: Vec<u64> = self.pending.iter().filter_map(of_it).collect();
        for request in requests {
            match self.pending.remove(&request).map(|pending| pending.wants) {
                Some(Wants::Message(client) | Wants::Answer(client)) => {
                    self.fail(client, format!("the machine has ended: {why}"));
                }
                Some(Wants::Status(client)) => self.gathered(client, id, None),
                // The watcher itself is told.
                Some(Wants::Look(_)) | None => {}
            }
        }
    }

    /// Tells of all machines that run.
    pub fn list(&mut self, now: Duration, client: Client) {
        let rows: BTreeMap<Id, Row> = self
            .machines
            .iter()
            .map(|(&id, machine)| (id, self.row(now, machine)))
            .collect();
        let running =
            |(_, machine): &(&Id, &Machine)| machine.phase == Phase::Running && machine.is_here();
        let asked: Vec<Id> = self
            .machines
            .iter()
            .filter(running)
            .map(|(&id, _)| id)
            .collect();
        let deadline = now + self.settings.listing;
        self.gathers.push(Gather {
            client,
            rows,
            missing: asked.len(),
            deadline,
        });
        for id in asked {
            let request = self.next_request;
            self.next_request += 1;
            let pending = Pending {
                machine: id,
                wants: Wants::Status(client),
                deadline: None,
            };
            self.pending.insert(request, pending);
            self.effect(Effect::Say(id, ToMachine::Status { id: request }));
        }
        self.wake_at(deadline);
        self.finish_gathers(now);
    }

    pub(super) fn row(&self, now: Duration, machine: &Machine) -> Row {
        let spawner = match machine.spawner {
            Spawner::Machine(spawner, _) => self.machines.get(&spawner),
            Spawner::Client(_) => None,
        };
        let state = match (machine.phase, machine.is_stopping, &machine.node) {
            (_, true, _) => "stopping".to_owned(),
            (Phase::Waiting, ..) => "waiting".to_owned(),
            (Phase::Starting(_), ..) => "starting".to_owned(),
            (Phase::Running, _, Some(node)) => format!("on {node}"),
            (Phase::Running, ..) => "silent".to_owned(),
        };
        Row {
            name: machine.base.clone(),
            version: machine.version.to_string(),
            tag: machine.tag.clone(),
            address: machine.address.to_string(),
            pid: machine.pid,
            state,
            uptime: now.saturating_sub(machine.began).as_millis() as u64,
            restarts: machine.restarts,
            mail: None,
            machines: None,
            spawner: spawner
                .map(|spawner| spawner.address.to_string())
                .or_else(|| machine.bound.clone()),
        }
    }

    /// A machine says how it is.
    pub(super) fn status(&mut self, id: Id, request: u64, status: Status) {
        let is_its = |pending: &Pending| pending.machine == id;
        if !self.pending.get(&request).is_some_and(is_its) {
            return;
        }
        if let Some(Wants::Status(client)) = self.pending.remove(&request).map(|one| one.wants) {
            self.gathered(client, id, Some(status));
        }
    }

    fn gathered(&mut self, client: Client, id: Id, status: Option<Status>) {
        let is_stopping = self.machines.get(&id).is_some_and(|one| one.is_stopping);
        let Some(gather) = self.gathers.iter_mut().find(|one| one.client == client) else {
            return;
        };
        gather.missing = gather.missing.saturating_sub(1);
        match (status, gather.rows.get_mut(&id)) {
            (Some(status), Some(row)) => {
                if !is_stopping {
                    row.state = status.state;
                }
                row.mail = Some(status.mail);
                row.machines = Some(status.machines);
            }
            // It has ended meanwhile.
            (None, _) => drop(gather.rows.remove(&id)),
            (Some(_), None) => {}
        }
        self.finish_gathers(Duration::ZERO);
    }

    /// Answers the listings that are complete, or have waited long enough.
    pub(super) fn finish_gathers(&mut self, now: Duration) {
        let is_ready = |gather: &Gather| gather.missing == 0 || gather.deadline <= now;
        let (ready, waiting): (Vec<Gather>, Vec<Gather>) = std::mem::take(&mut self.gathers)
            .into_iter()
            .partition(is_ready);
        self.gathers = waiting;
        for gather in ready {
            self.pending
                .retain(|_, pending| !pending.is_of(gather.client));
            for row in gather.rows.into_values() {
                self.answer(gather.client, Answer::Row(row));
            }
            self.answer(gather.client, Answer::Done);
        }
        let next = self.gathers.iter().map(|gather| gather.deadline).min();
        if let Some(next) = next {
            self.wake_at(next);
        }
    }
}

/// `127.0.0.1:43000`, or `:43000` on this host.
fn parse_address(text: &str, host: IpAddr) -> Option<SocketAddr> {
    match text.strip_prefix(':') {
        Some(port) => port.parse().ok().map(|port| SocketAddr::new(host, port)),
        None => text.parse().ok(),
    }
}

/// As [`parse_address`]; nothing is any port of this host.
///
/// # Errors
/// When it is no address.
pub(super) fn read_address(text: Option<&str>, host: IpAddr) -> Result<SocketAddr, String> {
    let text = text.unwrap_or(":0");
    parse_address(text, host).ok_or_else(|| {
        let shown = shown(text);
        format!("`{shown}` is no address: write for example `127.0.0.1:43000` or `:43000`")
    })
}

/// The beginning of what somebody typed, without what moves the cursor.
fn shown(text: &str) -> String {
    text.chars().take(60).flat_map(char::escape_debug).collect()
}
