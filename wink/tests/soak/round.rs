//! One system from its start to its end, and what is done to it.

use std::collections::BTreeMap;
use std::sync::{Arc, Weak};
use std::time::Duration;

use tokio::task::JoinSet;

use super::ledger::Ledger;
use super::tree::{Plan, grow, maker, spec};
use super::worker::{How, Message, Pause, Worker, token_of};
use wink::Tree;
use wink::{Activity, Address, ChildState, MachineView, Supervisor, System, SystemBuilder};

/// How much is done in a round.
const DEEDS: usize = 400;

/// Numbers by chance, the same for the same seed: SplitMix64.
pub struct Dice(u64);

impl Dice {
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// A number less than `end`.
    pub fn below(&mut self, end: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut word = self.0;
        word = (word ^ (word >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        word = (word ^ (word >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (word ^ (word >> 31)) % end
    }

    fn pick<'list, T>(&mut self, list: &'list [T]) -> Option<&'list T> {
        match list.len() {
            0 => None,
            count => list.get(usize::try_from(self.below(count as u64)).expect("it is an index")),
        }
    }
}

struct Game {
    dice: Dice,
    kind: Kind,
    ledger: Arc<Ledger>,
    root: Supervisor,
    plan: Plan,
    /// Workers that were added.
    added: Vec<Address<Worker>>,
    /// Mail that waits for room, calls that wait for answers.
    under_way: JoinSet<()>,
}

/// What decides what happens when.
#[derive(Clone, Copy)]
pub enum Kind {
    /// The seed alone: one thread, and a clock that is driven.
    Driven,
    /// Threads, too. Nobody waits for time: work takes turns, and a round is over when nothing is
    /// under way any more. That finds what a few milliseconds hide.
    Threaded,
}

impl Kind {
    fn pause(self, length: u64) -> Pause {
        match self {
            Kind::Driven => Pause::Time(Duration::from_millis(length)),
            Kind::Threaded => Pause::Turns(u32::try_from(10 * length).expect("a few")),
        }
    }
}

/// So long that nothing is under way any more.
const LONG: Duration = Duration::from_secs(60);

/// How many looks in a row have to find nothing under way: what one of them misses between two
/// loops, the next one sees.
const LOOKS: u32 = 4;

/// Plays one round; what it was like, and what is gone when nothing of it is left in memory: the
/// system that played it keeps it, each of its machines and each of their messages.
pub async fn round(seed: u64, system: SystemBuilder, kind: Kind) -> (Vec<u64>, Weak<Ledger>) {
    let mut dice = Dice::new(seed);
    let ledger = Arc::new(Ledger::default());
    let listener = ledger.clone();
    let system = system
        .mailbox(1 + usize::try_from(dice.below(16)).expect("a few"))
        .grace(Duration::from_millis(20))
        .seed(seed)
        .log(move |event| listener.hear(event))
        .build();
    let mut plan = Plan::default();
    let root = grow(&mut dice, &ledger, &mut plan, "", 2).start(&system);
    let mut game = Game {
        dice,
        kind,
        ledger: ledger.clone(),
        root,
        plan,
        added: Vec::new(),
        under_way: JoinSet::new(),
    };
    for _ in 0..DEEDS {
        game.deed().await;
    }
    // Half of the time in the middle of everything.
    if game.dice.below(2) == 0 {
        let root = game.root.clone();
        match kind {
            Kind::Driven => tokio::time::sleep(LONG).await,
            Kind::Threaded => in_time(seed, &system, &root, game.settle(&system)).await,
        }
        ledger.story().exits.clear();
        root.stop();
        in_time(seed, &system, &root, root.closed()).await;
        check_order(seed, &game.plan, &ledger.story().exits);
    }
    // A loop whose thread gets no processor for some milliseconds ends nothing in that time, and
    // the report says so: on a busy machine a second one does it.
    let end = async { while !system.shutdown().await.is_complete() {} };
    in_time(seed, &system, &game.root, end).await;
    while let Some(ended) = in_time(seed, &system, &game.root, game.under_way.join_next()).await {
        ended.expect("no sender fails");
    }
    assert!(system.machines().is_empty(), "seed {seed}: {system:?}");
    drop(game);
    ledger.check(seed);
    let traces = ledger.traces();
    ledger.story().forget_handles();
    (traces, Arc::downgrade(&ledger))
}

/// What comes of it, if it comes before long.
async fn in_time<T>(
    seed: u64,
    system: &System,
    root: &Supervisor,
    work: impl Future<Output = T>,
) -> T {
    match tokio::time::timeout(Duration::from_secs(30), work).await {
        Ok(result) => result,
        Err(_) => panic!(
            "seed {seed}: stands still:\n{}\n{}",
            system.inspect().await,
            root.tree()
        ),
    }
}

/// The children of each supervisor stop in reverse order: one that is a supervisor stops when
/// those under it do.
fn check_order(seed: u64, plan: &Plan, exits: &[(u32, u32)]) {
    let mut last: BTreeMap<u32, u32> = BTreeMap::new();
    for exit in exits.iter().filter(|exit| exit.0 != u32::MAX) {
        let mut place = Some(exit);
        while let Some((supervisor, position)) = place {
            let before = last.insert(*supervisor, *position);
            let is_last = place == Some(exit);
            let is_right = before.is_none_or(|before| match is_last {
                true => before > *position,
                false => before >= *position,
            });
            assert!(
                is_right,
                "seed {seed}: of supervisor {supervisor}, {before:?} stopped before {position}: {exits:?}"
            );
            place = plan.places.get(supervisor);
        }
    }
}

/// Whether all children of the tree are up, or done with.
fn is_complete(tree: &Tree) -> bool {
    tree.children.iter().all(|child| {
        matches!(child.state, ChildState::Up | ChildState::Done)
            && child.supervisor.as_ref().is_none_or(is_complete)
    })
}

impl Game {
    /// Waits until nothing is under way any more, without waiting for time.
    async fn settle(&mut self, system: &System) {
        while let Some(ended) = self.under_way.join_next().await {
            ended.expect("no sender fails");
        }
        let (mut looks, mut before) = (0, None);
        while looks < LOOKS {
            let calm = self.is_calm(system).await;
            let mark = Some(self.ledger.mark());
            looks = if calm && mark == before { looks + 1 } else { 0 };
            before = mark;
            tokio::task::yield_now().await;
        }
    }

    /// Whether nothing is seen to be under way.
    async fn is_calm(&self, system: &System) -> bool {
        let seen = system.inspect().await;
        let rests = |machine: &MachineView| {
            machine.queued == 0 && matches!(machine.activity, Activity::Ready)
        };
        let is_over = self.root.handle().ended().is_some();
        seen.machines.iter().all(rests) && (is_over || is_complete(&self.root.tree()))
    }

    fn worker(&mut self) -> Option<Address<Worker>> {
        if self.dice.below(4) == 0 {
            return self.dice.pick(&self.added).cloned();
        }
        let path = self.dice.pick(&self.plan.workers)?.clone();
        self.root.address::<Worker>(&path)
    }

    async fn deed(&mut self) {
        let (Some(worker), Some(other)) = (self.worker(), self.worker()) else {
            return;
        };
        let token = self.ledger.token();
        match self.dice.below(100) {
            0..30 => self.send(worker, Message::Work { token }),
            30..42 => {
                let times = 1 + u32::try_from(self.dice.below(6)).expect("a few");
                let to = other;
                self.send(worker, Message::Forward { token, to, times });
            }
            42..50 => self.send(worker, Message::Late { token }),
            50..56 => self.send(worker, Message::Toggle { token }),
            56..62 => {
                let pause = self.kind.pause(self.dice.below(8));
                self.send(
                    worker,
                    Message::Wait {
                        token: token.slow(),
                        pause,
                    },
                );
            }
            62..72 => {
                let call = worker.call(Message::ask(token.asked()));
                let ledger = self.ledger.clone();
                self.under_way.spawn(async move {
                    ledger.answered(call.await.is_ok());
                });
            }
            72..78 => {
                let how = match self.dice.below(4) {
                    0 => How::Panic,
                    1 => How::PanicAfterSending,
                    2 => How::Error,
                    _ => How::Exit,
                };
                let to = other;
                self.send(worker, Message::Fail { token, how, to });
            }
            78..82 => self.send(worker, Message::Hire { token }),
            rare => {
                token.refused();
                self.rare(rare, &worker).await;
            }
        }
    }

    async fn rare(&mut self, deed: u64, worker: &Address<Worker>) {
        match deed {
            82..85 => worker.handle().kill(),
            85..88 => worker.stop(),
            88..92 => {
                let spec = spec(&mut self.dice, "added".to_owned());
                let make = maker(&mut self.dice, &self.ledger, u32::MAX, u32::MAX);
                if let Ok(added) = self.root.add(spec, make) {
                    self.added.push(added);
                }
            }
            92..94 => {
                if let Some(added) = self.dice.pick(&self.added) {
                    self.root.remove_machine(added.identity());
                }
            }
            94 => {
                if let Some(path) = self.dice.pick(&self.plan.supervisors)
                    && let Some(supervisor) = self.root.child(path)
                {
                    match self.dice.below(2) {
                        0 => supervisor.stop(),
                        _ => supervisor.kill(),
                    }
                }
            }
            95..98 => {
                self.kind.pause(self.dice.below(6)).over().await;
            }
            _ => tokio::task::yield_now().await,
        }
    }

    /// Sends, at once or when there is room.
    fn send(&mut self, worker: Address<Worker>, message: Message) {
        if self.dice.below(2) == 0 {
            if let Err(error) = worker.try_send(message) {
                token_of(error.into_message()).refused();
            }
            return;
        }
        self.under_way.spawn(async move {
            if let Err(error) = worker.send(message).await {
                token_of(error.message).refused();
            }
        });
    }
}
