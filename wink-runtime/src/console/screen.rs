//! What a person sees: lines about the machine, and where it is.
//!
//! Must not know of: tokio, the machine's type.

use crate::core::event::SystemEvent;
use crate::core::exit::{self, ExitReason, MachineId};
use anstyle::{AnsiColor, Style};
use std::io::{self, ErrorKind, Write};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::Waker;
use wink_chart::{Chart, MessageId, RowKind, StateId, Trigger};

/// How many lines about steps are printed before the machine gives way: more than a machine of
/// sense needs, and little enough to find the reason of an endless one.
const BURST: usize = 200;

/// Shared by the session, the observer of the machine's steps and the system's log.
#[derive(Clone)]
pub struct Screen(Arc<Mutex<Inner>>);

struct Inner {
    chart: &'static Chart,
    output: Output,
    colour: bool,
    /// Why nothing can be written any more.
    closed: Option<ErrorKind>,
    active: Vec<bool>,
    /// What was last said to be accepted.
    told: Option<Vec<MessageId>>,
    machine: Option<MachineId>,
    /// Woken when a step is under way.
    waker: Option<Waker>,
    /// Lines about steps since the machine gave way.
    burst: usize,
}

/// Where lines go.
pub enum Output {
    /// The standard output.
    Plain,
    /// Above the line that is being typed.
    Terminal(Box<dyn FnMut(String) -> io::Result<()> + Send>),
}

/// What kind of line it is: its colour in a terminal.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Tone {
    Plain,
    Faint,
    Good,
    Bad,
}

impl Screen {
    pub fn new(chart: &'static Chart, output: Output) -> Screen {
        let colour =
            matches!(output, Output::Terminal(_)) && std::env::var_os("NO_COLOR").is_none();
        let active = vec![false; chart.states.len()];
        Screen(Arc::new(Mutex::new(Inner {
            chart,
            output,
            colour,
            closed: None,
            active,
            told: None,
            machine: None,
            waker: None,
            burst: 0,
        })))
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Why nothing can be written any more; `None` while it can. A pipe that nobody reads any
    /// more is [`ErrorKind::BrokenPipe`].
    pub fn closed(&self) -> Option<ErrorKind> {
        self.lock().closed
    }

    /// Which machine is the one that this console is about.
    pub fn set_machine(&self, machine: MachineId) {
        self.lock().machine = Some(machine);
    }

    pub fn print(&self, tone: Tone, line: &str) {
        self.lock().print(tone, line);
    }

    /// Something happened in a step.
    pub fn step(&self, tone: Tone, line: &str) {
        self.lock().step(tone, line);
    }

    /// A state was entered or left.
    pub fn mark(&self, state: StateId, is_active: bool) {
        let mut inner = self.lock();
        inner.active[state.index()] = is_active;
        if state != StateId::ROOT {
            let name = &inner.chart.state(state).name;
            let line = format!("  {} {name}", if is_active { "enter" } else { "exit" });
            inner.step(Tone::Plain, &line);
        }
    }

    /// Wakes once, when a step is under way.
    pub fn wake_on_step(&self, waker: &Waker) {
        let mut inner = self.lock();
        inner.end_burst();
        inner.waker = Some(waker.clone());
    }

    /// Waits until everything printed so far can be seen, while the editor waits for a line.
    pub fn flush(&self) {
        if let Output::Terminal(print) = &mut self.lock().output {
            // The editor takes one text at a time, and has shown a text when it takes the next
            // but one. These move the cursor up and down again.
            for _ in 0..2 {
                let _ = print("\x1b[1A\n".to_owned());
            }
        }
    }

    /// The states in which the machine rests, for the prompt.
    pub fn place(&self) -> String {
        self.lock().place()
    }

    /// The messages that the machine has a row for now.
    pub fn accepted(&self) -> Vec<MessageId> {
        self.lock().accepted()
    }

    /// Says what the machine accepts, when that is not what was said last, or when asked to.
    pub fn tell_accepted(&self, always: bool) {
        let mut inner = self.lock();
        let accepted = inner.accepted();
        if !always && inner.told.as_ref() == Some(&accepted) {
            return;
        }
        let usages: Vec<String> = accepted
            .iter()
            .map(|&id| inner.chart.message(id).usage())
            .collect();
        let line = match usages.is_empty() {
            true => "  accepts nothing now".to_owned(),
            false => format!("  accepts {}", usages.join(", ")),
        };
        inner.told = Some(accepted);
        inner.print(Tone::Faint, &line);
    }

    /// Something happened in the system.
    pub fn event(&self, event: &SystemEvent) {
        let mut inner = self.lock();
        let own = inner.machine;
        match event {
            SystemEvent::Log { machine, line } if Some(machine.id()) == own => {
                inner.print(Tone::Good, &format!("  log: {line}"));
            }
            SystemEvent::Log { machine, line } => {
                inner.print(Tone::Good, &format!("  {machine}: {line}"));
            }
            SystemEvent::Errored { machine, error, .. } if Some(machine.id()) == own => {
                let line = match error.kind() {
                    // Says so itself, and where.
                    exit::ErrorKind::Panic { .. } => format!("  {error:#}"),
                    _ => format!("  errored: {error:#}"),
                };
                inner.print(Tone::Bad, &line);
            }
            SystemEvent::Exited {
                machine,
                reason,
                unread,
            } if Some(machine.id()) == own => {
                inner.exited(reason, *unread);
            }
            SystemEvent::Started { machine, .. } if Some(machine.id()) == own => {}
            SystemEvent::Undelivered { .. }
            | SystemEvent::Errored { .. }
            | SystemEvent::Poison { .. }
            | SystemEvent::Deadlocked { .. }
            | SystemEvent::LoopBlocked { .. }
            | SystemEvent::LoopGoesOn { .. }
            | SystemEvent::Peer { .. } => {
                inner.print(Tone::Bad, &format!("  {event}"));
            }
            SystemEvent::Started { .. } | SystemEvent::Down { .. } | SystemEvent::Exited { .. } => {
                inner.print(Tone::Faint, &format!("  {event}"));
            }
        }
    }
}

impl Inner {
    fn step(&mut self, tone: Tone, line: &str) {
        if let Some(waker) = self.waker.take() {
            waker.wake();
        }
        let burst = self.burst + 1;
        if burst <= BURST {
            self.print(tone, line);
        }
        self.burst = burst;
    }

    /// Says how much was left out.
    fn end_burst(&mut self) {
        let burst = std::mem::take(&mut self.burst);
        if burst > BURST {
            let line = format!("  … and {} lines more", burst - BURST);
            self.print(Tone::Faint, &line);
        }
    }

    fn print(&mut self, tone: Tone, line: &str) {
        self.end_burst();
        let style = match tone {
            Tone::Plain => Style::new(),
            Tone::Faint => Style::new().dimmed(),
            Tone::Good => AnsiColor::Green.on_default(),
            Tone::Bad => AnsiColor::Red.on_default(),
        };
        // What a machine says may hold anything; a line stays a line.
        let line: String = line
            .chars()
            .map(|letter| {
                // Of these, some move the cursor and the others turn the direction of a line.
                match letter {
                    '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => '\u{fffd}',
                    letter if letter.is_control() => '\u{fffd}',
                    letter => letter,
                }
            })
            .collect();
        let line = match self.colour {
            true => format!("{style}{line}{style:#}\n"),
            false => line + "\n",
        };
        let written = match &mut self.output {
            Output::Plain => io::stdout().lock().write_all(line.as_bytes()),
            Output::Terminal(print) => print(line),
        };
        if let (Err(error), None) = (written, self.closed) {
            self.closed = Some(error.kind());
        }
    }

    fn exited(&mut self, reason: &ExitReason, unread: usize) {
        let mut line = match reason {
            ExitReason::Normal => "ended".to_owned(),
            ExitReason::Errored(_) => "ended with an error".to_owned(),
            reason => reason.to_string(),
        };
        match unread {
            0 => {}
            1 => line.push_str(", 1 message unread"),
            count => line.push_str(&format!(", {count} messages unread")),
        }
        self.print(Tone::Faint, &line);
    }

    fn place(&self) -> String {
        let chart = self.chart;
        let resting = chart.state_ids().filter(|&state| {
            self.active[state.index()]
                && !chart
                    .children(state)
                    .any(|child| self.active[child.index()])
        });
        let names: Vec<&str> = resting.map(|state| &*chart.state(state).name).collect();
        match names.is_empty() {
            true => chart.states[0].name.to_string(),
            false => names.join("+"),
        }
    }

    fn accepted(&self) -> Vec<MessageId> {
        let chart = self.chart;
        let is_taken = |id: MessageId| {
            chart.rows.iter().any(|row| {
                let is_active = row.source == StateId::ROOT || self.active[row.source.index()];
                is_active
                    && row.kind == RowKind::Receive
                    && match &row.trigger {
                        Trigger::Messages(messages) => messages.contains(&id),
                        Trigger::Any => true,
                        _ => false,
                    }
            })
        };
        chart.message_ids().filter(|&id| is_taken(id)).collect()
    }
}
