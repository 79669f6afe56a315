//! Timers of machines in a loop: on time, in order, with the wall clock, and gone with their
//! machine.

use std::sync::atomic::{AtomicI64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::SystemTime;

use wink::prelude::*;
use wink::{BoxFuture, Clock, ExitReason, System, TokioClock};

/// Writes down when it hears what, in milliseconds from its start.
#[machine]
pub mod watch {
    use std::sync::{Arc, Mutex};
    use std::time::SystemTime;

    #[data]
    #[derive(Default)]
    pub struct Watch {
        pub start: Time,
        pub heard: Arc<Mutex<Vec<String>>>,
    }

    /// Something is heard; the token tells the test how many of these there are.
    #[derive(Debug, Clone)]
    pub struct Beat {
        pub name: &'static str,
        pub token: Option<Arc<()>>,
    }

    #[messages]
    #[derive(Debug, Clone)]
    pub enum Message {
        Heard {
            beat: Beat,
        },
        After {
            delay: Duration,
            beat: Beat,
        },
        Every {
            name: &'static str,
            period: Duration,
        },
        At {
            name: &'static str,
            at: SystemTime,
        },
        Send {
            to: Address<Watch>,
            delay: Duration,
            beat: Beat,
        },
        SendEvery {
            to: Address<Watch>,
            period: Duration,
            beat: Beat,
        },
        Busy {
            time: Duration,
        },
        Stop,
    }

    #[entry]
    fn begin(watch: &mut Watch, cx: &mut Context) {
        watch.start = cx.now();
    }

    #[receive(Heard)]
    fn hear(watch: &mut Watch, cx: &mut Context, beat: Beat) {
        let passed = cx.now().since(watch.start).as_millis();
        let line = format!("{} {passed}", beat.name);
        drop(beat.token);
        watch.heard.lock().unwrap().push(line);
    }

    #[receive(After)]
    fn after(cx: &mut Context, delay: Duration, beat: Beat) {
        cx.set_timer(format!("{delay:?}"), delay, Message::Heard { beat });
    }

    #[receive(Every)]
    fn every(cx: &mut Context, name: &'static str, period: Duration) {
        cx.every(name, period, beat(name));
    }

    #[receive(At)]
    fn at(cx: &mut Context, name: &'static str, at: SystemTime) {
        cx.set_timer_at(name, at, beat(name));
    }

    #[receive(Send)]
    fn send(cx: &mut Context, to: Address<Watch>, delay: Duration, beat: Beat) {
        cx.send_after(&to, delay, Message::Heard { beat });
    }

    #[receive(SendEvery)]
    fn send_every(cx: &mut Context, to: Address<Watch>, period: Duration, beat: Beat) {
        cx.send_every(&to, period, Message::Heard { beat });
    }

    fn beat(name: &'static str) -> Message {
        let beat = Beat { name, token: None };
        Message::Heard { beat }
    }

    #[receive(Busy)]
    async fn busy(time: Duration) {
        let waiting = tokio::time::timeout(time, std::future::pending::<()>());
        let _ = waiting.await;
    }

    #[receive(Stop)]
    fn stop(cx: &mut Context) {
        cx.exit();
    }
}

use watch::{Beat, Message, Watch};

type Heard = Arc<Mutex<Vec<String>>>;

fn milliseconds(count: u64) -> Duration {
    Duration::from_millis(count)
}

async fn pass(time: Duration) {
    let ended = tokio::time::timeout(time, std::future::pending::<()>()).await;
    assert!(ended.is_err());
}

fn take(heard: &Heard) -> Vec<String> {
    std::mem::take(&mut heard.lock().unwrap())
}

fn spawn(system: &System) -> (Address<Watch>, Heard) {
    let watch = Watch::default();
    let heard = watch.heard.clone();
    (system.spawn(watch), heard)
}

fn beat(name: &'static str) -> Beat {
    Beat { name, token: None }
}

/// Tokio's clock with a wall clock that the test sets.
#[derive(Clone)]
struct Wall {
    inner: TokioClock,
    /// How far the wall clock has been set, in milliseconds.
    set: Arc<AtomicI64>,
    sleeps: Arc<AtomicUsize>,
}

impl Wall {
    fn new() -> Self {
        Self {
            inner: TokioClock::new(),
            set: Arc::default(),
            sleeps: Arc::default(),
        }
    }

    /// A time of the calendar: noon, and so many milliseconds.
    fn noon(after: i64) -> SystemTime {
        let noon = 12 * 3_600_000 + after;
        SystemTime::UNIX_EPOCH + milliseconds(noon.try_into().unwrap())
    }
}

impl Clock for Wall {
    fn now(&self) -> Time {
        self.inner.now()
    }

    fn sleep_until(&self, deadline: Time) -> BoxFuture<'static, ()> {
        self.sleeps.fetch_add(1, Ordering::SeqCst);
        self.inner.sleep_until(deadline)
    }

    fn calendar(&self) -> SystemTime {
        let passed = i64::try_from(self.now().since(Time::ZERO).as_millis()).unwrap();
        Self::noon(passed + self.set.load(Ordering::SeqCst))
    }
}

fn system(clock: &Wall) -> System {
    System::builder().log(|_| {}).clock(clock.clone()).build()
}

#[tokio::test(start_paused = true)]
async fn timers_of_a_loop_fire_in_order_and_to_the_millisecond() {
    let system = system(&Wall::new());
    let (watch, heard) = spawn(&system);
    for delay in [7, 3, 9, 1, 5] {
        let name = ["1", "", "3", "", "5", "", "7", "", "9"][delay as usize - 1];
        let (delay, beat) = (milliseconds(delay), beat(name));
        watch.send(Message::After { delay, beat }).await.unwrap();
    }
    for now in 1..=9 {
        pass(milliseconds(1)).await;
        tokio::task::yield_now().await;
        let due: Vec<_> = [1, 3, 5, 7, 9]
            .into_iter()
            .filter(|due| *due <= now)
            .collect();
        let count = heard.lock().unwrap().len();
        // A clock that goes on in whole milliseconds is at most one of them late.
        assert!(
            count == due.len() || due.last() == Some(&now),
            "{count} at {now}"
        );
    }
    pass(milliseconds(1)).await;
    assert_eq!(take(&heard), ["1 1", "3 3", "5 5", "7 7", "9 9"]);
}

#[tokio::test(start_paused = true)]
async fn what_repeats_does_not_drift_and_skips_what_it_has_missed() {
    let system = system(&Wall::new());
    let (watch, heard) = spawn(&system);
    let (name, period) = ("beat", milliseconds(100));
    watch.send(Message::Every { name, period }).await.unwrap();
    pass(milliseconds(250)).await;
    assert_eq!(take(&heard), ["beat 100", "beat 200"]);
    let time = milliseconds(400);
    watch.send(Message::Busy { time }).await.unwrap();
    // It waits from 250 to 650: the one of 300 comes then, those of 400 to 600 never.
    pass(milliseconds(405)).await;
    assert_eq!(take(&heard), ["beat 300"]);
    pass(milliseconds(200)).await;
    assert_eq!(take(&heard), ["beat 700", "beat 800"]);
}

#[tokio::test(start_paused = true)]
async fn a_calendar_time_comes_with_the_wall_clock() {
    let clock = Wall::new();
    let system = system(&clock);
    let (watch, heard) = spawn(&system);
    let set = |name, at| {
        watch.try_send(Message::At {
            name,
            at: Wall::noon(at),
        })
    };
    set("past", -1).unwrap();
    set("hour", 3_600_000).unwrap();
    set("soon", 250).unwrap();
    pass(milliseconds(249)).await;
    assert_eq!(take(&heard), ["past 0"]);
    pass(milliseconds(3)).await;
    assert_eq!(heard.lock().unwrap().len(), 1, "soon");
    assert!(take(&heard)[0].starts_with("soon 25"));
    pass(milliseconds(1_000)).await;
    assert!(take(&heard).is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_wall_clock_that_is_set_takes_its_timers_along() {
    let clock = Wall::new();
    let system = system(&clock);
    let (watch, heard) = spawn(&system);
    let (name, at) = ("six", Wall::noon(6 * 3_600_000));
    watch.send(Message::At { name, at }).await.unwrap();
    let (name, at) = ("minute", Wall::noon(60_000));
    watch.send(Message::At { name, at }).await.unwrap();
    pass(milliseconds(50_000)).await;
    // Half an hour back: the minute comes half an hour later.
    clock.set.store(-1_800_000, Ordering::SeqCst);
    pass(milliseconds(20_000)).await;
    assert!(take(&heard).is_empty());
    pass(milliseconds(1_791_000)).await;
    let lines = take(&heard);
    assert_eq!(lines.len(), 1);
    assert!(lines[0].starts_with("minute 186000"), "{lines:?}");
    // Six hours ahead: it is noticed within a second.
    clock.set.store(6 * 3_600_000, Ordering::SeqCst);
    pass(milliseconds(1_002)).await;
    let lines = take(&heard);
    assert_eq!(lines.len(), 1, "{lines:?}");
    assert!(lines[0].starts_with("six 186"), "{lines:?}");
}

#[tokio::test(start_paused = true)]
async fn tokios_clock_has_a_calendar_that_moves_with_its_time() {
    let clock = TokioClock::new();
    let before = clock.calendar();
    tokio::time::advance(Duration::from_secs(3_600)).await;
    let passed = clock.calendar().duration_since(before).unwrap();
    // Nothing but what somebody sets the computer's clock by may come on top.
    assert!(passed >= Duration::from_secs(3_599), "{passed:?}");
    assert!(passed <= Duration::from_secs(3_660), "{passed:?}");
}

#[tokio::test(start_paused = true)]
async fn a_timer_of_a_dead_machine_is_gone_with_it() {
    let clock = Wall::new();
    let system = system(&clock);
    let token = Arc::new(());
    let (watch, heard) = spawn(&system);
    let (other, others) = spawn(&system);
    let beat = || Beat {
        name: "late",
        token: Some(token.clone()),
    };
    let (to, period) = (other.clone(), milliseconds(500));
    let (name, at) = ("date", Wall::noon(2_000));
    for message in [
        Message::After {
            delay: milliseconds(900),
            beat: beat(),
        },
        Message::Send {
            to: to.clone(),
            delay: milliseconds(900),
            beat: beat(),
        },
        Message::SendEvery {
            to,
            period,
            beat: beat(),
        },
        Message::Every { name, period },
        Message::At { name, at },
    ] {
        watch.send(message).await.unwrap();
    }
    pass(milliseconds(10)).await;
    assert_eq!(Arc::strong_count(&token), 4, "three are armed");
    watch.send(Message::Stop).await.unwrap();
    assert_eq!(watch.closed().await, ExitReason::Normal);
    pass(milliseconds(1)).await;
    assert_eq!(Arc::strong_count(&token), 1, "and none is left");
    let sleeps = clock.sleeps.load(Ordering::SeqCst);
    pass(Duration::from_secs(3_600)).await;
    assert_eq!(clock.sleeps.load(Ordering::SeqCst), sleeps, "nobody wakes");
    assert!(take(&heard).is_empty() && take(&others).is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_timer_to_a_dead_machine_goes_nowhere_and_is_told() {
    let lines = Heard::default();
    let log = lines.clone();
    let undelivered = move |event: &wink::SystemEvent| {
        if let wink::SystemEvent::Undelivered { .. } = event {
            log.lock().unwrap().push(event.to_string());
        }
    };
    let system = System::builder().log(undelivered).build();
    let token = Arc::new(());
    let (watch, _) = spawn(&system);
    let (dead, heard) = spawn(&system);
    for delay in [100, 200] {
        let (to, delay, token) = (dead.clone(), milliseconds(delay), Some(token.clone()));
        let beat = Beat {
            name: "late",
            token,
        };
        watch.send(Message::Send { to, delay, beat }).await.unwrap();
    }
    dead.send(Message::Stop).await.unwrap();
    dead.closed().await;
    let (successor, its) = spawn(&system);
    pass(milliseconds(300)).await;
    let line = "wink/Watch#1: a message for wink/Watch#2 was not delivered: it has ended";
    assert_eq!(take(&lines), [line, line]);
    assert_eq!(Arc::strong_count(&token), 1);
    assert!(take(&heard).is_empty());
    assert!(successor.ended().is_none() && take(&its).is_empty());
}

#[tokio::test(start_paused = true)]
async fn what_is_sent_again_and_again_arrives_and_can_be_stopped_by_the_end() {
    let system = system(&Wall::new());
    let (watch, _) = spawn(&system);
    let (other, heard) = spawn(&system);
    let (to, period, beat) = (other, milliseconds(100), beat("beat"));
    watch
        .send(Message::SendEvery { to, period, beat })
        .await
        .unwrap();
    pass(milliseconds(350)).await;
    assert_eq!(take(&heard).len(), 3);
    watch.stop();
    watch.closed().await;
    pass(milliseconds(350)).await;
    assert!(take(&heard).is_empty());
}
