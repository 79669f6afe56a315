//! A terminal: a line editor with completion and history on a thread of its own.

use super::input::Input;
use super::screen::{Output, Screen};
#[cfg(unix)]
use nix::sys::termios::{SetArg, Termios, tcgetattr, tcsetattr};
use rustyline::completion::Completer;
use rustyline::error::ReadlineError;
use rustyline::history::DefaultHistory;
use rustyline::{Editor, ExternalPrinter, Helper, Highlighter, Hinter, Validator};
#[cfg(unix)]
use std::io::Write;
use std::sync::{Arc, OnceLock, mpsc};
use tokio::sync::mpsc as lines;
use wink_chart::{Chart, MessageId};

/// The console's own words, for completion and `:help`.
pub const COMMANDS: [(&str, &str); 6] = [
    ("accepts", "what the machine accepts now"),
    (
        "diagram",
        "the machine's diagram; `:diagram dot` in another format",
    ),
    ("help", "this"),
    ("quit", "stop the machine and leave"),
    ("state", "where the machine is"),
    ("wait", "let time pass, for example `:wait 5s`"),
];

/// Completes messages and commands.
#[derive(Helper, Hinter, Highlighter, Validator)]
struct Words {
    chart: &'static Chart,
    screen: Arc<OnceLock<Screen>>,
}

impl Completer for Words {
    type Candidate = String;

    fn complete(
        &self,
        line: &str,
        position: usize,
        _: &rustyline::Context<'_>,
    ) -> rustyline::Result<(usize, Vec<String>)> {
        Ok(complete(self.chart, self.screen.get(), &line[..position]))
    }
}

/// Where the completed word begins, and what it may be. Messages that the machine accepts now
/// come first.
fn complete(chart: &Chart, screen: Option<&Screen>, typed: &str) -> (usize, Vec<String>) {
    let start = typed
        .rfind(char::is_whitespace)
        .map_or(0, |place| place + 1);
    let word = &typed[start..];
    let matching = |names: Vec<String>| -> Vec<String> {
        names
            .into_iter()
            .filter(|name| name.starts_with(word))
            .collect()
    };
    if start > 0 {
        let name = wink_chart::snake(typed.split_whitespace().next().unwrap_or_default());
        let message = chart
            .messages
            .iter()
            .find(|message| message.text_name() == name);
        let fields = message.map(|message| {
            message
                .fields
                .iter()
                .map(|field| format!("{}=", field.name))
                .collect()
        });
        return (start, matching(fields.unwrap_or_default()));
    }
    if word.starts_with(':') {
        return (
            0,
            matching(
                COMMANDS
                    .iter()
                    .map(|(name, _)| format!(":{name}"))
                    .collect(),
            ),
        );
    }
    let mut known: Vec<MessageId> = screen.map(Screen::accepted).unwrap_or_default();
    for id in chart.message_ids() {
        if !known.contains(&id) {
            known.push(id);
        }
    }
    let names = known.iter().map(|&id| {
        let message = chart.message(id);
        let mut name = message.text_name();
        if !message.fields.is_empty() {
            // Its fields follow.
            name.push(' ');
        }
        name
    });
    (0, matching(names.collect()))
}

/// The session's end of a terminal.
pub struct Terminal {
    pub lines: lines::Receiver<Input>,
    prompts: mpsc::Sender<String>,
    screen: Arc<OnceLock<Screen>>,
    before: Mode,
}

impl Terminal {
    /// Starts the editor; also where to print. `None` when there is no terminal to edit in.
    #[allow(
        clippy::disallowed_methods,
        reason = "the editor blocks its thread while a person types"
    )]
    pub fn open(chart: &'static Chart) -> Option<(Terminal, Output)> {
        let before = Mode::now();
        let mut editor: Editor<Words, DefaultHistory> = Editor::new().ok()?;
        let mut printer = editor.create_external_printer().ok()?;
        let screen = Arc::new(OnceLock::new());
        editor.set_helper(Some(Words {
            chart,
            screen: screen.clone(),
        }));
        let (line_in, lines) = lines::channel(16);
        let (prompts, prompt_out) = mpsc::channel::<String>();
        std::thread::spawn(move || edit(&mut editor, &prompt_out, &line_in));
        let output = Output::Terminal(Box::new(move |line| {
            printer.print(line).map_err(std::io::Error::other)
        }));
        Some((
            Terminal {
                lines,
                prompts,
                screen,
                before,
            },
            output,
        ))
    }

    pub fn set_screen(&self, screen: Screen) {
        // Set once, by the session that opened the terminal.
        let _ = self.screen.set(screen);
    }

    /// Asks for the next line.
    pub fn prompt(&self, prompt: String) {
        // The editor may have gone: then no line comes either.
        let _ = self.prompts.send(prompt);
    }

    /// Leaves the terminal as it was found, though the editor may still wait for a line.
    pub fn restore(&self, screen: &Screen) {
        if self.before.is_left() {
            screen.flush();
            self.before.restore();
        }
    }
}

/// How a terminal treats what is typed.
#[cfg(unix)]
struct Mode(Option<Termios>);

#[cfg(unix)]
impl Mode {
    fn now() -> Mode {
        Mode(tcgetattr(std::io::stdin()).ok())
    }

    fn is_left(&self) -> bool {
        let now = tcgetattr(std::io::stdin()).ok();
        now != self.0
    }

    fn restore(&self) {
        let Some(mode) = &self.0 else { return };
        if tcsetattr(std::io::stdin(), SetArg::TCSADRAIN, mode).is_ok() {
            // The editor had also asked for marks around what is pasted, and shown its prompt.
            print!("\x1b[?2004l\r\x1b[K");
            let _ = std::io::stdout().flush();
        }
    }
}

/// How a terminal treats what is typed: elsewhere it is the editor's affair alone.
#[cfg(not(unix))]
struct Mode;

#[cfg(not(unix))]
impl Mode {
    fn now() -> Mode {
        Mode
    }

    fn is_left(&self) -> bool {
        false
    }

    fn restore(&self) {}
}

fn edit(
    editor: &mut Editor<Words, DefaultHistory>,
    prompts: &mpsc::Receiver<String>,
    lines: &lines::Sender<Input>,
) {
    while let Ok(prompt) = prompts.recv() {
        let input = match editor.readline(&prompt) {
            Ok(line) => {
                // History is a convenience.
                let _ = editor.add_history_entry(&line);
                Input::Text(line)
            }
            Err(ReadlineError::Interrupted | ReadlineError::Eof) => return,
            Err(_) => Input::Bad("the line could not be read"),
        };
        if lines.blocking_send(input).is_err() {
            return;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use wink_chart::describe::field;
    use wink_chart::{Message, Shape};

    #[test]
    fn names_fields_and_commands_are_completed() {
        let message = |name: &'static str, field_name| Message {
            name: name.into(),
            documentation: "".into(),
            shape: Shape::Named,
            fields: vec![field(field_name, "u32", "")].into(),
            reply: None,
        };
        let chart = Chart {
            name: "test/Test".into(),
            version: "0.1.0".into(),
            data: "Test".into(),
            documentation: "".into(),
            messages: vec![message("Coin", "value"), message("Count", "up_to")].into(),
            states: vec![].into(),
            rows: vec![].into(),
            defaults: std::borrow::Cow::Borrowed(&[]),
            completions: std::borrow::Cow::Borrowed(&[]),
        };
        assert_eq!(
            complete(&chart, None, "co"),
            (0, vec!["coin ".into(), "count ".into()])
        );
        assert_eq!(
            complete(&chart, None, "count u"),
            (6, vec!["up_to=".into()])
        );
        assert_eq!(complete(&chart, None, ":w"), (0, vec![":wait".into()]));
        assert_eq!(complete(&chart, None, "x"), (0, vec![]));
    }
}
