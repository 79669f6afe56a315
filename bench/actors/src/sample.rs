//! What one turn of a contender has taken: time on the wall, time on a processor, memory.
//!
//! Must not know of: contenders, rows.

use std::fs;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use rustix::time::{ClockId, clock_gettime};
use tokio::sync::Notify;

/// What one turn has come to.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Sample {
    /// Nanoseconds an operation, on the wall.
    pub wall: f64,
    /// Nanoseconds an operation, of all processors together.
    pub processor: f64,
    /// How much of the time on the wall the process's threads waited for a processor, all
    /// threads together: more than a little means that the machine had other work.
    pub waited: f64,
    /// The contender's checksum.
    pub sum: u64,
    /// Bytes of resident memory for one idle actor, where the row is about that.
    pub bytes: Option<f64>,
}

impl Sample {
    /// The sample as a line that [`parse`](Self::parse) reads.
    pub fn line(&self) -> String {
        let Self {
            wall,
            processor,
            waited,
            sum,
            bytes,
        } = self;
        let bytes = bytes.unwrap_or(-1.0);
        format!("sample {wall} {processor} {waited} {sum} {bytes}")
    }

    /// The sample in the output of a process.
    pub fn parse(output: &str) -> Option<Self> {
        let line = output
            .lines()
            .find_map(|line| line.strip_prefix("sample "))?;
        let mut parts = line.split_whitespace();
        let mut number = || parts.next()?.parse::<f64>().ok();
        let (wall, processor, waited) = (number()?, number()?, number()?);
        let sum = parts.next()?.parse().ok()?;
        let bytes: f64 = parts.next()?.parse().ok()?;
        Some(Self {
            wall,
            processor,
            waited,
            sum,
            bytes: (bytes >= 0.0).then_some(bytes),
        })
    }
}

/// Measures the part of a turn that counts.
#[derive(Clone, Copy, Debug)]
pub struct Stopwatch {
    wall: Instant,
    processor: Duration,
    waited: u64,
}

impl Stopwatch {
    /// From now on it counts.
    #[expect(clippy::disallowed_methods, reason = "a benchmark reads the clock")]
    pub fn start() -> Self {
        let waited = waited();
        Self {
            waited,
            processor: processor(),
            wall: Instant::now(),
        }
    }

    /// That was so many operations.
    pub fn stop(self, operations: u64, sum: u64) -> Sample {
        let wall = self.wall.elapsed();
        let processor = processor() - self.processor;
        let waited = waited().saturating_sub(self.waited);
        let each = |time: Duration| time.as_nanos() as f64 / operations as f64;
        Sample {
            wall: each(wall),
            processor: each(processor),
            waited: waited as f64 / wall.as_nanos() as f64,
            sum,
            bytes: None,
        }
    }
}

/// How long each of many short things took; the median counts.
#[derive(Debug)]
pub struct Laps {
    watch: Stopwatch,
    laps: Vec<Duration>,
    sum: u64,
}

impl Laps {
    /// Room for so many.
    pub fn new(operations: u64) -> Self {
        Self {
            watch: Stopwatch::start(),
            laps: Vec::with_capacity(operations as usize),
            sum: 0,
        }
    }

    /// One lap, from `start` to now, and what it adds to the checksum.
    pub fn lap(&mut self, start: Instant, part: u64) {
        self.laps.push(start.elapsed());
        self.sum += part;
    }

    /// The median lap, on the wall.
    pub fn sample(mut self) -> Sample {
        let whole = self.watch.stop(self.laps.len() as u64, self.sum);
        self.laps.sort_unstable();
        let median = self.laps[self.laps.len() / 2].as_nanos() as f64;
        Sample {
            wall: median,
            processor: median,
            ..whole
        }
    }
}

/// The time now, where a lap begins.
#[expect(clippy::disallowed_methods, reason = "a benchmark reads the clock")]
pub fn now() -> Instant {
    Instant::now()
}

/// Counts the first messages of actors that are made in great number, whatever they are.
#[derive(Debug)]
pub struct Tally {
    count: AtomicU64,
    sum: AtomicU64,
    awaited: AtomicU64,
    complete: Notify,
}

/// The one tally of this process: idle actors have no room for a way to it.
pub static TALLY: Tally = Tally {
    count: AtomicU64::new(0),
    sum: AtomicU64::new(0),
    awaited: AtomicU64::new(u64::MAX),
    complete: Notify::const_new(),
};

impl Tally {
    /// That many are to come.
    pub fn expect(&self, count: u64) {
        self.awaited.store(count, Ordering::SeqCst);
    }

    /// An actor has handled its first message.
    pub fn add(&self, value: u64) {
        self.sum.fetch_add(value, Ordering::Relaxed);
        let count = self.count.fetch_add(1, Ordering::AcqRel) + 1;
        if count == self.awaited.load(Ordering::Relaxed) {
            self.complete.notify_one();
        }
    }

    /// Waits for the last one; the sum of all.
    pub async fn complete(&self) -> u64 {
        self.complete.notified().await;
        self.sum()
    }

    /// The sum so far.
    pub fn sum(&self) -> u64 {
        self.sum.load(Ordering::SeqCst)
    }
}

/// Measures actors that are made and stay: the time as a [`Stopwatch`], and memory.
#[derive(Debug)]
pub struct Scales {
    resident: u64,
    watch: Stopwatch,
}

impl Scales {
    /// From now on it counts.
    pub fn start() -> Self {
        Self {
            resident: resident(),
            watch: Stopwatch::start(),
        }
    }

    /// So many actors are there now.
    pub fn stop(self, actors: u64, sum: u64) -> Sample {
        let sample = self.watch.stop(actors, sum);
        let grown = resident().saturating_sub(self.resident);
        Sample {
            bytes: Some(grown as f64 / actors as f64),
            ..sample
        }
    }
}

/// What the process has had of all processors.
fn processor() -> Duration {
    let time = clock_gettime(ClockId::ProcessCPUTime);
    Duration::new(time.tv_sec as u64, time.tv_nsec as u32)
}

/// Nanoseconds that the process's threads have waited for a processor; 0 where Linux does not say.
fn waited() -> u64 {
    let Ok(tasks) = fs::read_dir("/proc/self/task") else {
        return 0;
    };
    tasks
        .filter_map(|task| fs::read_to_string(task.ok()?.path().join("schedstat")).ok())
        .filter_map(|line| line.split_whitespace().nth(1)?.parse::<u64>().ok())
        .sum()
}

/// Bytes of resident memory; 0 where Linux does not say.
fn resident() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let kibibytes = status
        .lines()
        .find_map(|line| line.strip_prefix("VmRSS:"))
        .and_then(|rest| rest.split_whitespace().next()?.parse::<u64>().ok());
    kibibytes.unwrap_or(0) * 1_024
}
