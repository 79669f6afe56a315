//! What is here of a machine that was spawned elsewhere: a mailbox in a home of its own. Behind it
//! is no loop but a future, which has the program started, hands on the mail in its order, and
//! tells the spawner what happens.
//!
//! Must not know of: processes, who starts them and how.

mod life;

use std::collections::VecDeque;
use std::future::poll_fn;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::task::{Context, Poll};

use self::life::Life;
use super::{Host, Program};
use crate::core::address::Address;
use crate::core::event::{Note, SystemEvent};
use crate::core::event_loop::door::{Credit, Door};
use crate::core::event_loop::home::{Home, Waiting, What};
use crate::core::event_loop::letter::{Letter, Origin};
use crate::core::event_loop::panic::catch;
use crate::core::exit::{Child, ChildEvent, Error, ExitReason, Identity};
use crate::core::mailbox::{Envelope, Mailbox, Order, tell_spawner};
use crate::core::question::CallError;
use crate::core::signal::Signal;
use crate::core::station::{BoxFuture, Handle, Launch, Newborn, Site, Spawner};
use crate::remote::codec::Remote;
use crate::remote::link::Elsewhere;

/// What makes the program at each start.
type Make<M> = Box<dyn FnMut() -> Result<Program<M>, Error> + Send>;

/// A machine elsewhere, not yet started. One that is kept is down when it has ended, and can be
/// started again: see [`Context::spawn_kept`](crate::Context::spawn_kept). Its mailbox here holds
/// `room` messages, or as many as the system says.
pub(crate) fn prepare<M: Remote>(
    make: impl FnMut() -> Result<Program<M>, Error> + Send + 'static,
    is_kept: bool,
    room: Option<usize>,
    site: &Arc<dyn Site>,
) -> (Address<M>, Newborn) {
    let elsewhere = Elsewhere::new(site.clone(), "a process of its own", None);
    let home = Home::new(Arc::new(elsewhere));
    let mailbox = Arc::new(Door::new(home, 0)).open(room.unwrap_or_else(|| site.mailbox()), false);
    let address = Address::of(mailbox.clone());
    let stand_in = StandIn {
        mailbox,
        site: site.clone(),
        make: Box::new(make),
        is_kept,
        is_buried: false,
        is_over: false,
        restarts: 0,
        spawner: None,
        host: None,
        waiting: Waiting::default(),
        queue: VecDeque::new(),
        notices: Vec::new(),
        ties: Vec::new(),
        life: None,
    };
    (address, Newborn(Box::new(stand_in)))
}

struct StandIn<M: Remote> {
    mailbox: Arc<Mailbox<M>>,
    site: Arc<dyn Site>,
    make: Make<M>,
    is_kept: bool,
    /// It is not to be started again.
    is_buried: bool,
    is_over: bool,
    restarts: u64,
    spawner: Option<Arc<Spawner>>,
    /// Who knows that this stands for its programs.
    host: Option<Arc<dyn Host>>,
    waiting: Waiting,
    /// Mail that was taken in and not handed on.
    queue: VecDeque<Envelope<M>>,
    /// Ends of others that it is to hear of once it is reached.
    notices: Vec<Signal>,
    /// Of whose ends it hears, and whether it is linked with them.
    ties: Vec<(Identity, bool)>,
    /// The program, while one runs or is about to.
    life: Option<Life<M>>,
}

impl<M: Remote> Launch for StandIn<M> {
    fn handle(&self) -> Handle {
        Handle(self.mailbox.clone())
    }

    fn launch(
        mut self: Box<Self>,
        _: &Arc<dyn Site>,
        spawner: Option<Arc<Spawner>>,
    ) -> Option<BoxFuture<'static, ()>> {
        self.spawner = spawner;
        Some(Box::pin(async move {
            let mut this = *self;
            if let (true, Some(spawner)) = (this.is_kept, &this.spawner) {
                // It hears of each end, and of the last one by `close`.
                this.mailbox.unwatch(&spawner.handle);
            }
            this.begin();
            poll_fn(|context| this.poll(context)).await;
        }))
    }
}

impl<M: Remote> StandIn<M> {
    fn identity(&self) -> Identity {
        self.mailbox.identity()
    }

    fn poll(&mut self, context: &mut Context<'_>) -> Poll<()> {
        loop {
            let mut has_moved = self.look(context);
            if let Some(life) = &mut self.life {
                has_moved |= life.hear(context);
                has_moved |= life.connect(context);
                self.greet();
                has_moved |= self.hand_on(context);
                self.pulse(context);
            }
            if let Some(reason) = self.life.as_ref().and_then(Life::over) {
                self.end(reason);
                has_moved = true;
            }
            match (self.is_over, has_moved) {
                (true, _) => return Poll::Ready(()),
                (false, true) => {}
                (false, false) => return Poll::Pending,
            }
        }
    }

    /// Takes in what has come: orders, ends of others, mail.
    fn look(&mut self, context: &mut Context<'_>) -> bool {
        let home = self.mailbox.home().clone();
        // First the waker, then what says that something has come, then what has.
        home.bell.set_waker(context.waker());
        if !home.bell.hear() {
            return false;
        }
        let mut waiting = std::mem::take(&mut self.waiting);
        home.take(&mut waiting);
        for order in waiting.orders.drain(..) {
            self.obey(order.what);
        }
        for (_, signal) in waiting.signals.drain(..) {
            match self.life.as_ref().and_then(Life::machine) {
                Some(machine) => machine.handle().notify(signal),
                None if self.life.is_some() => self.notices.push(signal),
                None => {}
            }
        }
        if !waiting.doors.is_empty() {
            waiting.doors.clear();
            let mut door = self.mailbox.door().lock();
            while let Some(letter) = door.inbox.pop_front() {
                self.queue.extend(letter.open());
            }
        }
        self.waiting = waiting;
        true
    }

    fn obey(&mut self, what: What) {
        match (what, &mut self.life) {
            (What::Stop | What::Drain, Some(life)) => life.stop(),
            (What::Order(Order::Kill), Some(life)) => life.kill(),
            (What::Order(Order::Restart), None) if !self.is_over => {
                self.restarts += 1;
                self.mailbox.set_down(None);
                let (machine, restarts) = (self.identity(), self.restarts);
                self.site.note(Note::Restarted { machine, restarts });
                self.begin();
            }
            (What::Order(Order::Bury), Some(life)) => {
                self.is_buried = true;
                life.stop();
            }
            (What::Order(Order::Bury), None) if !self.is_over => {
                let reason = self.mailbox.ended_or_down();
                self.close(&reason.unwrap_or(ExitReason::Normal));
            }
            (What::Tied(other, tie), _) => self.tie(other, tie),
            // The rest is between a machine and its loop.
            _ => {}
        }
    }

    /// The machine hears of that one's end, in this life and the next ones, or no longer.
    fn tie(&mut self, other: Identity, tie: Option<bool>) {
        self.ties.retain(|(known, _)| *known != other);
        self.ties.extend(tie.map(|is_linked| (other, is_linked)));
        if let Some(machine) = self.life.as_ref().and_then(Life::machine) {
            machine.handle().0.tell(What::Tied(other, tie));
        }
    }

    /// Has the program started.
    fn begin(&mut self) {
        match catch(&mut self.make).and_then(|made| made) {
            Ok(program) => {
                if self.host.is_none() {
                    program.host.stands_in(self.identity(), true);
                    self.host = Some(program.host.clone());
                }
                self.life = Some(Life::begin(&program));
            }
            Err(error) => self.ended(error.into()),
        }
    }

    /// The machine has been reached: its spawner is told, once.
    fn greet(&mut self) {
        let Some(machine) = self.life.as_mut().and_then(Life::take_started) else {
            return;
        };
        for &(other, is_linked) in &self.ties {
            let tied = What::Tied(other, Some(is_linked));
            machine.handle().0.tell(tied);
        }
        for signal in self.notices.drain(..) {
            machine.handle().notify(signal);
        }
        self.tell_started();
        let Some(spawner) = &self.spawner else { return };
        if spawner.hears_pulses
            && let Some(life) = &mut self.life
        {
            life.expect_pulses(&self.site);
        }
    }

    fn tell_started(&self) {
        let own = self.identity();
        self.site.report(SystemEvent::Started {
            machine: own,
            spawner: self.spawner_identity(),
        });
        if let Some(spawner) = self.spawner.as_ref().filter(|one| one.hears_starts) {
            let started = Signal::Child(Child(own), ChildEvent::Started);
            spawner.handle.notify(started);
        }
    }

    /// Tells the spawner that the machine lives, when it has shown that since the last time.
    fn pulse(&mut self, context: &mut Context<'_>) {
        let Some(life) = &mut self.life else { return };
        while life.poll_pulse(&self.site, context) {
            if let Some(spawner) = &self.spawner {
                let pulsed = Signal::Child(Child(self.mailbox.identity()), ChildEvent::Pulsed);
                spawner.handle.notify(pulsed);
            }
        }
    }

    /// Hands on mail, as far as the machine takes it.
    fn hand_on(&mut self, context: &mut Context<'_>) -> bool {
        let Some(life) = &mut self.life else {
            return false;
        };
        let count = life.carry(&mut self.queue, context);
        if count > 0 {
            let seat = self.mailbox.seat();
            let credit = Credit {
                slot: seat.slot,
                generation: seat.generation,
                count,
            };
            self.mailbox.door().give_room(&mut vec![credit]);
        }
        count > 0
    }

    /// The program is over: what it leaves is taken back.
    fn end(&mut self, reason: ExitReason) {
        if self.life.as_mut().is_some_and(Life::take_unseen) {
            // It had started, and was gone before it was reached.
            self.tell_started();
        }
        if let Some(life) = self.life.take() {
            life.finish(&mut self.queue, &reason);
        }
        self.ended(reason);
    }

    fn ended(&mut self, reason: ExitReason) {
        self.notices.clear();
        let machine = self.identity();
        if let Some(error) = reason.error() {
            self.site.report(SystemEvent::Errored {
                machine,
                spawner: self.spawner_identity(),
                error: error.clone(),
            });
        }
        if !self.is_kept || self.is_buried {
            if let (true, Some(spawner)) = (self.is_kept, &self.spawner) {
                tell_spawner(spawner, machine, &reason);
            }
            return self.close(&reason);
        }
        self.mailbox.set_down(Some(reason.clone()));
        self.site.report(SystemEvent::Down {
            machine,
            reason: reason.clone(),
        });
        if let Some(spawner) = &self.spawner {
            tell_spawner(spawner, machine, &reason);
        }
    }

    fn spawner_identity(&self) -> Option<Identity> {
        let spawner = self.spawner.as_ref();
        spawner.map(|spawner| spawner.handle.identity())
    }

    /// Closes the mailbox for good: whoever waits or watches is told.
    fn close(&mut self, reason: &ExitReason) {
        self.is_over = true;
        let spot = self.mailbox.spot();
        let letter = |envelope| Letter::new(spot, Origin::FOREIGN, envelope);
        let letters = self.queue.drain(..).map(letter).collect();
        let unread = self.mailbox.close(reason, None, letters, refuse);
        let machine = self.identity();
        if let (true, Some(spawner)) = (self.is_kept, &self.spawner) {
            spawner.handle.0.tell(What::Gone(machine.id()));
        }
        self.mailbox.door().free(self.mailbox.seat());
        let machines = self.mailbox.home().machines();
        machines.fetch_sub(1, Ordering::Relaxed);
        self.site.report(SystemEvent::Exited {
            machine,
            reason: reason.clone(),
            unread,
        });
        if let Some(host) = self.host.take() {
            host.stands_in(machine, false);
        }
    }
}

/// Whoever asked is told, and a sender that wants its message back gets it.
fn refuse<M: Remote>(letter: Letter<M>, reason: &ExitReason) {
    if let Some(envelope) = letter.open()
        && let Some(port) = envelope.port
    {
        let message = envelope.message;
        port.give_back(CallError::Died(reason.clone()), || Box::new(message));
    }
}

/// Never started, or dropped with the runtime: nobody will start it.
impl<M: Remote> Drop for StandIn<M> {
    fn drop(&mut self) {
        if !self.is_over {
            if let Some(life) = self.life.take() {
                life.finish(&mut self.queue, &ExitReason::Dropped);
            }
            self.close(&ExitReason::Dropped);
        }
    }
}
