//! Monkey: a pool of workers under a supervisor, and somebody who kills one of them every ten
//! milliseconds.

use std::sync::atomic::Ordering;

use wink::prelude::*;
use wink::{CallError, Dispatch, Pool, Strategy, Supervisor, System};

/// Squares numbers, and takes its time.
#[machine(name = "monkey/Worker")]
pub mod worker {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicU64, Ordering};

    /// What all workers have done together.
    #[data]
    #[derive(Clone, Default)]
    pub struct Worker {
        pub starts: Arc<AtomicU64>,
        pub sum: Arc<AtomicU64>,
    }

    #[messages]
    pub enum Message {
        /// Square that, and add it to the sum.
        Square {
            /// Any number.
            number: u64,
        },
    }

    #[entry]
    fn start(worker: &Worker) {
        worker.starts.fetch_add(1, Ordering::Relaxed);
    }

    #[receive(Square)]
    async fn square(worker: &Worker, number: u64) {
        tokio::time::sleep(Duration::from_millis(3)).await;
        worker.sum.fetch_add(number * number, Ordering::Relaxed);
    }
}

/// Kills a worker by chance, every ten milliseconds, until it has killed enough.
#[machine(name = "monkey/Monkey")]
pub mod monkey {
    use wink::Handle;

    /// Whom it can reach, and what it has done.
    #[data]
    pub struct Monkey {
        pub workers: Vec<Handle>,
        pub dice: u64,
        pub kills: u32,
        pub appetite: u32,
    }

    #[messages]
    pub enum Message {
        /// How many has it killed?
        #[reply(u32)]
        Kills,
    }

    #[receive(Kills)]
    fn kills(monkey: &Monkey) -> u32 {
        monkey.kills
    }

    #[state(initial)]
    #[after("10ms" if data.kills < data.appetite => prowling)]
    pub mod prowling {
        #[exit]
        fn strike(monkey: &mut Monkey) {
            // A linear congruential generator by Knuth: the same story each time.
            monkey.dice = monkey
                .dice
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            let victim = (monkey.dice >> 33) as usize % monkey.workers.len();
            monkey.workers[victim].kill();
            monkey.kills += 1;
        }
    }
}

use monkey::Monkey;
use worker::Worker;

const WORKERS: usize = 4;
const JOBS: u64 = 500;
const KILLS: u32 = 40;

/// Has a number squared, however many workers die over it; how many did.
async fn square(pool: &Pool<Worker>, number: u64) -> Result<u32, CallError> {
    let mut died = 0;
    loop {
        let job = pool.send(worker::Message::Square { number }).await;
        match job.await {
            Ok(()) => return Ok(died),
            Err(CallError::Died(_)) => died += 1,
            Err(error) => return Err(error),
        }
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    // Time passes when everybody waits: the story is the same each time, and soon told.
    tokio::time::pause();
    let system = System::builder().seed(1).log(|_| {}).build();
    let together = Worker::default();
    let mut workers = Supervisor::builder("workers")
        .strategy(Strategy::OneForOne)
        .intensity(KILLS, Duration::from_secs(1));
    for number in 1..=WORKERS {
        let together = together.clone();
        workers = workers.child(format!("worker {number}"), move || together.clone());
    }
    let workers = workers.start(&system);
    let pool = Pool::builder(Dispatch::LeastLoaded).queue(1_000).build();
    let mut reach = Vec::new();
    for number in 1..=WORKERS {
        let worker = workers.address::<Worker>(&format!("worker {number}"));
        let worker = worker.ok_or("it was declared")?;
        pool.add(&worker);
        reach.push(worker.handle());
    }
    let monkey = system.spawn(Monkey {
        workers: reach,
        dice: 7,
        kills: 0,
        appetite: KILLS,
    });
    println!("{WORKERS} workers, {JOBS} jobs, a monkey");
    let mut jobs = tokio::task::JoinSet::new();
    for number in 0..JOBS {
        let pool = pool.clone();
        jobs.spawn(async move { square(&pool, number).await });
    }
    let mut again = 0;
    while let Some(died) = jobs.join_next().await {
        again += died??;
    }
    let sum = together.sum.load(Ordering::Relaxed);
    let right: u64 = (0..JOBS).map(|number| number * number).sum();
    let kills = monkey.call(monkey::Message::kills()).await?;
    println!("the monkey has killed {kills} times");
    println!("{again} jobs died with their worker and were given to another");
    println!("each of {JOBS} was done once: {}", sum == right);
    let starts = together.starts.load(Ordering::Relaxed);
    println!("workers have started {starts} times");
    println!("{}", workers.tree());
    let left = system.shutdown().await;
    println!("everything has stopped: {}", left.is_complete());
    Ok(())
}
