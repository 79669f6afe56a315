//! Machines that come and go in great number leave no memory behind. The only test of its program,
//! because the allocator counts for all threads.
#![cfg(feature = "tokio")]
#![allow(missing_docs, reason = "nobody reads the documentation of a test")]

use stats_alloc::{INSTRUMENTED_SYSTEM, Region, StatsAlloc};
use wink::prelude::*;

#[global_allocator]
static ALLOCATOR: &StatsAlloc<std::alloc::System> = &INSTRUMENTED_SYSTEM;

/// Ends with its first message.
#[machine(name = "tests/Fly")]
pub mod fly {
    #[data]
    pub struct Fly;

    #[messages]
    pub enum Message {
        Land,
    }

    #[receive(Land)]
    fn land(cx: &mut Context) {
        cx.exit();
    }
}

/// Raises flies.
#[machine(name = "tests/Pond")]
pub mod pond {
    use super::fly::{self, Fly};

    #[data]
    #[derive(Default)]
    pub struct Pond {
        left: usize,
        done: Option<Reply<usize>>,
    }

    #[messages]
    pub enum Message {
        #[reply(usize)]
        Raise { count: usize },
    }

    #[receive(Raise)]
    fn raise(pond: &mut Pond, cx: &mut Context, count: usize, reply: Reply<usize>) {
        for _ in 0..count {
            let fly = cx.spawn(Fly);
            cx.send(&fly, fly::Message::Land);
        }
        pond.left = count;
        pond.done = Some(reply);
    }

    #[child(exited)]
    fn gone(pond: &mut Pond, cx: &mut Context) {
        pond.left -= 1;
        if pond.left == 0
            && let Some(done) = pond.done.take()
        {
            cx.reply(done, 0);
        }
    }
}

use pond::{Message, Pond};

#[tokio::test(flavor = "current_thread")]
async fn machines_that_come_and_go_leave_no_memory_behind() {
    let system = wink::System::builder().log(|_| {}).build();
    let pond = system.spawn(Pond::default());
    let raise = async |rounds: usize| {
        let region = Region::new(ALLOCATOR);
        for _ in 0..rounds {
            let raised = pond.call(Message::raise(1_000)).await;
            assert_eq!(raised, Ok(0));
        }
        let change = region.change();
        change.bytes_allocated as isize - change.bytes_deallocated as isize
    };
    raise(3).await;
    let kept = raise(100).await;
    // A hundred thousand machines: not a byte for each.
    assert!(kept < 50_000, "{kept} bytes are kept");
    assert_eq!(system.machines().len(), 1);
}
