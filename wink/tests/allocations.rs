//! Mail between machines of one loop allocates nothing, however much there is. The only test of its
//! program, because the allocator counts for all threads.
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

#[tokio::test(flavor = "current_thread")]
async fn mail_between_machines_of_one_loop_allocates_nothing() {
    let system = wink::System::new();
    let players = [
        system.spawn(Player::default()),
        system.spawn(Player::default()),
    ];
    let play = async |throws: u64| {
        let region = Region::new(ALLOCATOR);
        let with = players[1].clone();
        let answer = players[0].call(Message::play(with, throws));
        answer.await.expect("it is answered");
        let change = region.change();
        change.allocations + change.reallocations
    };
    // An odd number of throws ends where the question was asked.
    play(1_001).await;
    let (few, many) = (play(1_001).await, play(100_001).await);
    // A question costs some, and so does each turn of the runtime; 100,000 letters nothing.
    assert!(
        many < few + 300,
        "{few} for 1,001 throws, {many} for 100,001"
    );
}
