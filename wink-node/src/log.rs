//! A machine's log: a file of its own that is no other's, lines of JSON, rotated by size.

use crate::clock;
use crate::request::Line;
use std::collections::VecDeque;
use std::fs::{self, File, OpenOptions};
use std::io::{self, BufRead, BufReader, BufWriter, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use tokio::sync::mpsc;

/// Where logs are, and how large.
#[derive(Clone, Debug)]
pub struct Logs {
    /// The directory.
    pub directory: PathBuf,
    /// The size, in bytes, at which a file is put aside.
    pub size: u64,
    /// How many files that were put aside are kept.
    pub files: usize,
}

/// What a machine's log is told.
#[derive(Debug)]
pub enum Entry {
    /// A line of this kind.
    Line(&'static str, String),
    /// Show the last lines, and what comes if that is wanted.
    Show {
        /// How many.
        lines: usize,
        /// Go on.
        follow: bool,
        /// To whom.
        reader: mpsc::Sender<Line>,
    },
}

/// A machine's log.
#[derive(Debug)]
pub struct Log {
    logs: Logs,
    path: PathBuf,
    machine: String,
    file: BufWriter<File>,
    written: u64,
    /// Lines that could not be written.
    lost: u64,
    readers: Vec<mpsc::Sender<Line>>,
}

impl Log {
    /// Begins a log for this machine, in a file that there was not before.
    ///
    /// # Errors
    /// When no file can be made.
    pub fn begin(logs: &Logs, machine: &str) -> io::Result<Log> {
        let plain: String = machine
            .chars()
            .map(|letter| match letter {
                letter if letter.is_alphanumeric() || matches!(letter, '.' | '-' | '+') => letter,
                _ => '_',
            })
            .collect();
        let stem = format!("{}-{plain}", clock::compact(clock::wall()));
        for number in 1..10_000 {
            let name = match number {
                1 => format!("{stem}.log"),
                _ => format!("{stem}-{number}.log"),
            };
            let path = logs.directory.join(name);
            match create(&path) {
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => continue,
                Err(error) => return Err(error),
                Ok(file) => {
                    return Ok(Log {
                        logs: logs.clone(),
                        path,
                        machine: machine.to_owned(),
                        file: BufWriter::new(file),
                        written: 0,
                        lost: 0,
                        readers: Vec::new(),
                    });
                }
            }
        }
        Err(io::Error::other("ten thousand logs of one name and second"))
    }

    /// The file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Writes and shows what comes, until nobody is left who could say more.
    pub async fn run(mut self, mut entries: mpsc::Receiver<Entry>) {
        loop {
            let entry = match entries.try_recv() {
                Ok(entry) => entry,
                Err(_) => {
                    // Nothing more at the moment: what there is can be read.
                    self.flush();
                    match entries.recv().await {
                        Some(entry) => entry,
                        None => break,
                    }
                }
            };
            match entry {
                Entry::Line(kind, text) => self.line(kind, text),
                Entry::Show {
                    lines,
                    follow,
                    reader,
                } => self.show(lines, follow, reader),
            }
        }
        self.flush();
    }

    fn line(&mut self, kind: &'static str, text: String) {
        let line = Line {
            time: clock::rfc3339(clock::wall()),
            machine: self.machine.clone(),
            kind: kind.to_owned(),
            text,
        };
        self.write(&line);
        // Who does not keep up is left behind: the file has everything.
        self.readers
            .retain(|reader| reader.try_send(line.clone()).is_ok());
    }

    fn write(&mut self, line: &Line) {
        // A text and three words can be written as JSON.
        let Ok(mut bytes) = serde_json::to_vec(line) else {
            return;
        };
        bytes.push(b'\n');
        if self.written + bytes.len() as u64 > self.logs.size && self.written > 0 {
            self.rotate();
        }
        if let Err(error) = self.file.write_all(&bytes) {
            self.lose(&error);
        }
        self.written += bytes.len() as u64;
    }

    /// The disk is full, or worse: the machine goes on, and the loss is counted and told.
    fn lose(&mut self, error: &io::Error) {
        self.lost += 1;
        if self.lost.is_power_of_two() {
            let (path, lost) = (self.path.display(), self.lost);
            eprintln!("wink: {path} cannot be written ({error}): {lost} lines were lost");
        }
    }

    fn flush(&mut self) {
        if let Err(error) = self.file.flush() {
            self.lose(&error);
        }
    }

    /// `x.log` becomes `x.log.1`, that `x.log.2`, and so on; the oldest goes. Nothing is moved
    /// before there is a new file: on a full disk the old ones stay.
    fn rotate(&mut self) {
        self.flush();
        let fresh = self.path.with_extension("new");
        let _ = fs::remove_file(&fresh);
        let file = match create(&fresh) {
            Ok(file) => file,
            Err(error) => return self.lose(&error),
        };
        let numbered = |number: usize| {
            let mut path = self.path.clone().into_os_string();
            path.push(format!(".{number}"));
            PathBuf::from(path)
        };
        let _ = fs::remove_file(numbered(self.logs.files.max(1)));
        for number in (1..self.logs.files).rev() {
            let _ = fs::rename(numbered(number), numbered(number + 1));
        }
        let moved = match self.logs.files {
            0 => fs::remove_file(&self.path),
            _ => fs::rename(&self.path, numbered(1)),
        };
        match moved.and_then(|()| fs::rename(&fresh, &self.path)) {
            Ok(()) => {
                self.file = BufWriter::new(file);
                self.written = 0;
            }
            Err(error) => self.lose(&error),
        }
    }

    fn show(&mut self, lines: usize, follow: bool, reader: mpsc::Sender<Line>) {
        self.flush();
        for line in tail(&self.path, lines) {
            if reader.try_send(line).is_err() {
                return;
            }
        }
        if follow {
            self.readers.push(reader);
        }
    }
}

fn create(path: &Path) -> io::Result<File> {
    OpenOptions::new()
        .append(true)
        .create_new(true)
        .mode(0o600)
        .open(path)
}

/// The last lines of a log, from the file before it too.
pub fn tail(path: &Path, lines: usize) -> Vec<Line> {
    let mut before = path.as_os_str().to_owned();
    before.push(".1");
    let mut last = VecDeque::new();
    for path in [Path::new(&before), path] {
        let Ok(file) = File::open(path) else {
            continue;
        };
        for line in BufReader::new(file).split(b'\n').map_while(Result::ok) {
            let Ok(line) = serde_json::from_slice(&line) else {
                continue;
            };
            last.push_back(line);
            if last.len() > lines {
                last.pop_front();
            }
        }
    }
    last.into()
}
