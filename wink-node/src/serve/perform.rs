//! Requests as they come in, effects as they come out.

use super::abroad::Wish;
use super::{Past, Running, Server, machine, start};
use crate::catalog::Entry as Program;
use crate::core::{Client, Effect, Id, Order, Spawner};
use crate::log::{self, Entry, Log};
use crate::name::{Name, NameError};
use crate::process;
use crate::request::{Answer, Failure, Line, Request};
use semver::Version;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use tokio::sync::mpsc;
use wink_chart::export::Format;
use wink_runtime::process::protocol::{Kind, ToMachine};
use wink_runtime::process::{GRACE, NODE, PULSE};

/// How many lines of a log may wait to be written, before what says more waits.
const LINES: usize = 1_024;

/// How many machines that have ended are remembered.
const PAST: usize = 1_000;

/// How a machine is to be started, besides its name.
struct Wanted {
    spawner: Spawner,
    address: Option<String>,
    arguments: Vec<String>,
    follow: bool,
    bound: Option<String>,
}

impl Server {
    pub(super) fn request(&mut self, client: Client, mut request: Request) {
        let now = self.clock.now();
        match self.is_for(&mut request) {
            Ok(None) => {}
            Ok(Some(node)) => return self.pass_on(client, node, &request),
            Err(reason) => return self.fail(client, reason),
        }
        match request {
            Request::Start {
                name,
                address,
                arguments,
                follow,
            } => {
                let wanted = Wanted {
                    spawner: Spawner::Client(client),
                    address,
                    arguments,
                    follow,
                    bound: None,
                };
                self.start(&name, wanted);
            }
            Request::Spawn {
                name,
                arguments,
                spawner,
            } => {
                let wanted = Wanted {
                    spawner: Spawner::Client(client),
                    address: None,
                    arguments,
                    follow: true,
                    bound: Some(spawner),
                };
                self.start(&name, wanted);
            }
            Request::Kill { target } => self.core.kill_for(client, &target),
            Request::Stop { target } => self.core.stop(now, client, &target),
            Request::Send { target, text } => self.core.send(now, client, &target, text),
            Request::Call {
                target,
                text,
                deadline,
            } => self.core.call(now, client, &target, text, deadline),
            Request::List => self.core.list(now, client),
            Request::Watch { target, every } => self.core.watch(now, client, &target, every),
            Request::Attend { target } => self.core.attend_for(client, &target),
            Request::Available => self.available(client),
            Request::Logs {
                target,
                follow,
                lines,
            } => self.show_log(client, &target, follow, lines),
            Request::Describe { target, format } => match self.describe(&target, &format) {
                Ok(text) => {
                    self.answer(client, Answer::Text(text));
                    self.answer(client, Answer::Done);
                }
                Err(reason) => self.fail(client, reason),
            },
            Request::Version => {
                let version = env!("CARGO_PKG_VERSION").to_owned();
                self.answer(client, Answer::Text(version));
                self.answer(client, Answer::Done);
            }
            Request::Withdraw { name } => self.withdraw(client, name),
            Request::Shutdown => self.core.shutdown(now, Some(client)),
            // The door answers these itself.
            Request::Invite(_) | Request::Join { .. } => {
                self.fail(client, "this is no request to a machine".to_owned());
            }
        }
    }

    pub(super) fn answer(&mut self, client: Client, answer: Answer) {
        let is_last = matches!(answer, Answer::Done | Answer::Failed { .. });
        let Some(answers) = self.clients.get(&client) else {
            return;
        };
        // One that does not take what it asked for is let go.
        let is_full = answers.try_send(answer).is_err();
        if is_last || is_full {
            self.clients.remove(&client);
        }
        if is_full {
            self.core.leave(self.clock.now(), client);
        }
    }

    pub(super) fn fail(&mut self, client: Client, reason: String) {
        let failure = Failure::Refused;
        self.answer(client, Answer::Failed { failure, reason });
    }

    fn find(&mut self, name: &str) -> Result<(Name, Program), String> {
        let name: Name = name.parse().map_err(|error: NameError| {
            self.catalog.refresh();
            match self.catalog.meant(name) {
                Some(meant) => format!("{error}\nhelp: did you mean `{meant}`?"),
                None => error.to_string(),
            }
        })?;
        let entry = self
            .catalog
            .find(&name)
            .map_err(|error| error.to_string())?;
        Ok((name, entry))
    }

    fn start(&mut self, name: &str, wanted: Wanted) {
        match self.find(name) {
            Err(reason) => self.core.refuse(wanted.spawner, reason),
            Ok((name, entry)) => {
                let order = Order {
                    base: entry.name,
                    version: entry.version,
                    tag: name.tag,
                    path: entry.path,
                    address: wanted.address,
                    arguments: wanted.arguments,
                    spawner: wanted.spawner,
                    follow: wanted.follow,
                    node: None,
                    bound: wanted.bound,
                };
                self.core.start(self.clock.now(), order);
            }
        }
    }

    /// One that another node is to find, and to run.
    fn start_abroad(&mut self, spawner: Spawner, node: String, name: String, words: Vec<String>) {
        let order = Order {
            base: name,
            version: Version::new(0, 0, 0),
            tag: None,
            path: PathBuf::new(),
            address: None,
            arguments: words,
            spawner,
            follow: false,
            node: Some(node),
            bound: None,
        };
        self.core.start(self.clock.now(), order);
    }

    fn available(&mut self, client: Client) {
        self.catalog.refresh();
        let entries = self.catalog.entries().iter().map(|entry| {
            let chart = &entry.program.chart;
            let about = chart.documentation.lines().next().unwrap_or_default();
            Answer::Entry {
                name: entry.name.clone(),
                version: entry.version.to_string(),
                usage: entry.program.usage(),
                about: about.to_owned(),
                messages: chart.messages.iter().map(|one| one.usage()).collect(),
            }
        });
        let entries: Vec<Answer> = entries.collect();
        for entry in entries {
            self.answer(client, entry);
        }
        self.answer(client, Answer::Done);
    }

    fn describe(&mut self, target: &str, format: &str) -> Result<String, String> {
        let format: Format = format.parse().map_err(|error| format!("{error}"))?;
        let running = self.core.resolve(target).ok();
        let running = running.and_then(|id| self.core.program(id));
        let program = match running {
            Some((_, path)) => crate::executable::describe(&path)
                .map_err(|error| format!("{} {error}", path.display()))?,
            None if target.starts_with(':') || !target.contains('/') => {
                return Err(self.core.resolve(target).err().unwrap_or_default());
            }
            None => self.find(target)?.1.program.as_ref().clone(),
        };
        Ok(format.write(&program.chart))
    }

    fn show_log(&mut self, client: Client, target: &str, follow: bool, lines: usize) {
        let Some(answers) = self.clients.remove(&client) else {
            return;
        };
        match self.core.resolve(target) {
            Ok(id) if self.running.contains_key(&id) => {
                let (reader, shown) = mpsc::channel(LINES.max(lines));
                let show = Entry::Show {
                    lines,
                    follow,
                    reader,
                };
                // A log with so much to write shows itself a little later.
                let log = self.running[&id].log.clone();
                start(async move {
                    if log.send(show).await.is_ok() {
                        drop(log);
                        pass_on(shown, answers).await;
                    }
                });
            }
            Ok(_) => start(async move {
                let _ = answers.send(Answer::Done).await;
            }),
            Err(reason) => match self.past_log(target) {
                Some(path) => start(show_file(path, lines, answers)),
                None => start(async move {
                    let failure = Failure::Refused;
                    let _ = answers.send(Answer::Failed { failure, reason }).await;
                }),
            },
        }
    }

    /// The log of the last machine of that address or name.
    fn past_log(&self, target: &str) -> Option<PathBuf> {
        let address: Option<SocketAddr> = match target.strip_prefix(':') {
            Some(port) => {
                let port = port.parse().ok();
                port.map(|port| SocketAddr::new(self.options.settings.host, port))
            }
            None => target.parse().ok(),
        };
        let name: Option<Name> = target.parse().ok();
        let is_it = |past: &&Past| match (address, &name, past.name.parse::<Name>()) {
            (Some(address), ..) => past.address == address,
            (None, Some(asked), Ok(own)) => asked.is_met_by(&own),
            _ => false,
        };
        self.past
            .iter()
            .rev()
            .find(is_it)
            .map(|past| past.log.clone())
    }

    pub(super) fn perform_all(&mut self) {
        while let Some(effect) = self.core.poll_effect() {
            self.perform(effect);
        }
    }

    fn perform(&mut self, effect: Effect) {
        match effect {
            Effect::Launch {
                id,
                path,
                name,
                arguments,
            } => self.launch(id, &path, &name, &arguments),
            Effect::LaunchAbroad {
                id,
                node,
                name,
                arguments,
                spawner,
            } => {
                let request = Request::Spawn {
                    name,
                    arguments,
                    spawner,
                };
                self.launch_abroad(id, node, request);
            }
            Effect::Say(id, ToMachine::Stop) if self.wish(id, Wish::Stop) => {}
            Effect::Kill(id) if self.wish(id, Wish::Kill) => {}
            Effect::Say(id, message) => {
                if let Some(running) = self.running.get(&id) {
                    // One that hears no more is about to end.
                    let _ = running.say.send(message);
                }
            }
            Effect::Kill(id) => {
                if let Some(running) = self.running.get(&id) {
                    running.process.kill();
                }
            }
            Effect::Find {
                spawner: (id, request),
                name,
                arguments,
                node: None,
            } => {
                let wanted = Wanted {
                    spawner: Spawner::Machine(id, request),
                    address: None,
                    arguments,
                    follow: false,
                    bound: None,
                };
                self.start(&name, wanted);
            }
            Effect::Find {
                spawner: (id, request),
                name,
                arguments,
                node: Some(node),
            } => self.start_abroad(Spawner::Machine(id, request), node, name, arguments),
            Effect::AttendAbroad { id, node, address } => self.attend_abroad(id, node, address),
            Effect::Issue(id) => {
                if let Some(running) = self.running.get(&id) {
                    let result = self.issuer.issue(id, &self.withdrawn);
                    let _ = running.say.send(ToMachine::Credential { result });
                }
            }
            Effect::Answer(client, answer) => self.answer(client, answer),
            Effect::Record(id, kind, text) => self.record(id, kind, text),
            Effect::Gone(id, address) => self.forget(id, address),
            Effect::Over => self.is_over = true,
        }
    }

    fn launch(&mut self, id: Id, path: &Path, name: &str, arguments: &[String]) {
        let now = self.clock.now();
        let log = match Log::begin(&self.logs, name) {
            Ok(log) => log,
            Err(error) => {
                let directory = self.logs.directory.display();
                let reason = format!("no log can be written in {directory}: {error}");
                return self.core.not_launched(now, id, reason);
            }
        };
        let grace = self.options.settings.grace;
        let environment = [
            (NODE, self.address.to_string()),
            (PULSE, self.options.pulse.as_millis().to_string()),
            (GRACE, grace.as_millis().to_string()),
        ];
        let launched = match process::launch(path, name, arguments, environment) {
            Ok(launched) => launched,
            Err(error) => {
                let reason = format!("{} cannot be run: {error}", path.display());
                return self.core.not_launched(now, id, reason);
            }
        };
        let pid = launched.process.pid;
        if let Err(error) = self.journal.add(pid) {
            eprintln!("wink: the journal of processes cannot be written: {error}");
        }
        let log_path = log.path().to_owned();
        self.core.set_log(id, log_path.display().to_string());
        self.core
            .launched(id, pid.as_raw_nonzero().get().unsigned_abs());
        let (say, words) = mpsc::unbounded_channel();
        let (entries, lines) = mpsc::channel(LINES);
        self.log_tasks.spawn(log.run(lines));
        let watched = machine::watch(id, launched, words, entries.clone(), self.inputs.clone());
        match watched {
            Ok(process) => {
                let running = Running {
                    name: name.to_owned(),
                    process,
                    say,
                    log: entries,
                    log_path,
                };
                self.running.insert(id, running);
            }
            Err(error) => {
                let reason = format!("{} cannot be watched: {error}", path.display());
                self.core.not_launched(now, id, reason);
            }
        }
    }

    fn record(&mut self, id: Id, kind: Kind, text: String) {
        let kind = match kind {
            Kind::Started => "started",
            Kind::Log => "log",
            Kind::Errored => "errored",
            Kind::Exited => "exited",
            Kind::Notice => "notice",
        };
        if let Some(running) = self.running.get(&id) {
            let entry = Entry::Line(kind, text);
            // The node waits for no disk: a line more is kept until there is room.
            if let Err(mpsc::error::TrySendError::Full(entry)) = running.log.try_send(entry) {
                let log = running.log.clone();
                start(async move { drop(log.send(entry).await) });
            }
        }
    }

    /// A machine has gone; its log stays.
    fn forget(&mut self, id: Id, address: SocketAddr) {
        self.abroad.remove(&id);
        self.attending.remove(&id);
        if let Some(running) = self.running.remove(&id) {
            self.past.push_back(Past {
                name: running.name,
                address,
                log: running.log_path,
            });
        }
        if self.past.len() > PAST {
            self.past.pop_front();
        }
        while self.log_tasks.try_join_next().is_some() {}
    }
}

/// Lines of a log as answers.
async fn pass_on(mut lines: mpsc::Receiver<Line>, answers: mpsc::Sender<Answer>) {
    loop {
        tokio::select! {
            line = lines.recv() => match line {
                Some(line) => {
                    if answers.send(Answer::Line(line)).await.is_err() {
                        return;
                    }
                }
                None => break,
            },
            () = answers.closed() => return,
        }
    }
    let _ = answers.send(Answer::Done).await;
}

async fn show_file(path: PathBuf, lines: usize, answers: mpsc::Sender<Answer>) {
    if let Err(error) = std::fs::File::open(&path) {
        let reason = format!("the log {} cannot be read: {error}", path.display());
        let failure = Failure::Refused;
        let _ = answers.send(Answer::Failed { failure, reason }).await;
        return;
    }
    for line in log::tail(&path, lines) {
        if answers.send(Answer::Line(line)).await.is_err() {
            return;
        }
    }
    let _ = answers.send(Answer::Done).await;
}
