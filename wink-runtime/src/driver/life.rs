//! The life of one machine: it starts, takes what comes to it, and ends, its children first.
//!
//! Knows no executor: a life is a future, and what it asks of the outside it asks of its
//! [`Host`].

use std::collections::BTreeMap;
use std::future::poll_fn;
use std::sync::Arc;
use std::task::{Context, Poll};

use wink_chart::{ChildSignal, Trigger};

use super::kept::Record;
use super::outbox::Outbox;
use super::panic::{catch, note_places};
use super::spawn::{Egg, Make, Watching};
use crate::core::child_spec::Grace;
use crate::core::drive::{Drive, Input, Progress};
use crate::core::effect::Effect;
use crate::core::event::SystemEvent;
use crate::core::exit::{Child, ChildEvent, Error, ExitReason, Identity, MachineId};
use crate::core::instance::Instance;
use crate::core::machine::Messages;
use crate::core::mailbox::{Inbound, Inbox, Order};
use crate::core::outcome::Outcome;
use crate::core::question::{CallError, ReplyPort};
use crate::core::signal::Signal;
use crate::core::station::{BoxFuture, Handle, Host, Newborn, Spawner, StationKey, Tie};
use crate::core::time::Time;

/// How many steps a machine takes in a row before others on its thread get their turn.
const TURN: u32 = 64;

/// What one machine has around it while it lives.
pub(super) struct Life {
    pub(super) host: Arc<dyn Host>,
    own: Handle,
    pub(super) identity: Identity,
    spawner: Option<Spawner>,
    /// Those that have not ended, the oldest first: ids rise.
    children: BTreeMap<MachineId, Handle>,
    /// Machines that have been asked to tell this one of their end.
    watched: BTreeMap<StationKey, Handle>,
    outbox: Outbox,
    /// When to show the spawner that this machine lives.
    pub(super) pulse: Option<BoxFuture<'static, ()>>,
    /// It has been asked to stop.
    pub(super) stopping: bool,
    /// How long it may then go on with an async receiver.
    grace: Grace,
    /// What it fails on, when a supervisor keeps it.
    pub(super) record: Option<Record>,
    /// Steps since the executor last had its turn.
    streak: u32,
    pub(super) unread: usize,
}

/// What comes next.
enum Next<M: Drive> {
    Stop,
    Input(Input<M>),
}

/// How an asynchronous step came out.
enum Waited {
    Done,
    Panicked(Error),
    Killed,
}

impl Life {
    /// Runs a machine from its start to its end.
    pub(super) async fn live<M: Drive>(egg: Egg<M>, host: Arc<dyn Host>, spawner: Option<Spawner>) {
        note_places();
        let Egg {
            make,
            grace,
            address,
            inbox,
            mut observer,
        } = egg;
        let own = address.handle();
        let identity = own.identity();
        let grace = grace.unwrap_or(Grace::Within(host.grace()));
        let mut life = Life {
            host,
            own,
            identity,
            spawner,
            children: BTreeMap::new(),
            watched: BTreeMap::new(),
            outbox: Outbox::new(identity),
            pulse: None,
            stopping: false,
            grace,
            record: None,
            streak: 0,
            unread: 0,
        };
        let data = match make {
            Make::Once(data) => data,
            Make::Again(make) => return life.live_kept(make, address, inbox, observer).await,
        };
        let mut instance = Instance::new(data, life.host.now());
        instance.parts.cx.set_address(address);
        // Declared after the instance, so that it goes first when the executor drops this
        // future: what the machine holds is dropped when its end has been told.
        let inbox = inbox;
        let reason = life.run(&mut instance, &inbox, &mut observer).await;
        life.finish(instance, &inbox, reason).await;
    }

    /// Steps the machine until it has ended.
    pub(super) async fn run<M: Drive>(
        &mut self,
        instance: &mut Instance<M>,
        inbox: &Inbox<M>,
        observer: &mut Watching,
    ) -> ExitReason {
        let mut input = Input::Start;
        loop {
            let starting = matches!(input, Input::Start);
            let result = self.step(instance, inbox, observer, input).await;
            if starting && result.is_ok() {
                self.started();
            }
            self.perform(instance);
            if let Err(reason) = result {
                return reason;
            }
            if let Some(reason) = instance.exit_reason() {
                return reason;
            }
            self.take_turns().await;
            input = match self.next_input::<M>(instance.next_deadline(), inbox).await {
                Ok(input) => input,
                Err(reason) => return reason,
            };
        }
    }

    /// What the machine is to be given next. The error is why it ends at once.
    async fn next_input<M: Drive>(
        &mut self,
        deadline: Option<Time>,
        inbox: &Inbox<M>,
    ) -> Result<Input<M>, ExitReason> {
        loop {
            match self.next(deadline, inbox).await {
                Next::Input(input) => return Ok(input),
                Next::Stop if inbox.is_killed() => {
                    self.stop_children().await;
                    return Err(ExitReason::Killed);
                }
                Next::Stop if M::STOPS_CHILDREN => {
                    // It is told once, and goes on until its children are down.
                    if !std::mem::replace(&mut self.stopping, true) {
                        return Ok(Input::Signal(Signal::Stop));
                    }
                }
                Next::Stop => {
                    self.stopping = true;
                    self.stop_children().await;
                    return Ok(Input::Stop(ExitReason::Stopped));
                }
            }
        }
    }

    /// One step. The error is why the machine has ended in the middle of it.
    async fn step<M: Drive>(
        &mut self,
        instance: &mut Instance<M>,
        inbox: &Inbox<M>,
        observer: &mut Watching,
        input: Input<M>,
    ) -> Result<(), ExitReason> {
        let now = self.host.now();
        let witness = match (&mut self.record, &input) {
            (Some(record), Input::Message(envelope)) => {
                record.begin(envelope.message.id());
                envelope.port.as_ref().and_then(ReplyPort::witness)
            }
            _ => None,
        };
        let stepped = &mut *instance;
        let waited = match catch(|| M::step(stepped, now, input, observer)) {
            Ok(Progress::Done(_)) => Waited::Done,
            Ok(Progress::Waiting(future)) => self.wait(future, inbox).await,
            Err(error) => Waited::Panicked(error),
        };
        match waited {
            Waited::Done => {
                if let Some(record) = &mut self.record
                    && instance.exit_reason().is_none()
                {
                    record.end();
                }
                Ok(())
            }
            Waited::Killed => Err(ExitReason::Killed),
            Waited::Panicked(error) => {
                instance.crash(error.clone());
                if let Some(witness) = witness {
                    witness.explain(CallError::Died(error.clone().into()));
                }
                Err(error.into())
            }
        }
    }

    /// Runs an asynchronous step. Its machine's mail waits meanwhile. Asked to stop, it has
    /// the grace to finish in.
    async fn wait<M: Drive>(&mut self, future: BoxFuture<'_, Outcome>, inbox: &Inbox<M>) -> Waited {
        let mut step = Unfinished {
            future: Some(future),
            inbox,
        };
        let mut grace: Option<BoxFuture<'static, ()>> = None;
        let waited = poll_fn(|context| {
            match catch(|| step.poll(context)) {
                Ok(Poll::Pending) => {}
                Ok(Poll::Ready(_)) => return Poll::Ready(Waited::Done),
                Err(error) => return Poll::Ready(Waited::Panicked(error)),
            }
            self.streak = 0;
            self.poll_outbox(context);
            self.poll_pulse(context);
            self.stopping |= inbox.poll_stop(context).is_ready();
            if self.stopping && inbox.is_killed() {
                return Poll::Ready(Waited::Killed);
            }
            if self.stopping && grace.is_none() {
                grace = Some(match self.grace {
                    Grace::Kill => return Poll::Ready(Waited::Killed),
                    Grace::Within(grace) => self.host.sleep(grace),
                    Grace::Forever => Box::pin(std::future::pending()),
                });
            }
            match &mut grace {
                Some(grace) => grace.as_mut().poll(context).map(|()| Waited::Killed),
                None => Poll::Pending,
            }
        })
        .await;
        if let Waited::Killed = waited {
            // A question in the hands of the step hears why it has no answer, so the end is
            // told before the step is dropped; and children end before their spawner.
            self.stop_children().await;
            match self.record {
                Some(_) => inbox.set_down(&ExitReason::Killed),
                None => self.unread += inbox.close(&ExitReason::Killed),
            }
        }
        let future = step.future.take();
        match catch(|| drop(future)) {
            Ok(()) => waited,
            Err(error) => Waited::Panicked(error),
        }
    }

    /// Waits for what the machine is to be given next.
    async fn next<M: Drive>(&mut self, deadline: Option<Time>, inbox: &Inbox<M>) -> Next<M> {
        let mut alarm: Option<BoxFuture<'static, ()>> = None;
        let next = poll_fn(|context| {
            self.poll_outbox(context);
            let blocked = self.outbox.is_blocked();
            let due = !blocked && deadline.is_some_and(|deadline| deadline <= self.host.now());
            match inbox.poll(!blocked && !due, context) {
                Poll::Ready(Inbound::Stop) => return Poll::Ready(Next::Stop),
                Poll::Ready(Inbound::Signal(signal)) => {
                    return Poll::Ready(Next::Input(Input::Signal(signal)));
                }
                Poll::Ready(Inbound::Mail(envelope)) => {
                    return Poll::Ready(Next::Input(Input::Message(envelope)));
                }
                Poll::Pending => {}
            }
            if due {
                return Poll::Ready(Next::Input(Input::Time));
            }
            self.streak = 0;
            self.poll_pulse(context);
            match deadline {
                Some(deadline) if !blocked => {
                    let alarm = alarm.get_or_insert_with(|| self.host.sleep_until(deadline));
                    alarm
                        .as_mut()
                        .poll(context)
                        .map(|()| Next::Input(Input::Time))
                }
                _ => Poll::Pending,
            }
        })
        .await;
        if let Next::Input(Input::Signal(signal)) = &next {
            self.note(signal, inbox);
        }
        next
    }

    /// Lets others on the same thread run after many steps in a row.
    async fn take_turns(&mut self) {
        self.streak += 1;
        if self.streak < TURN {
            return;
        }
        self.streak = 0;
        let mut yielded = false;
        poll_fn(|context| {
            if std::mem::replace(&mut yielded, true) {
                return Poll::Ready(());
            }
            context.waker().wake_by_ref();
            Poll::Pending
        })
        .await;
    }

    /// Performs what completed steps have asked for, in order.
    fn perform<M: Drive>(&mut self, instance: &mut Instance<M>) {
        while let Some(effect) = instance.poll_effect() {
            match effect {
                Effect::Log(line) => {
                    self.host.report(SystemEvent::Log {
                        machine: self.identity,
                        line,
                    });
                }
                Effect::Send(mail) => {
                    if let Err(to) = self.outbox.post(mail) {
                        self.lost(to);
                    }
                }
                Effect::Spawn(newborn) => self.raise_child::<M>(newborn),
                Effect::Watch { machine, linked } => self.watch(machine, linked),
                Effect::Stop(machine) => machine.stop(),
                Effect::Order(machine, order) => {
                    if order == Order::Bury {
                        self.children.remove(&machine.identity().id());
                    }
                    machine.0.order(order);
                }
                Effect::Answer(port, reply) => port.answer(reply),
                Effect::Reply(answer) => answer.perform(),
            }
        }
    }

    fn raise_child<M: Drive>(&mut self, newborn: Newborn) {
        let child = newborn.handle();
        child.watch(self.own.clone(), Tie::Spawner);
        self.children.insert(child.identity().id(), child.clone());
        let spawner = Spawner {
            handle: self.own.clone(),
            hears_pulses: hears_pulses::<M>(),
        };
        let life = newborn.into_life(self.host.clone(), Some(spawner));
        self.host.run(child, life);
    }

    fn watch(&mut self, machine: Handle, linked: bool) {
        if machine == self.own {
            return;
        }
        self.watched.insert(machine.key(), machine.clone());
        machine.watch(
            self.own.clone(),
            if linked { Tie::Link } else { Tie::Monitor },
        );
        if linked {
            self.own.watch(machine, Tie::Link);
        }
    }

    /// Forgets machines that have ended.
    fn note<M: Drive>(&mut self, signal: &Signal, inbox: &Inbox<M>) {
        match signal {
            Signal::Child(child, ChildEvent::Exited(_)) => {
                // One that is kept is down, and may come back.
                let id = child.id();
                if self
                    .children
                    .get(&id)
                    .is_some_and(|child| child.ended().is_some())
                {
                    self.children.remove(&id);
                }
            }
            Signal::Down(down) => {
                let id = down.machine().id();
                let ended = |_: &StationKey, machine: &mut Handle| machine.ended().is_some();
                let of_id = StationKey::all(id);
                self.watched.extract_if(of_id, ended).for_each(drop);
                inbox.forget_ended(id);
            }
            _ => {}
        }
    }

    fn started(&mut self) {
        let machine = self.identity;
        let spawner = self
            .spawner
            .as_ref()
            .map(|spawner| spawner.handle.identity());
        self.host.report(SystemEvent::Started { machine, spawner });
        let Some(spawner) = &self.spawner else { return };
        spawner
            .handle
            .notify(Signal::Child(Child(machine), ChildEvent::Started));
        if spawner.hears_pulses {
            self.pulse = Some(self.host.sleep(self.host.pulse()));
        }
    }

    fn poll_pulse(&mut self, context: &mut Context<'_>) {
        while let (Some(pulse), Some(spawner)) = (&mut self.pulse, &self.spawner) {
            if pulse.as_mut().poll(context).is_pending() {
                return;
            }
            spawner
                .handle
                .notify(Signal::Child(Child(self.identity), ChildEvent::Pulsed));
            self.pulse = Some(self.host.sleep(self.host.pulse()));
        }
    }

    fn poll_outbox(&mut self, context: &mut Context<'_>) {
        let (host, from) = (&self.host, self.identity);
        let sent = self.outbox.poll(context, |to| {
            host.report(SystemEvent::Undelivered { from, to });
        });
        // What still waits has registered to be woken.
        let _ = sent;
    }

    fn lost(&self, to: Identity) {
        self.host.report(SystemEvent::Undelivered {
            from: self.identity,
            to,
        });
    }

    /// Stops the children and waits until they have ended, the youngest first.
    pub(super) async fn stop_children(&mut self) {
        while let Some((_, child)) = self.children.pop_last() {
            // One that is kept goes for good with who keeps it.
            child.bury();
            let _ = child.closed().await;
        }
    }

    /// What follows the last step.
    async fn finish<M: Drive>(
        mut self,
        instance: Instance<M>,
        inbox: &Inbox<M>,
        reason: ExitReason,
    ) {
        self.stop_children().await;
        self.send_last_mail().await;
        self.report_error(&reason);
        self.unread += inbox.close(&reason);
        self.take_down(instance);
        self.report_end(reason);
    }

    /// Has the system hear of an error.
    pub(super) fn report_error(&self, reason: &ExitReason) {
        let Some(error) = reason.error() else { return };
        let spawner = self.spawner.as_ref();
        self.host.report(SystemEvent::Errored {
            machine: self.identity,
            spawner: spawner.map(|spawner| spawner.handle.identity()),
            error: error.clone(),
        });
    }

    /// Forgets the others and drops what the machine was.
    pub(super) fn take_down<M: Drive>(&mut self, instance: Instance<M>) {
        for watched in std::mem::take(&mut self.watched).into_values() {
            watched.unwatch(&self.own);
        }
        if let Err(error) = catch(|| drop(instance)) {
            let line = format!("dropping the machine's data {error}").into();
            self.host.report(SystemEvent::Log {
                machine: self.identity,
                line,
            });
        }
    }

    /// The last thing that is heard of the machine.
    pub(super) fn report_end(&mut self, reason: ExitReason) {
        let (machine, unread) = (self.identity, self.unread);
        self.host.report(SystemEvent::Exited {
            machine,
            reason,
            unread,
        });
    }

    /// Gives mail that waits for room the grace to find it.
    pub(super) async fn send_last_mail(&mut self) {
        if self.outbox.is_blocked() {
            let mut grace = self.host.sleep(self.host.grace());
            poll_fn(|context| {
                self.poll_outbox(context);
                if !self.outbox.is_blocked() {
                    return Poll::Ready(());
                }
                grace.as_mut().poll(context)
            })
            .await;
        }
        for to in self.outbox.abandon() {
            self.lost(to);
        }
    }
}

/// Whether a machine has a row for its children's signs of life.
fn hears_pulses<M: Drive>() -> bool {
    M::CHART
        .rows
        .iter()
        .any(|row| row.trigger == Trigger::Child(ChildSignal::Pulsed))
}

/// An asynchronous step under way. When the executor drops it, the machine's end is told
/// before what the step holds is dropped.
struct Unfinished<'step, M: Drive> {
    future: Option<BoxFuture<'step, Outcome>>,
    inbox: &'step Inbox<M>,
}

impl<M: Drive> Unfinished<'_, M> {
    fn poll(&mut self, context: &mut Context<'_>) -> Poll<()> {
        match &mut self.future {
            Some(future) => future.as_mut().poll(context).map(|_| ()),
            None => Poll::Ready(()),
        }
    }
}

impl<M: Drive> Drop for Unfinished<'_, M> {
    fn drop(&mut self) {
        if self.future.is_some() {
            self.inbox.close(&ExitReason::Dropped);
        }
    }
}
