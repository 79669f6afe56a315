//! Drives one event loop: gives it the time, sleeps until something comes, runs its
//! asynchronous steps.

use std::future::poll_fn;
use std::sync::Arc;
use std::task::{Context, Poll};

use super::berth::Berth;
use super::vigil::{Next, Vigil};
use crate::core::event_loop::home::Home;
use crate::core::event_loop::{BUDGET, owed};
use crate::core::station::BoxFuture;
use crate::core::time::Time;

/// Runs a loop until its system has ended. On a runtime that it has to itself, with `vigil`, or
/// beside other tasks.
pub(super) async fn run(berth: Arc<Berth>, vigil: Option<Vigil>) {
    let mut running = Running {
        home: berth.home().clone(),
        berth,
        alarm: None,
        has_claim: false,
        put_off: 0,
        vigil,
    };
    poll_fn(|context| running.poll(context)).await;
}

struct Running {
    berth: Arc<Berth>,
    home: Arc<Home>,
    /// The sleep under way, and until when.
    alarm: Option<(Time, BoxFuture<'static, ()>)>,
    /// This is who runs the loop: it gave way to other tasks in the middle.
    has_claim: bool,
    /// For how many turns wake-ups of other loops have been put off.
    put_off: u32,
    /// How long to look for more before going to sleep; `None` beside other tasks.
    vigil: Option<Vigil>,
}

/// For how many turns the loops of other threads wait to be helped or woken, at most: what they
/// are owed comes up when this loop is free.
const PUT_OFF: u32 = 4;

/// What a poll does after a turn.
enum After {
    /// Another turn.
    Turn,
    /// It comes back at once, when other tasks had theirs.
    GiveWay,
    /// It is woken when something comes.
    Sleep,
    /// The system has ended.
    End,
}

impl Running {
    fn poll(&mut self, context: &mut Context<'_>) -> Poll<()> {
        let next = match &mut self.vigil {
            Some(vigil) => vigil.resume(&self.home),
            None => Next::Run,
        };
        // A deadline may have come while it watched.
        if next != Next::Run && !self.is_over(context) {
            if next == Next::Watch {
                context.waker().wake_by_ref();
            }
            return Poll::Pending;
        }
        self.berth.note_thread();
        // Before the claim: who has it may hand it over at any time.
        self.home.bell.set_waker(context.waker());
        if !self.has_claim && !self.home.bell.claim() {
            // Somebody runs it. He is to look again: a deadline may have come.
            let watches = self.vigil.as_ref().is_some_and(Vigil::is_on);
            if self.home.bell.ring() || watches {
                context.waker().wake_by_ref();
            }
            return Poll::Pending;
        }
        self.has_claim = true;
        if let Some(vigil) = &mut self.vigil {
            vigil.end();
        }
        loop {
            match self.turn(context) {
                After::Turn => {}
                After::GiveWay => {
                    context.waker().wake_by_ref();
                    return Poll::Pending;
                }
                After::Sleep => return Poll::Pending,
                After::End => return Poll::Ready(()),
            }
        }
    }

    fn turn(&mut self, context: &mut Context<'_>) -> After {
        let is_alone = self.vigil.is_some();
        // What a turn owes other loops is held back until it is over.
        let budget = match is_alone {
            true => self.home.fair_share(BUDGET),
            false => BUDGET,
        };
        let Some(turn) = self.berth.turn(budget, is_alone) else {
            return After::End;
        };
        let is_over = self.berth.shared().is_over();
        self.put_off += u32::from(owed::is_due());
        if turn.has_more || is_over || self.put_off > PUT_OFF {
            // A loop that has more to do leaves the others to their own threads.
            self.put_off = 0;
            owed::pay(false);
        }
        if turn.has_more {
            // Others on the same thread get their turn.
            return After::GiveWay;
        }
        if is_over {
            return After::End;
        }
        if self.is_due(turn.next, context) {
            return After::Turn;
        }
        let watches = self.vigil.as_ref().is_some_and(Vigil::pays);
        if !self.home.bell.release(Some(watches)) {
            return After::Turn;
        }
        self.has_claim = false;
        self.put_off = 0;
        // Whoever helps others may be held up there: this loop is free for anybody.
        while owed::is_due() {
            owed::pay_others(is_alone, &self.home);
            if self.home.bell.is_wanted() && self.home.bell.claim() {
                self.has_claim = true;
                return After::Turn;
            }
        }
        if let Some(vigil) = &mut self.vigil {
            vigil.begin();
        }
        if watches {
            return After::GiveWay;
        }
        After::Sleep
    }

    /// Whether the next deadline has come; otherwise the task is woken then.
    fn is_due(&mut self, deadline: Option<Time>, context: &mut Context<'_>) -> bool {
        let Some(deadline) = deadline else {
            self.alarm = None;
            self.berth.set_armed(None);
            return false;
        };
        let is_set = matches!(&self.alarm, Some((set, _)) if *set == deadline);
        if !is_set {
            let sleep = self.berth.shared().clock().sleep_until(deadline);
            self.alarm = Some((deadline, sleep));
            self.berth.set_armed(Some(deadline));
        }
        self.is_over(context)
    }

    /// Whether the sleep under way is over.
    fn is_over(&mut self, context: &mut Context<'_>) -> bool {
        let Some((_, sleep)) = &mut self.alarm else {
            return false;
        };
        let is_ready = sleep.as_mut().poll(context).is_ready();
        if is_ready {
            self.alarm = None;
        }
        is_ready
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.berth.clear();
    }
}
