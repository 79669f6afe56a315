//! Lets the contenders take turns, each turn in a process of its own: nobody inherits another's
//! heap, threads or panics, and memory can be compared.
//!
//! Must not know of: what the rows are.

use std::env;
use std::io;
use std::process::Command;

use crate::contenders::erlang::{self, Erlang};
use crate::contenders::{ALL, Contender, Threads};
use crate::sample::Sample;
use crate::workload::Row;

/// How much is measured.
#[derive(Clone, Copy, Debug)]
pub struct Effort {
    /// How often each contender has its turn at each row.
    pub rounds: usize,
    /// How many of these count: those whose threads waited the least for a processor.
    pub counted: usize,
    /// How long a turn should last, in nanoseconds.
    pub turn: f64,
    /// The most operations of a turn.
    pub most: u64,
    /// How many actors are spawned.
    pub actors: u64,
    /// How many panics there are.
    pub panics: u64,
}

/// One column of a table.
#[derive(Clone, Copy, Debug)]
pub enum Column {
    /// A part of this program.
    Here(Contender),
    /// Another program.
    Erlang(Threads),
}

impl Column {
    /// All columns, Erlang's at the end of each table if there is one.
    pub fn all(erlang: bool) -> Vec<Self> {
        let tables = [Threads::One, Threads::Two].map(|threads| {
            let here = ALL.into_iter().map(Column::Here);
            let here = here.filter(move |column| column.threads() == threads);
            here.chain(erlang.then_some(Column::Erlang(threads)))
        });
        tables.into_iter().flatten().collect()
    }

    /// The head of the column.
    pub fn name(self) -> &'static str {
        match self {
            Column::Here(contender) => contender.name,
            Column::Erlang(_) => erlang::NAME,
        }
    }

    /// The table that it is in.
    pub fn threads(self) -> Threads {
        match self {
            Column::Here(contender) => contender.threads,
            Column::Erlang(threads) => threads,
        }
    }

    /// Whether it has something of the kind.
    pub fn can(self, row: Row) -> bool {
        match self {
            Column::Here(contender) => (contender.turn)(row).is_some(),
            Column::Erlang(_) => Erlang::can(row),
        }
    }
}

/// What a column has come to at a row.
#[derive(Clone, Debug)]
pub struct Cell {
    /// Whose.
    pub column: Column,
    /// At what.
    pub row: Row,
    /// How many operations a turn has.
    operations: u64,
    /// The turns, in the order of the rounds.
    pub samples: Vec<Sample>,
}

impl Cell {
    /// The nanoseconds of the turns that count: of the processor where everything is on one
    /// thread, so that other work on the machine does not count; on the wall everywhere else.
    pub fn nanoseconds(&self, counted: usize) -> Vec<f64> {
        let one = self.column.threads() == Threads::One;
        let figure = |sample: &Sample| if one { sample.processor } else { sample.wall };
        self.quietest(counted).map(figure).collect()
    }

    /// Bytes for an idle actor, in the turns that count.
    pub fn bytes(&self, counted: usize) -> Vec<f64> {
        self.quietest(counted)
            .filter_map(|sample| sample.bytes)
            .collect()
    }

    /// The most that the threads of a turn that counts have waited for a processor, as a part of
    /// its time.
    pub fn waited(&self, counted: usize) -> f64 {
        self.quietest(counted)
            .map(|sample| sample.waited)
            .fold(0.0, f64::max)
    }

    fn quietest(&self, counted: usize) -> impl Iterator<Item = &Sample> {
        let mut samples: Vec<&Sample> = self.samples.iter().collect();
        samples.sort_by(|left, right| left.waited.total_cmp(&right.waited));
        samples.into_iter().take(counted)
    }
}

/// Runs all rounds of all columns at all rows.
///
/// # Errors
/// When a turn does not come to its end, or not to the right checksum.
pub fn race(
    columns: &[Column],
    rows: &[Row],
    effort: Effort,
    erlang: Option<&Erlang>,
) -> io::Result<Vec<Cell>> {
    let mut cells = Vec::new();
    for &row in rows {
        for &column in columns.iter().filter(|column| column.can(row)) {
            let operations = operations(column, row, effort, erlang)?;
            cells.push(Cell {
                column,
                row,
                operations,
                samples: Vec::new(),
            });
        }
    }
    for round in 0..effort.rounds {
        eprintln!("round {} of {}", round + 1, effort.rounds);
        let count = cells.len();
        for place in 0..count {
            // Nobody is always first, or always after the same neighbour.
            let place = (place + round * 11) % count;
            let cell = &mut cells[place];
            let sample = turn(cell.column, cell.row, cell.operations, erlang)?;
            cell.samples.push(sample);
        }
    }
    Ok(cells)
}

/// How many operations fill a turn: found by a short one.
fn operations(
    column: Column,
    row: Row,
    effort: Effort,
    erlang: Option<&Erlang>,
) -> io::Result<u64> {
    match row {
        Row::Spawn => return Ok(effort.actors),
        Row::Restart => return Ok(effort.panics),
        _ => {}
    }
    let few = row.round(effort.most.min(6_400));
    if effort.most <= few {
        return Ok(few);
    }
    let sample = turn(column, row, few, erlang)?;
    let fitting = (effort.turn / sample.wall) as u64;
    Ok(row.round(fitting.clamp(few, effort.most)))
}

/// One turn.
fn turn(column: Column, row: Row, operations: u64, erlang: Option<&Erlang>) -> io::Result<Sample> {
    let mut command = match (column, erlang) {
        (Column::Erlang(threads), Some(erlang)) => erlang.command(threads, row, operations),
        _ => {
            let mut command = Command::new(env::current_exe()?);
            command
                .args(["--turn", column.name(), threads_id(column.threads())])
                .args([row.id(), &operations.to_string()]);
            command
        }
    };
    command.env("RUST_BACKTRACE", "0");
    let output = command.output()?;
    let failed = |what: String| {
        let name = column.name();
        let threads = threads_id(column.threads());
        io::Error::other(format!("{name} ({threads}), {row}: {what}"))
    };
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr);
        return Err(failed(format!("{}: {said}", output.status)));
    }
    let said = String::from_utf8_lossy(&output.stdout);
    let sample =
        Sample::parse(&said).ok_or_else(|| failed(format!("printed no sample: {said}")))?;
    let expected = row.expected(operations);
    if sample.sum == expected {
        Ok(sample)
    } else {
        let sum = sample.sum;
        Err(failed(format!("the sum is {sum} and should be {expected}")))
    }
}

/// The name of a table for the command line.
pub fn threads_id(threads: Threads) -> &'static str {
    match threads {
        Threads::One => "one",
        Threads::Two => "two",
    }
}
