//! How things are shown to people.

use anstyle::{AnsiColor, Style};
use std::io::IsTerminal;
use std::sync::Mutex;
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::thread::JoinHandle;
use std::time::Duration;
use wink_runtime::process::protocol::Kind;

/// A text in a style, when somebody looks.
pub fn styled(style: Style, text: &str) -> String {
    match std::io::stdout().is_terminal() && std::env::var_os("NO_COLOR").is_none() {
        true => format!("{style}{text}{style:#}"),
        false => text.to_owned(),
    }
}

/// What happened to a machine, as a line.
pub fn event(machine: &str, kind: Kind, text: &str) -> String {
    let (style, text) = match kind {
        Kind::Started => (Style::new().dimmed(), text.to_owned()),
        Kind::Log => (Style::new(), text.to_owned()),
        Kind::Errored => (AnsiColor::Red.on_default(), format!("errored: {text}")),
        Kind::Exited => (Style::new().dimmed(), format!("exited: {text}")),
        Kind::Notice => (AnsiColor::Yellow.on_default(), text.to_owned()),
    };
    styled(style, &format!("{}: {}", plain(machine), plain(&text)))
}

/// A text of somebody else's without what moves the cursor or turns the direction of a line.
pub fn plain(text: &str) -> String {
    let letters = text.chars().map(|letter| match letter {
        '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => '\u{fffd}',
        letter if letter.is_control() => '\u{fffd}',
        letter => letter,
    });
    letters.collect()
}

/// A time as people say it: `12s`, `3m 20s`, `5h 1m`, `2d 4h`.
pub fn uptime(time: Duration) -> String {
    let seconds = time.as_secs();
    match seconds {
        0..60 => format!("{seconds}s"),
        60..3_600 => format!("{}m {}s", seconds / 60, seconds % 60),
        3_600..86_400 => format!("{}h {}m", seconds / 3_600, seconds / 60 % 60),
        _ => format!("{}d {}h", seconds / 86_400, seconds / 3_600 % 24),
    }
}

/// Rows with columns one under the other; the first row is the heading. The last column is as
/// long as it is.
pub fn table(rows: &[Vec<String>]) -> String {
    let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
    let width = |column: usize| {
        let cells = rows.iter().filter_map(|row| row.get(column));
        cells.map(|cell| cell.chars().count()).max().unwrap_or(0)
    };
    let widths: Vec<usize> = (0..columns).map(width).collect();
    let mut table = String::new();
    for (at, row) in rows.iter().enumerate() {
        let cells = row.iter().zip(&widths);
        let cells: Vec<String> = cells
            .map(|(cell, &width)| format!("{cell:width$}"))
            .collect();
        let line = cells.join("  ");
        let line = line.trim_end();
        table += &match at {
            0 => styled(Style::new().bold(), line),
            _ => line.to_owned(),
        };
        table.push('\n');
    }
    table
}

/// Says that something takes long, when it does, until it is over or this is dropped.
pub struct Progress(Mutex<Option<(Sender<()>, JoinHandle<()>)>>);

impl Progress {
    /// It begins now. Nothing is said when nobody looks.
    #[allow(clippy::disallowed_methods, reason = "the program waits meanwhile")]
    pub fn begin(what: &'static str) -> Self {
        let says = std::io::stderr().is_terminal().then(|| {
            let (end, ended) = channel();
            let second = Duration::from_secs(1);
            let thread = std::thread::spawn(move || {
                let mut seconds = 0;
                while ended.recv_timeout(second) == Err(RecvTimeoutError::Timeout) {
                    seconds += 1;
                    eprint!("\r{what} … {seconds}s ");
                }
                if seconds > 0 {
                    eprint!("\r\x1b[K");
                }
            });
            (end, thread)
        });
        Progress(Mutex::new(says))
    }

    /// It is over: its line is free.
    pub fn end(&self) {
        let says = self.0.lock().ok().and_then(|mut says| says.take());
        if let Some((end, thread)) = says {
            drop(end);
            // It only prints.
            let _ = thread.join();
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.end();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_and_tables_are_for_people() {
        let told = |seconds| uptime(Duration::from_secs(seconds));
        assert_eq!(told(59), "59s");
        assert_eq!(told(200), "3m 20s");
        assert_eq!(told(18_060), "5h 1m");
        assert_eq!(told(187_200), "2d 4h");
        let row = |cells: [&str; 2]| cells.map(str::to_owned).to_vec();
        let rows = [row(["NAME", "STATE"]), row(["switch/Switch", "on"])];
        assert_eq!(table(&rows), "NAME           STATE\nswitch/Switch  on\n");
        assert_eq!(plain("a\x1b[2Jb\u{202e}"), "a\u{fffd}[2Jb\u{fffd}");
    }
}
