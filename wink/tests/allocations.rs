//! Mail between machines of one loop and questions from outside allocate nothing, however many there
//! are. The only test of its program, because the allocator counts for all threads.
#![cfg(feature = "tokio")]
#![allow(missing_docs, reason = "nobody reads the documentation of a test")]

use stats_alloc::{INSTRUMENTED_SYSTEM, Region, StatsAlloc};
use wink::prelude::*;

#[global_allocator]
static ALLOCATOR: &StatsAlloc<std::alloc::System> = &INSTRUMENTED_SYSTEM;

/// Hands the ball back for as long as there are throws left.
#[machine(name = "tests/Player")]
pub mod player {
    use super::Player as Other;

    #[data]
    #[derive(Default)]
    pub struct Player {
        pub caught: u64,
        pub done: Option<Reply<u64>>,
    }

    #[messages]
    pub enum Message {
        Ball {
            back: Address<Other>,
            throws: u64,
        },
        #[reply(u64)]
        Play {
            with: Address<Other>,
            throws: u64,
        },
        #[reply(u64)]
        Caught,
    }

    #[receive(Caught)]
    fn caught(player: &Player) -> u64 {
        player.caught
    }

    #[receive(Play)]
    fn play(
        player: &mut Player,
        cx: &mut Context,
        with: Address<Other>,
        throws: u64,
        reply: Reply<u64>,
    ) {
        player.done = Some(reply);
        let back = cx.address();
        cx.send(&with, Message::Ball { back, throws });
    }

    #[receive(Ball)]
    fn catch(player: &mut Player, cx: &mut Context, back: Address<Other>, throws: u64) {
        player.caught += 1;
        if throws == 0 {
            if let Some(done) = player.done.take() {
                cx.reply(done, player.caught);
            }
            return;
        }
        let own = cx.address();
        let throws = throws - 1;
        cx.send(&back, Message::Ball { back: own, throws });
    }
}

use player::{Message, Player};

/// Does something every now and then.
#[machine(name = "tests/Clock")]
pub mod clock {
    #[data]
    pub struct Clock;

    #[messages]
    pub enum Message {}

    #[state(initial)]
    #[after("1h" => tock)]
    pub mod tick {}

    #[state]
    #[after("1h" => tick)]
    pub mod tock {}
}

/// How many allocations there are meanwhile.
async fn allocations(work: impl Future) -> usize {
    let region = Region::new(ALLOCATOR);
    work.await;
    let change = region.change();
    change.allocations + change.reallocations
}

/// The ball goes to and fro so often.
async fn play(players: &[Address<Player>; 2], throws: u64) -> usize {
    let with = players[1].clone();
    let answer = players[0].call(Message::play(with, throws));
    allocations(async { answer.await.expect("it is answered") }).await
}

async fn a_game_allocates_nothing(players: &[Address<Player>; 2]) {
    // An odd number of throws ends where the question was asked.
    play(players, 1_001).await;
    let (few, many) = (play(players, 1_001).await, play(players, 100_001).await);
    // A question costs some, and so does each turn of the runtime; 100,000 letters nothing.
    assert!(
        many < few + 300,
        "{few} for 1,001 throws, {many} for 100,001"
    );
}

async fn a_question_allocates_nothing(player: &Address<Player>) {
    let ask = async |count: u32| {
        let asking = async {
            for _ in 0..count {
                player.call(Message::caught()).await.expect("it is there");
            }
        };
        allocations(asking).await
    };
    ask(100).await;
    // Now and then others have their turn.
    let count = ask(10_000).await;
    assert!(count < 300, "{count} for 10,000 questions");
}

#[tokio::test(flavor = "current_thread")]
async fn mail_and_questions_allocate_nothing() {
    let system = wink::System::new();
    let players = [
        system.spawn(Player::default()),
        system.spawn(Player::default()),
    ];
    a_game_allocates_nothing(&players).await;
    a_question_allocates_nothing(&players[0]).await;
    // The same where a time is set,
    system.spawn(clock::Clock);
    a_question_allocates_nothing(&players[0]).await;
    // and for machines that are supervised.
    let game = wink::Supervisor::builder("game")
        .child("left", Player::default)
        .child("right", Player::default)
        .start(&system);
    let player = |name| game.address(name).expect("a declared child");
    let players = [player("left"), player("right")];
    a_game_allocates_nothing(&players).await;
    a_question_allocates_nothing(&players[0]).await;
}
