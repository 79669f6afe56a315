//! Worker pools: who gets what, how much may wait, and what becomes of a dead worker's work.
#![allow(
    clippy::disallowed_methods,
    reason = "the tests are the outside: they have tasks"
)]

use std::time::Duration;

use wink_runtime::{Address, CallError, Dispatch, Job, Pool, System, TrySendError};

use crate::driver::probe::{Deaf, Log, Message, act, note, pass, quiet};
use crate::driver::sleeper::{self, Sleeper};

type Message_ = Message<true>;

fn workers(
    system: &System,
    pool: &Pool<Deaf>,
    log: &Log,
    names: &[&'static str],
) -> Vec<Address<Deaf>> {
    let spawn = |name: &&'static str| system.spawn(Deaf::new(name, log));
    let workers: Vec<_> = names.iter().map(spawn).collect();
    workers.iter().for_each(|worker| assert!(pool.add(worker)));
    workers
}

async fn all(jobs: Vec<Job>) -> Vec<Result<(), CallError>> {
    let mut results = Vec::new();
    for job in jobs {
        results.push(job.await);
    }
    results
}

#[tokio::test(start_paused = true)]
async fn round_robin_takes_the_workers_in_turn() {
    let (log, system) = (Log::default(), quiet());
    let pool = Pool::new(Dispatch::RoundRobin);
    let workers = workers(&system, &pool, &log, &["a", "b", "c"]);
    assert!(!pool.add(&workers[0]), "it is in the pool");
    let mut jobs = Vec::new();
    for number in 0..7 {
        jobs.push(pool.send(note(number)).await);
    }
    assert!(all(jobs).await.iter().all(Result::is_ok));
    let mut lines = log.take();
    lines.sort();
    assert_eq!(
        lines,
        ["a: 0", "a: 3", "a: 6", "b: 1", "b: 4", "c: 2", "c: 5"]
    );
    assert_eq!((pool.queued(), pool.given(), pool.lost()), (0, 0, 0));
}

#[tokio::test(start_paused = true)]
async fn least_loaded_lets_whoever_is_first_take_the_next() {
    let system = quiet();
    let pool: Pool<Sleeper> = Pool::new(Dispatch::LeastLoaded);
    let log = Log::default();
    let slow = system.spawn(Sleeper::new(&log));
    let fast = system.spawn(Sleeper::new(&log));
    pool.add(&slow);
    pool.add(&fast);
    let wait =
        |seconds| sleeper::Message::Wait(Box::pin(pass(Duration::from_secs(seconds))), "slept");
    let mut jobs = vec![pool.send(wait(10)).await];
    for _ in 0..5 {
        jobs.push(pool.send(wait(1)).await);
    }
    assert_eq!((pool.queued(), pool.given()), (4, 2));
    pass(Duration::from_millis(5_500)).await;
    assert_eq!(
        (pool.queued(), pool.given()),
        (0, 1),
        "five went to the fast one"
    );
    assert!(all(jobs).await.iter().all(Result::is_ok));
}

#[tokio::test(start_paused = true)]
async fn by_key_one_worker_handles_all_of_a_key_and_few_move() {
    fn key(message: &Message_) -> u64 {
        match message {
            Message::Note(line) => line
                .split(' ')
                .next()
                .and_then(|key| key.parse().ok())
                .unwrap_or(0),
            _ => 0,
        }
    }
    let (log, system) = (Log::default(), quiet());
    let pool = Pool::builder(Dispatch::ByKey(key)).build();
    let workers = workers(&system, &pool, &log, &["a", "b", "c", "d"]);
    let whose = async |round: u32| {
        let mut jobs = Vec::new();
        for key in 0..100 {
            jobs.push(pool.send(note(format!("{key} {round}"))).await);
        }
        assert!(all(jobs).await.iter().all(Result::is_ok));
        let mut owners = vec![String::new(); 100];
        for line in log.take() {
            let Some((owner, rest)) = line.split_once(": ") else {
                panic!("{line}")
            };
            let Some((key, _)) = rest.split_once(' ') else {
                continue;
            };
            owners[key.parse::<usize>().expect("a key")] = owner.to_owned();
        }
        owners
    };
    let first = whose(1).await;
    assert_eq!(first, whose(2).await);
    for name in ["a", "b", "c", "d"] {
        let share = first.iter().filter(|owner| *owner == name).count();
        assert!((10..=40).contains(&share), "{name} has {share} of 100");
    }
    assert!(pool.remove(&workers[1]));
    let after = whose(3).await;
    for (before, after) in first.iter().zip(&after) {
        assert_ne!(after, "b");
        assert!(before == "b" || before == after, "{before} -> {after}");
    }
}

#[tokio::test(start_paused = true)]
async fn the_queue_is_bounded_and_those_who_wait_are_served_in_order() {
    let (log, system) = (Log::default(), quiet());
    let pool = Pool::<Deaf>::builder(Dispatch::LeastLoaded)
        .queue(2)
        .build();
    let one = pool.try_send(note(1)).expect("there is room");
    let two = pool.try_send(note(2)).expect("there is room");
    let full = pool.try_send(note(3));
    assert!(matches!(full, Err(TrySendError::Full(Message::Note(line))) if line == "3"));
    let waiting: Vec<_> = (3..6)
        .map(|number| tokio::spawn(pool.send(note(number))))
        .collect();
    let given_up = tokio::spawn(pool.send(note("never")));
    pass(Duration::from_millis(1)).await;
    given_up.abort();
    let _ = given_up.await;
    assert_eq!(pool.queued(), 2);
    workers(&system, &pool, &log, &["late"]);
    for sending in waiting {
        assert_eq!(sending.await.expect("sending does not panic").await, Ok(()));
    }
    assert_eq!((one.await, two.await), (Ok(()), Ok(())));
    let expected: Vec<String> = (1..6).map(|number| format!("late: {number}")).collect();
    assert_eq!(log.take(), expected);
    assert!(pool.try_send(note(6)).is_ok(), "nobody waits any more");
}

#[tokio::test(start_paused = true)]
async fn a_dead_worker_s_work_goes_to_others_but_for_what_killed_it() {
    for dispatch in [Dispatch::RoundRobin, Dispatch::LeastLoaded] {
        let (log, events, system) = (Log::default(), Log::default(), quiet());
        let told = events.clone();
        let pool = Pool::builder(dispatch)
            .report(move |event| told.push(event.to_string()))
            .build();
        let workers = workers(&system, &pool, &log, &["a", "b"]);
        let bad = pool
            .send(act(|_, _| std::panic::resume_unwind(Box::new("boom"))))
            .await;
        let mut jobs = Vec::new();
        for number in 1..=6 {
            jobs.push(pool.send(note(number)).await);
        }
        let error = bad.await.expect_err("its worker failed on it");
        let CallError::Died(reason) = error else {
            panic!("{error}")
        };
        assert_eq!(reason.to_string(), "panicked: boom");
        assert_eq!(all(jobs).await, vec![Ok(()); 6]);
        let mut numbers: Vec<String> = log.take();
        numbers.sort();
        assert_eq!(numbers, ["b: 1", "b: 2", "b: 3", "b: 4", "b: 5", "b: 6"]);
        assert_eq!((pool.lost(), pool.workers()), (1, vec![workers[1].clone()]));
        let lines = events.take();
        let a = &workers[0];
        assert!(lines.contains(&format!("{a}: a message was not handled: panicked: boom")));
        let left = format!("{a}: left the pool: panicked: boom");
        assert!(
            lines.iter().any(|line| line.starts_with(&left)),
            "{lines:?}"
        );
        assert_eq!(lines.len(), 2);
    }
}

#[tokio::test(start_paused = true)]
async fn what_a_dead_worker_had_been_given_and_not_begun_goes_to_others_in_order() {
    for dispatch in [
        Dispatch::RoundRobin,
        Dispatch::LeastLoaded,
        Dispatch::ByKey(|_| 7),
    ] {
        let (log, system) = (Log::default(), quiet());
        let pool = Pool::builder(dispatch).at_once(3).build();
        let worker = workers(&system, &pool, &log, &["a"]).remove(0);
        let mut jobs = vec![pool.send(act(|_, cx| cx.error("no beans"))).await];
        for number in 1..=4 {
            jobs.push(pool.send(note(number)).await);
        }
        pass(Duration::from_millis(1)).await;
        assert!(worker.ended().is_some());
        assert_eq!((pool.lost(), pool.queued(), pool.given()), (1, 4, 0));
        log.take();
        workers(&system, &pool, &log, &["b"]);
        let results = all(jobs).await;
        assert!(
            matches!(&results[0], Err(CallError::Died(_))),
            "{results:?}"
        );
        assert_eq!(results[1..], vec![Ok(()); 4]);
        assert_eq!(log.take(), ["b: 1", "b: 2", "b: 3", "b: 4"]);
    }
}

#[tokio::test(start_paused = true)]
async fn a_pool_whose_workers_all_die_keeps_the_work_for_the_next() {
    let (log, system) = (Log::default(), quiet());
    let pool = Pool::new(Dispatch::LeastLoaded);
    let mut jobs = Vec::new();
    for number in 0..20 {
        jobs.push(
            pool.send(match number % 2 {
                0 => act(|_, _| std::panic::resume_unwind(Box::new("boom"))),
                _ => note(number),
            })
            .await,
        );
    }
    for _ in 0..10 {
        workers(&system, &pool, &log, &["next"]);
        pass(Duration::from_millis(1)).await;
    }
    assert_eq!(
        (pool.lost(), pool.queued(), pool.workers().len()),
        (10, 1, 0)
    );
    workers(&system, &pool, &log, &["last"]);
    let results = all(jobs).await;
    assert_eq!(results.iter().filter(|result| result.is_ok()).count(), 10);
}

#[tokio::test(start_paused = true)]
async fn what_a_worker_does_not_receive_is_told() {
    let system = quiet();
    let pool = Pool::new(Dispatch::RoundRobin);
    workers(&system, &pool, &Log::default(), &["a"]);
    assert_eq!(
        pool.send(Message_::Skip).await.await,
        Err(CallError::Ignored)
    );
    assert_eq!(
        pool.send(Message_::Miss).await.await,
        Err(CallError::Unhandled)
    );
    assert_eq!(
        pool.send(Message_::Kept).await.await,
        Ok(()),
        "the answer is for nobody"
    );
    let job = Pool::<Deaf>::new(Dispatch::RoundRobin).send(note(1)).await;
    assert_eq!(
        job.await,
        Err(CallError::Unanswered),
        "the pool was dropped"
    );
}

#[tokio::test(start_paused = true)]
async fn a_worker_that_others_keep_busy_is_waited_for() {
    let (log, system) = (Log::default(), quiet());
    let pool = Pool::new(Dispatch::RoundRobin);
    let options = wink_runtime::SpawnOptions::new().mailbox(1);
    let worker = system.spawn_with(Deaf::new("a", &log), &options);
    worker
        .try_send(note("another's"))
        .expect("there is room for one");
    pool.add(&worker);
    let job = pool.send(note("the pool's")).await;
    assert_eq!(job.await, Ok(()));
    assert_eq!(log.take(), ["a: another's", "a: the pool's"]);
}

#[tokio::test(start_paused = true)]
async fn a_pool_is_asked_and_a_worker_answers() {
    let (log, system) = (Log::default(), quiet());
    let pool = Pool::new(Dispatch::RoundRobin);
    // Asked before there is anybody: it waits for the first worker.
    let early = tokio::spawn(pool.call(Message::kept()));
    pass(Duration::from_millis(1)).await;
    assert!(!early.is_finished());
    workers(&system, &pool, &log, &["a", "b"]);
    assert!(early.await.expect("asking does not panic").is_ok());
    let (one, two) = tokio::join!(pool.call(Message::kept()), pool.call(Message::kept()));
    assert!(one.is_ok() && two.is_ok());
    assert_eq!((pool.queued(), pool.given(), pool.lost()), (0, 0, 0));
}

#[tokio::test(start_paused = true)]
async fn who_asks_a_pool_hears_why_there_is_no_answer() {
    let (log, system) = (Log::default(), quiet());
    let pool = Pool::new(Dispatch::LeastLoaded);
    let workers = workers(&system, &pool, &log, &["a", "b"]);
    // One keeps the reply: it is busy, and the next one is asked; then it fails.
    let kept = tokio::spawn(pool.call(Message::keep()));
    pass(Duration::from_millis(1)).await;
    assert_eq!(pool.given(), 1);
    assert!(pool.call(Message::kept()).await.is_ok());
    workers.iter().for_each(|worker| worker.handle().kill());
    let error = kept.await.expect("asking does not panic");
    assert!(matches!(error, Err(CallError::Died(_))), "{error:?}");
    assert_eq!(pool.lost(), 1);
    let unasked = tokio::spawn(pool.call(Message::kept()));
    pass(Duration::from_millis(1)).await;
    drop(pool);
    let error = unasked.await.expect("asking does not panic");
    assert_eq!(error, Err(CallError::Unanswered));
}

#[tokio::test(start_paused = true)]
async fn a_question_that_nobody_waits_for_any_more_is_not_asked() {
    let (log, system) = (Log::default(), quiet());
    let pool = Pool::<Deaf>::builder(Dispatch::LeastLoaded)
        .queue(2)
        .build();
    let limit = Duration::from_secs(1);
    let late = tokio::time::timeout(limit, pool.call(Message::kept())).await;
    assert!(late.is_err(), "there is nobody");
    // A message is handled, whoever has forgotten its job.
    drop(pool.send(note("sent")).await);
    assert_eq!(pool.queued(), 2);
    let waits = tokio::spawn(pool.send(note("next")));
    workers(&system, &pool, &log, &["a"]);
    assert_eq!(waits.await.expect("sending does not panic").await, Ok(()));
    assert_eq!(log.take(), ["a: sent", "a: next"]);
    assert_eq!((pool.queued(), pool.given(), pool.lost()), (0, 0, 0));
}
