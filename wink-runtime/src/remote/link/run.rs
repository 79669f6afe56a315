//! What a link's task does: reads, writes, and gives signs of life, until one of these is over.

use std::future::poll_fn;
use std::sync::Arc;
use std::task::Poll;

use tokio::task::JoinSet;

use super::incoming::Reading;
use super::{Link, lock};
use crate::core::event::PeerEvent;
use crate::core::event_loop::home::{Seat, Waiting, What};
use crate::core::exit::Identity;
use crate::core::mailbox::Order;
use crate::core::signal::Signal;
use crate::core::wire::frame::{self, Frame};
use crate::core::wire::handshake::Refusal;
use crate::core::wire::heartbeat::{self, Due};
use crate::remote::codec;
use crate::remote::transport::{Beats, Connection, Sink, Source};

/// How long a peer may take to read the rest of the mail of a node that leaves.
const FAREWELL: std::time::Duration = std::time::Duration::from_secs(2);

/// However a link's task ends, also with its runtime: nobody waits on it any more.
struct Over(Arc<Link>);

impl Drop for Over {
    fn drop(&mut self) {
        self.0.lose("the runtime of this node has ended");
        self.0.local.unlink(&self.0);
    }
}

impl Link {
    /// Runs the link to its end. `early`: what has come of the control stream already.
    pub(in crate::remote) fn run(
        self: Arc<Self>,
        connection: Connection,
        early: Vec<u8>,
    ) -> impl Future<Output = ()> + Send {
        // Before the first poll: a runtime that is about to end drops the task unpolled.
        let over = Over(self);
        async move { over.0.talk(connection, early).await }
    }

    async fn talk(self: &Arc<Self>, connection: Connection, early: Vec<u8>) {
        let Connection {
            control,
            mail,
            beats,
            ..
        } = connection;
        // Mail has tasks of its own: each piece of it would otherwise have all the rest looked at.
        let mut lines = JoinSet::new();
        let runtime = &self.local.runtime;
        lines.spawn_on(self.clone().read_mail(mail.0), runtime);
        lines.spawn_on(self.clone().write_mail(mail.1), runtime);
        let why = tokio::select! {
            biased;
            why = self.read_control(control.0, early) => why,
            why = self.write_control(control.1) => why,
            why = self.beat(&*beats) => why,
            why = self.hear(&*beats) => why,
            why = self.part() => why,
            Some(why) = lines.join_next() => {
                why.unwrap_or_else(|error| format!("a fault of this node: {error}"))
            }
        };
        self.lose(&why);
        beats.close(&why);
    }

    async fn read_control(
        self: &Arc<Self>,
        mut source: Box<dyn Source>,
        mut bytes: Vec<u8>,
    ) -> String {
        loop {
            let mut at = 0;
            loop {
                let (frame, taken) = match self.frame(&bytes[at..]) {
                    Ok(Some(found)) => found,
                    Ok(None) => break,
                    Err(refusal) => return refusal.why,
                };
                if let Err(refusal) = self.handle_control(frame).await {
                    return refusal.why;
                }
                at += taken;
            }
            bytes.drain(..at);
            if let Err(why) = self.read_more(&mut *source, &mut bytes).await {
                return why;
            }
        }
    }

    async fn read_mail(self: Arc<Self>, mut source: Box<dyn Source>) -> String {
        let (mut bytes, mut reading) = (Vec::new(), Reading::default());
        loop {
            let handled = codec::keep(&self, || {
                let read = self.read_frames(&bytes, &mut reading);
                // Also before a breach: what came first has come.
                reading.finish(&self).and(read)
            });
            match handled {
                Ok(taken) => drop(bytes.drain(..taken)),
                Err(refusal) => return refusal.why,
            }
            reading.pause(|| self.local.now());
            if reading.is_full() {
                reading.go_on();
                if !bytes.is_empty() {
                    tokio::task::yield_now().await;
                    continue;
                }
            }
            if let Err(why) = self.read_more(&mut *source, &mut bytes).await {
                return why;
            }
        }
    }

    /// Handles the mail that has come as a whole, or a part of it; how many bytes that takes.
    fn read_frames(
        self: &Arc<Self>,
        bytes: &[u8],
        reading: &mut Reading,
    ) -> Result<usize, Refusal> {
        let mut at = 0;
        while !reading.is_full()
            && let Some((frame, taken)) = self.frame(&bytes[at..])?
        {
            self.handle_mail(frame, reading)?;
            at += taken;
        }
        Ok(at)
    }

    /// The first frame of those bytes, if it has come as a whole, and how many bytes it takes.
    fn frame<'a>(&self, bytes: &'a [u8]) -> Result<Option<(Frame<'a>, usize)>, Refusal> {
        let limit = self.local.settings.limits.frame;
        match frame::split(bytes, limit)? {
            Some((inside, taken)) => Ok(Some((Frame::read(inside)?, taken))),
            None => Ok(None),
        }
    }

    /// Waits for more of a stream: a sign of life.
    async fn read_more(&self, source: &mut dyn Source, bytes: &mut Vec<u8>) -> Result<(), String> {
        if !source.read(bytes).await? {
            return Err("the other node has closed a stream".to_owned());
        }
        match lock(&self.pulse).heard(self.local.now()) {
            true => Ok(()),
            false => Err("what it sent came too late".to_owned()),
        }
    }

    /// Sends on what machines here have for machines there, and answers, in one write each time.
    async fn write_mail(self: Arc<Self>, mut sink: Box<dyn Sink>) -> String {
        let (mut bytes, mut posted, mut waiting) = (Vec::new(), Vec::new(), Waiting::default());
        // Nobody else runs this home.
        self.home.bell.claim();
        loop {
            // First what says that something has come, then what has.
            self.home.bell.hear();
            codec::keep(&self, || self.gather(&mut waiting, &mut bytes));
            std::mem::swap(&mut posted, &mut *lock(&self.mail));
            bytes.append(&mut posted);
            if bytes.is_empty() {
                self.rest().await;
                continue;
            }
            if let Err(why) = sink.write(&bytes).await {
                return why;
            }
            bytes.clear();
            bytes.shrink_to(1 << 18);
        }
    }

    /// Waits until there is something to send.
    async fn rest(&self) {
        let bell = &self.home.bell;
        let mut is_left = false;
        poll_fn(|context| {
            bell.set_waker(context.waker());
            let goes_on = match is_left {
                false => !bell.release(Some(false)),
                true => bell.is_rung() && bell.claim(),
            };
            is_left = !goes_on;
            match goes_on {
                true => Poll::Ready(()),
                false => Poll::Pending,
            }
        })
        .await;
    }

    /// Takes what machines here have for machines there.
    fn gather(self: &Arc<Self>, waiting: &mut Waiting, bytes: &mut Vec<u8>) {
        self.home.take(waiting);
        for order in waiting.orders.drain(..) {
            let what = match order.what {
                What::Stop | What::Drain => Frame::STOP,
                What::Order(Order::Kill) => Frame::KILL,
                What::Order(Order::Restart) => Frame::RESTART,
                What::Order(Order::Bury) => Frame::BURY,
                What::Tied(other, linked) => {
                    // Before its end is told, which is a signal.
                    self.tell_tie(order.seat, &other, linked, bytes);
                    continue;
                }
                // The rest is between a machine and its loop.
                _ => continue,
            };
            let Some(machine) = self.number(order.seat) else {
                continue;
            };
            if let Some(why) = self.local.may_not_stop() {
                // It is refused there, and that would be known there alone.
                self.report(PeerEvent::Unsent(format!("not stopped: {why}")));
            }
            self.command(&Frame::Order { machine, what });
        }
        for (seat, signal) in waiting.signals.drain(..) {
            let Some(machine) = self.number(seat) else {
                continue;
            };
            if let Signal::Down(down) = signal {
                Frame::Down {
                    machine,
                    number: down.machine().id().get(),
                    name: down.machine().name(),
                    linked: down.is_linked(),
                    reason: down.reason().clone(),
                }
                .write(bytes);
            }
        }
        for door in waiting.doors.drain(..) {
            let outlet = lock(&self.outlets).list.get(door as usize).cloned();
            if let Some(outlet) = outlet {
                outlet.drain(self, bytes);
            }
        }
    }

    /// A machine there hears of the end of one here from now on, or no longer.
    fn tell_tie(&self, seat: Seat, other: &Identity, linked: Option<bool>, bytes: &mut Vec<u8>) {
        if let Some(machine) = self.number(seat) {
            Frame::Tie {
                machine,
                number: other.id().get(),
                name: other.name(),
                linked,
            }
            .write(bytes);
        }
    }

    fn number(&self, seat: Seat) -> Option<u64> {
        let outlet = lock(&self.outlets).list.get(seat.slab as usize).cloned();
        outlet?.number(seat)
    }

    async fn write_control(&self, mut sink: Box<dyn Sink>) -> String {
        let mut bytes = Vec::new();
        loop {
            let waits = self.control_waits.notified();
            std::mem::swap(&mut bytes, &mut *lock(&self.control));
            if bytes.is_empty() {
                waits.await;
                continue;
            }
            if let Err(why) = sink.write(&bytes).await {
                return why;
            }
            bytes.clear();
            self.control_room.notify_waiters();
        }
    }

    /// Gives signs of life, and notices when the peer gives none.
    async fn beat(&self, beats: &dyn Beats) -> String {
        let mut bytes = Vec::new();
        loop {
            let now = self.local.now();
            let (due, deadline) = {
                let mut pulse = lock(&self.pulse);
                (pulse.poll(now), pulse.deadline())
            };
            match due {
                Due::Beat => {
                    bytes.clear();
                    heartbeat::write_beat(&mut bytes, self.agreement.peer.epoch);
                    beats.send(&bytes);
                }
                Due::Dead(silent) => {
                    let epoch = self.epoch;
                    self.local.fence().bury(&self.key(), epoch);
                    return format!("declared dead: silent for {:.1} s", silent.as_secs_f64());
                }
                Due::Nothing => {}
            }
            let Some(deadline) = deadline else {
                continue;
            };
            self.local.site.sleep(deadline.since(now)).await;
        }
    }

    /// Hears signs of life. Those of another epoch are none.
    async fn hear(&self, beats: &dyn Beats) -> String {
        loop {
            let bytes = match beats.receive().await {
                Ok(bytes) => bytes,
                Err(why) => return why,
            };
            if heartbeat::read_beat(&bytes) == Ok(self.epoch)
                && !lock(&self.pulse).heard(self.local.now())
            {
                return "its sign of life came too late".to_owned();
            }
        }
    }

    /// Leaves when this side wants to: says so behind all that is on either stream, and waits for
    /// the other side to have read it.
    async fn part(&self) -> String {
        let mut leaving = self.leaving.subscribe();
        let why = match leaving.wait_for(Option::is_some).await {
            Ok(why) => why.clone().unwrap_or_default(),
            Err(_) => String::new(),
        };
        self.command(&Frame::Farewell { why: &why });
        self.post(|bytes| Frame::Farewell { why: &why }.write(bytes));
        self.local.site.sleep(FAREWELL).await;
        why
    }
}
