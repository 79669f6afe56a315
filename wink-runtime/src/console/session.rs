//! One machine, one person: lines in, what happens out.

use super::Typed;
use super::input::{Input, read_line};
use super::screen::{Output, Screen, Tone};
use super::terminal::{COMMANDS, Terminal};
use super::text::{Line, parse};
use super::watcher::Watcher;
use crate::core::address::Address;
use crate::core::effect::ReplyOf;
use crate::core::exit::ExitReason;
use crate::core::question::{CallError, Question};
use crate::driver::{SpawnOptions, System};
use std::future::{Future, poll_fn};
use std::io::{ErrorKind, IsTerminal};
use std::ops::ControlFlow;
use std::pin::Pin;
use std::process::ExitCode;
use std::task::Poll;
use std::time::Duration;
use tokio::sync::mpsc;
use wink_chart::MessageId;
use wink_chart::export::Format;

/// How many times everything that is ready gets its turn before a line counts as dealt with:
/// more than a message that is handed on from machine to machine needs.
const TURNS: usize = 64;

/// How often it is looked whether a machine has dealt with its last line.
const LOOK: Duration = Duration::from_millis(10);

/// How long the end of the input waits for that: longer than a step of any sense.
const PATIENCE: Duration = Duration::from_hours(1);

/// The console of one machine.
struct Session<M: Typed> {
    system: System,
    address: Address<M>,
    screen: Screen,
    /// What was sent and has not been dealt with.
    pending: Vec<Pending<M>>,
}

/// A message on its way: everything is sent as a question, so that its end is known.
struct Pending<M: Typed> {
    message: MessageId,
    answer: Pin<Box<dyn Future<Output = Result<ReplyOf<M>, CallError>>>>,
}

/// Where lines come from.
enum Source {
    /// A terminal.
    Terminal(Terminal),
    /// A pipe, read on a thread of its own, so that time-outs happen meanwhile.
    Pipe(mpsc::Receiver<Input>),
    /// A pipe, read between steps: time passes only on `:wait`.
    Virtual,
}

/// Runs a machine until it or the input ends.
pub fn run<M: Typed>(data: M, virtual_time: bool) -> ExitCode {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .start_paused(virtual_time)
        .build();
    match runtime {
        Ok(runtime) => {
            let code = runtime.block_on(converse(data, virtual_time));
            // A thread may still wait for input that nobody will type.
            runtime.shutdown_background();
            code
        }
        Err(error) => {
            eprintln!("error: the runtime does not start: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn converse<M: Typed>(data: M, virtual_time: bool) -> ExitCode {
    let (mut source, output) = Source::open::<M>(virtual_time);
    let screen = Screen::new(M::CHART, output);
    if let Source::Terminal(terminal) = &source {
        terminal.set_screen(screen.clone());
    }
    let log = screen.clone();
    let mut builder = System::builder().log(move |event| log.event(event));
    if virtual_time {
        // What is printed says the same on a slow computer.
        builder = builder.blocked_after(Duration::MAX);
    }
    let system = builder.build();
    greet::<M>(&screen);
    let watcher = Watcher {
        chart: M::CHART,
        screen: screen.clone(),
    };
    let address = system.spawn_observed(data, &SpawnOptions::new(), watcher);
    screen.set_machine(address.identity().id());
    let mut session = Session {
        system,
        address,
        screen,
        pending: Vec::new(),
    };
    session.settle().await;
    while session.address.ended().is_none() && session.screen.closed().is_none() {
        session.screen.tell_accepted(false);
        let Some(input) = session.next_line(&mut source).await else {
            session.finish_lines(&source).await;
            break;
        };
        if let ControlFlow::Break(()) = session.take(input, &source).await {
            break;
        }
    }
    let screen = session.screen.clone();
    let code = session.end().await;
    if let Source::Terminal(terminal) = source {
        terminal.restore(&screen);
    }
    code
}

fn greet<M: Typed>(screen: &Screen) {
    let chart = M::CHART;
    let about = chart.documentation.lines().next().unwrap_or_default();
    let line = match about.is_empty() {
        true => format!("{} {}", chart.name, chart.version),
        false => format!("{} {}: {about}", chart.name, chart.version),
    };
    screen.print(Tone::Plain, &line);
}

impl Source {
    #[allow(
        clippy::disallowed_methods,
        reason = "standard input blocks whoever reads it"
    )]
    fn open<M: Typed>(virtual_time: bool) -> (Source, Output) {
        if virtual_time {
            return (Source::Virtual, Output::Plain);
        }
        let is_terminal = std::io::stdin().is_terminal() && std::io::stdout().is_terminal();
        if is_terminal && let Some((terminal, output)) = Terminal::open(M::CHART) {
            return (Source::Terminal(terminal), output);
        }
        let (sender, receiver) = mpsc::channel(16);
        std::thread::spawn(move || {
            let mut stdin = std::io::stdin().lock();
            while let Some(input) = read_line(&mut stdin) {
                if sender.blocking_send(input).is_err() {
                    return;
                }
            }
        });
        (Source::Pipe(receiver), Output::Plain)
    }
}

impl<M: Typed> Session<M> {
    /// Waits for the next line while the machine goes on; `None` at the end of the input or of
    /// the machine.
    async fn next_line(&mut self, source: &mut Source) -> Option<Input> {
        let lines = match source {
            Source::Virtual => return read_line(&mut std::io::stdin().lock()),
            Source::Pipe(lines) => lines,
            Source::Terminal(terminal) => {
                terminal.prompt(format!("{}> ", self.screen.place()));
                &mut terminal.lines
            }
        };
        let mut closed = std::pin::pin!(self.address.closed());
        poll_fn(|context| {
            poll_pending(&mut self.pending, &self.screen, context);
            if closed.as_mut().poll(context).is_ready() {
                return Poll::Ready(None);
            }
            // A time-out may have changed what can be typed.
            self.screen.wake_on_step(context.waker());
            self.screen.tell_accepted(false);
            lines.poll_recv(context)
        })
        .await
    }

    /// At the end of a pipe: lets the machine deal with every line before it is stopped. A person
    /// who leaves a terminal does not want to wait.
    async fn finish_lines(&mut self, source: &Source) {
        if matches!(source, Source::Terminal(_)) {
            return;
        }
        let mut waited = Duration::ZERO;
        while self.address.ended().is_none()
            && self.screen.closed().is_none()
            && !self.address.is_resting()
            && waited < PATIENCE
        {
            tokio::time::sleep(LOOK).await;
            waited += LOOK;
            self.settle().await;
        }
    }

    async fn take(&mut self, input: Input, source: &Source) -> ControlFlow<()> {
        let text = match &input {
            Input::Text(text) => text.as_str(),
            Input::Bad(reason) => {
                self.screen.print(Tone::Bad, &format!("  error: {reason}"));
                return ControlFlow::Continue(());
            }
        };
        let line = Line::of(text);
        if line != Line::Empty && !matches!(source, Source::Terminal(_)) {
            self.screen.print(
                Tone::Plain,
                &format!("{}> {}", self.screen.place(), text.trim()),
            );
        }
        match line {
            Line::Empty => ControlFlow::Continue(()),
            Line::Command(name, rest) => self.command(name, rest).await,
            Line::Message(text) => {
                match parse::<M::Message>(M::CHART, text) {
                    Ok((id, message)) => self.send(id, message).await,
                    Err(mistake) => {
                        self.screen
                            .print(Tone::Bad, &format!("  error: {}", mistake.reason));
                        if let Some(help) = &mistake.help {
                            self.screen.print(Tone::Bad, &format!("  help: {help}"));
                        }
                        self.screen.tell_accepted(true);
                    }
                }
                ControlFlow::Continue(())
            }
        }
    }

    async fn send(&mut self, id: MessageId, message: M::Message) {
        let address = self.address.clone();
        let answer = Box::pin(async move { address.call(Question::new(message, Some)).await });
        self.pending.push(Pending {
            message: id,
            answer,
        });
        self.settle().await;
    }

    async fn command(&mut self, name: &str, rest: &str) -> ControlFlow<()> {
        match name {
            "quit" | "exit" => return ControlFlow::Break(()),
            "state" => self
                .screen
                .print(Tone::Plain, &format!("  {}", self.screen.place())),
            "accepts" => self.screen.tell_accepted(true),
            "diagram" => {
                let format = match rest.trim() {
                    "" => Ok(Format::Mermaid),
                    name => name.parse::<Format>(),
                };
                match format {
                    Ok(format) => {
                        for line in format.write(M::CHART).lines() {
                            self.screen.print(Tone::Plain, line);
                        }
                    }
                    Err(problem) => {
                        let line = format!("  error: {problem}");
                        self.screen.print(Tone::Bad, &line);
                    }
                }
            }
            "wait" => match wink_chart::parse_duration(rest) {
                Ok(nanoseconds) => self.wait(Duration::from_nanos(nanoseconds)).await,
                Err(reason) => self.screen.print(Tone::Bad, &format!("  error: {reason}")),
            },
            "help" => {
                for (name, about) in COMMANDS {
                    self.screen
                        .print(Tone::Plain, &format!("  :{name:8} {about}"));
                }
                self.screen.tell_accepted(true);
            }
            unknown => {
                let names = COMMANDS.iter().map(|(name, _)| *name);
                let help = match wink_chart::nearest(unknown, names) {
                    Some(near) => format!("did you mean `:{near}`?"),
                    None => "`:help` lists them".to_owned(),
                };
                let line = format!("  error: no command `:{unknown}`\n  help: {help}");
                for line in line.lines() {
                    self.screen.print(Tone::Bad, line);
                }
            }
        }
        ControlFlow::Continue(())
    }

    /// Lets time pass while the machine goes on.
    async fn wait(&mut self, duration: Duration) {
        let mut time = std::pin::pin!(tokio::time::sleep(duration));
        let mut closed = std::pin::pin!(self.address.closed());
        poll_fn(|context| {
            poll_pending(&mut self.pending, &self.screen, context);
            if closed.as_mut().poll(context).is_ready() {
                return Poll::Ready(());
            }
            self.screen.wake_on_step(context.waker());
            time.as_mut().poll(context)
        })
        .await;
        self.settle().await;
    }

    /// Gives everything that is ready its turn.
    async fn settle(&mut self) {
        for _ in 0..TURNS {
            poll_fn(|context| {
                poll_pending(&mut self.pending, &self.screen, context);
                Poll::Ready(())
            })
            .await;
            tokio::task::yield_now().await;
        }
    }

    /// Stops what still runs; the exit code.
    async fn end(mut self) -> ExitCode {
        let shutdown = self.system.shutdown().await;
        self.settle().await;
        for machine in shutdown.left() {
            self.screen
                .print(Tone::Bad, &format!("  {machine} did not stop in time"));
        }
        match self.screen.closed() {
            // Somebody has seen enough, for example `head`.
            None | Some(ErrorKind::BrokenPipe) => {}
            Some(kind) => {
                eprintln!("error: the output cannot be written: {kind}");
                return ExitCode::FAILURE;
            }
        }
        match self.address.ended() {
            Some(ExitReason::Errored(_)) => ExitCode::FAILURE,
            _ if shutdown.is_complete() => ExitCode::SUCCESS,
            _ => ExitCode::FAILURE,
        }
    }
}

/// Prints the answers that have come.
fn poll_pending<M: Typed>(
    pending: &mut Vec<Pending<M>>,
    screen: &Screen,
    context: &mut std::task::Context<'_>,
) {
    pending.retain_mut(|pending| match pending.answer.as_mut().poll(context) {
        Poll::Pending => true,
        Poll::Ready(result) => {
            let question = M::CHART.message(pending.message).reply.is_some();
            match result {
                Ok(reply) => {
                    let text = serde_json::to_string(&reply)
                        .unwrap_or_else(|problem| format!("(cannot be written: {problem})"));
                    screen.print(Tone::Good, &format!("  answer: {text}"));
                }
                // The observer has said what became of the message.
                Err(CallError::Unhandled | CallError::Ignored) => {}
                Err(problem) if question => screen.print(Tone::Bad, &format!("  {problem}")),
                Err(_) => {}
            }
            false
        }
    });
}
