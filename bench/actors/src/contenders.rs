//! Who takes part, and where.
//!
//! Must not know of: how turns are repeated and compared.

use crate::sample::Sample;
use crate::workload::Row;
use std::future::Future;

mod actix;
mod bare;
pub mod erlang;
mod kameo;
mod ractor;
mod stakker;
mod tokio;
mod wink;

/// A turn: so many operations of a row, after a warm-up.
pub type Turn = fn(Threads, u64) -> Sample;

/// Which of the two tables a contender is in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Threads {
    /// Everything happens on one thread.
    One,
    /// Two threads, or more where a contender brings its own.
    Two,
}

/// One column of a table.
#[derive(Clone, Copy, Debug)]
pub struct Contender {
    /// The name, for the table and the command line.
    pub name: &'static str,
    /// Which table.
    pub threads: Threads,
    /// Its turn at a row; `None` where it has nothing of the kind.
    pub turn: fn(Row) -> Option<Turn>,
}

/// The one that ratios are to.
pub const BASE: &str = "tokio";

/// All contenders but Erlang, which is a program of its own.
pub const ALL: [Contender; 15] = [
    Contender::new(BASE, Threads::One, tokio::turn),
    Contender::new("stakker", Threads::One, stakker::turn),
    Contender::new("wink", Threads::One, wink::inside::turn),
    Contender::new("wink-outside", Threads::One, wink::outside::turn),
    Contender::new("actix", Threads::One, actix::turn),
    Contender::new("ractor", Threads::One, ractor::turn),
    Contender::new("kameo", Threads::One, kameo::turn),
    Contender::new(BASE, Threads::Two, tokio::turn),
    Contender::new("bare", Threads::Two, bare::turn),
    Contender::new("bare-batch", Threads::Two, bare::turn_in_batches),
    Contender::new("wink-across", Threads::Two, wink::inside::turn),
    Contender::new("wink-outside", Threads::Two, wink::outside::turn),
    Contender::new("actix", Threads::Two, actix::turn_across),
    Contender::new("ractor", Threads::Two, ractor::turn),
    Contender::new("kameo", Threads::Two, kameo::turn),
];

impl Contender {
    const fn new(name: &'static str, threads: Threads, turn: fn(Row) -> Option<Turn>) -> Self {
        Self {
            name,
            threads,
            turn,
        }
    }
}

/// Runs a future on as many threads of tokio.
///
/// # Panics
/// If there are no threads to be had.
fn block_on<F: Future>(threads: Threads, future: F) -> F::Output {
    let mut builder = match threads {
        Threads::One => ::tokio::runtime::Builder::new_current_thread(),
        Threads::Two => ::tokio::runtime::Builder::new_multi_thread(),
    };
    builder
        .worker_threads(2)
        .enable_all()
        .build()
        .expect("threads for tokio")
        .block_on(future)
}

/// Runs a future as a task, so that it is on a worker like whomever it talks to.
///
/// # Panics
/// If the future does.
fn block_on_task<F>(threads: Threads, future: F) -> F::Output
where
    F: Future<Output: Send> + Send + 'static,
{
    block_on(threads, async {
        // The workers of tokio's runtime are what is measured.
        #[expect(clippy::disallowed_methods, reason = "tasks are what is measured here")]
        let task = ::tokio::spawn(future);
        task.await.expect("the turn does not panic")
    })
}

/// Lets others on the thread run.
async fn pause() {
    ::tokio::task::yield_now().await;
}

/// Says nothing of panics: rows about restarting make thousands.
fn silence_panics() {
    std::panic::set_hook(Box::new(|_| {}));
}
