//! What a link does with what comes.

use std::mem;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use super::turns::Turns;
use super::{Exports, Link, lock};
use crate::core::event::PeerEvent;
use crate::core::exit::{Down, ExitReason, Sender};
use crate::core::mailbox::Order;
use crate::core::question::CallError;
use crate::core::signal::Signal;
use crate::core::time::Time;
use crate::core::wire::frame::Frame;
use crate::core::wire::handshake::Refusal;
use crate::remote::error::unreached;
use crate::remote::inlet::Intake;
use crate::remote::keys::{Kind, Roles};
use crate::remote::names;
use crate::remote::outlet::{Outlet, question_place};

/// What cannot be answered by anything but the end of the link.
fn breach(why: impl Into<String>) -> Refusal {
    Refusal::new(Refusal::PROTOCOL, why)
}

/// The streams on which a peer says farewell.
const MAIL: u8 = 1;
const CONTROL: u8 = 2;

/// What reading the mail keeps in mind from one frame to the next.
#[derive(Default)]
pub(super) struct Reading {
    /// The machine that the last letters were for, by its number, and where they gather.
    intake: Option<(u64, Box<dyn Intake>)>,
    /// Of whom the last question was that was answered.
    outlet: Option<(usize, Arc<dyn Outlet>)>,
    /// How many frames that somebody waits for were read since others had their turn.
    awaited: usize,
    /// How many of these the turns know of.
    counted: usize,
    turns: Turns,
}

impl Reading {
    /// Whether it is the turn of those whom the mail concerns.
    pub(super) fn is_full(&self) -> bool {
        self.awaited >= self.turns.size()
    }

    /// So much has been read of what has come.
    pub(super) fn pause(&mut self, now: impl FnOnce() -> Time) {
        let counted = mem::replace(&mut self.counted, self.awaited);
        self.turns.count(self.awaited - counted, now);
    }

    /// Others have had their turn.
    pub(super) fn go_on(&mut self) {
        (self.awaited, self.counted) = (0, 0);
    }

    /// Hands over what has gathered.
    ///
    /// # Errors
    /// When the peer has sent more than it may.
    pub(super) fn finish(&mut self, link: &Arc<Link>) -> Result<(), Refusal> {
        match self.intake.take() {
            Some((_, intake)) => intake.finish(link),
            None => Ok(()),
        }
    }

    /// Where the letters for that machine gather; `None` when it has ended.
    fn intake(
        &mut self,
        link: &Arc<Link>,
        machine: u64,
    ) -> Result<Option<&mut Box<dyn Intake>>, Refusal> {
        if !matches!(self.intake, Some((last, _)) if last == machine) {
            self.finish(link)?;
            let inlet = link.export(machine);
            self.intake = inlet.map(|inlet| (machine, inlet.intake()));
        }
        Ok(self.intake.as_mut().map(|(_, intake)| intake))
    }

    /// Who asked questions of that place.
    fn outlet(&mut self, link: &Link, place: usize) -> Option<&Arc<dyn Outlet>> {
        if !matches!(self.outlet, Some((last, _)) if last == place) {
            let outlet = lock(&link.outlets).list.get(place).cloned();
            self.outlet = outlet.map(|outlet| (place, outlet));
        }
        self.outlet.as_ref().map(|(_, outlet)| outlet)
    }
}

impl Link {
    pub(super) fn handle_mail(
        self: &Arc<Self>,
        frame: Frame<'_>,
        reading: &mut Reading,
    ) -> Result<(), Refusal> {
        // What is said behind letters is heard behind them.
        if !matches!(frame, Frame::Letter { .. } | Frame::Sender { .. }) {
            reading.finish(self)?;
        }
        if let Frame::Answer { .. }
        | Frame::Unanswered { .. }
        | Frame::Letter { question: 1.., .. } = frame
        {
            reading.awaited += 1;
        }
        match frame {
            Frame::Letter {
                machine,
                question,
                sender,
                payload,
            } => {
                let sender = match sender.checked_sub(1) {
                    Some(number) => lock(&self.senders).get(&number).copied(),
                    None => None,
                };
                match reading.intake(self, machine)? {
                    Some(intake) => intake.receive(self, question, sender, payload)?,
                    // It has ended, and the peer will have heard of it by now.
                    None => self.refuse_late(machine, question)?,
                }
            }
            Frame::Sender { number, name } => self.meet(number, name),
            Frame::Answer { question, payload } => {
                let (place, question) = question_place(question);
                let outlet = reading.outlet(self, place);
                let outlet = outlet.ok_or_else(|| breach("an answer that nobody asked for"))?;
                outlet.answer(self, question, payload).map_err(breach)?;
            }
            Frame::Unanswered { question, error } => {
                let (outlet, question) = question_place(question);
                let outlet = lock(&self.outlets).list.get(outlet).cloned();
                if !outlet.is_some_and(|outlet| outlet.refuse(question, error)) {
                    return Err(breach("an answer that nobody asked for"));
                }
            }
            Frame::Credit { machine, count } => {
                let known = lock(&self.abroad).get(&machine).cloned();
                // One that has ended needs no room.
                if let Some(known) = known {
                    known.outlet.give_room(known.seat, count);
                }
            }
            Frame::Ended { machine, reason } => {
                let known = lock(&self.abroad).remove(&machine);
                if let Some(known) = known {
                    known.outlet.end(known.seat, &reason);
                }
            }
            Frame::Down {
                machine,
                number,
                name,
                linked,
                reason,
            } => {
                self.meet(number, name);
                let who = lock(&self.senders).get(&number).copied();
                lock(&self.ties).remove(&(machine, number));
                if let (Some(inlet), Some(who)) = (self.export(machine), who) {
                    let down = Down::new(who.identity(), reason, linked);
                    inlet.handle().notify(Signal::Down(down));
                }
            }
            Frame::Tie {
                machine,
                number,
                name,
                linked,
            } => {
                self.meet(number, name);
                self.tie(machine, number, linked)?;
            }
            Frame::Farewell { why } => self.part_from(MAIL, why)?,
            _ => return Err(breach("a control frame among the mail")),
        }
        Ok(())
    }

    /// A machine here hears of the end of one there from now on, or no longer.
    fn tie(&self, machine: u64, number: u64, linked: Option<bool>) -> Result<(), Refusal> {
        let mut ties = lock(&self.ties);
        match linked {
            None => drop(ties.remove(&(machine, number))),
            Some(_) if ties.len() >= self.local.settings.limits.machines as usize => {
                return Err(breach("more ties than this node bears"));
            }
            Some(linked) => *ties.entry((machine, number)).or_default() |= linked,
        }
        Ok(())
    }

    /// The link is over: machines here that were to hear of the ends of machines there hear now.
    pub(super) fn cut_ties(&self, exports: &Exports, reason: &ExitReason) {
        let ties = mem::take(&mut *lock(&self.ties));
        for ((machine, number), linked) in ties {
            let inlet = exports.list.get(machine as usize);
            let who = lock(&self.senders).get(&number).copied();
            if let (Some(Some(inlet)), Some(who)) = (inlet, who) {
                let down = Down::new(who.identity(), reason.clone(), linked);
                inlet.handle().notify(Signal::Down(down));
            }
        }
    }

    /// The peer leaves: the link is over when it has said so on both streams, since one may be
    /// ahead of the other.
    fn part_from(&self, stream: u8, why: &str) -> Result<(), Refusal> {
        let said = self.farewells.fetch_or(stream, Ordering::Relaxed) | stream;
        match said == MAIL | CONTROL {
            true => Err(breach(format!("it has left: {why}"))),
            false => Ok(()),
        }
    }

    /// Whether one of the two has left, or is about to.
    pub(super) fn has_parted(&self) -> bool {
        let said = self.farewells.load(Ordering::Relaxed);
        said == MAIL | CONTROL || self.leaving.borrow().is_some()
    }

    /// A letter for a machine that has ended.
    fn refuse_late(&self, machine: u64, question: u64) -> Result<(), Refusal> {
        let count = lock(&self.exports).list.len() as u64;
        if machine >= count {
            return Err(breach(
                "a letter to a machine that the peer was not told of",
            ));
        }
        if let Some(question) = question.checked_sub(1) {
            // Its end was told before: that is the reason that the caller hears.
            let error = CallError::Unanswered;
            self.post(|bytes| Frame::Unanswered { question, error }.write(bytes));
        }
        Ok(())
    }

    /// The peer says who one of its machines is.
    fn meet(&self, number: u64, name: &str) {
        let mut senders = lock(&self.senders);
        if senders.contains_key(&number) {
            return;
        }
        if senders.len() >= self.local.settings.limits.machines as usize {
            senders.clear();
        }
        let id = self.home.site().next_id();
        let name = names::known(name);
        senders.insert(number, Sender { id, name });
    }

    pub(super) async fn handle_control(self: &Arc<Self>, frame: Frame<'_>) -> Result<(), Refusal> {
        match frame {
            Frame::Reach {
                request,
                name,
                machine,
                fingerprint,
            } => self.serve_reach(request, name, machine, fingerprint),
            Frame::Reached { request, machine } => {
                let waits = lock(&self.reaching).remove(&request);
                // Whoever asked may no longer wait.
                let _ = waits.map(|waits| waits.send(Ok(machine)));
            }
            Frame::Unreached { request, code, why } => {
                let waits = lock(&self.reaching).remove(&request);
                let _ = waits.map(|waits| waits.send(Err((code, why.to_owned()))));
            }
            Frame::Order { machine, what } => self.obey(machine, what),
            Frame::Request { request, body } => {
                self.serve_request(request, body.to_vec())?;
            }
            Frame::Response { request, body } => {
                self.outgoing.response(request, body.to_vec()).await;
            }
            Frame::Finished { request } => self.outgoing.finished(request),
            Frame::Cancel { request } => self.incoming.cancel(request),
            Frame::Refuse(refusal) => return Err(refusal),
            Frame::Farewell { why } => self.part_from(CONTROL, why)?,
            _ => return Err(breach("a mail frame on the control stream")),
        }
        Ok(())
    }

    fn serve_reach(self: &Arc<Self>, request: u64, name: &str, machine: &str, fingerprint: u64) {
        let refuse = |code: u8, why: &str| {
            self.command(&Frame::Unreached { request, code, why });
        };
        if !self.may(Roles::SEND) {
            let why = format!(
                "{} may not send (it may: {})",
                self.holder, self.holder.roles
            );
            refuse(unreached::ROLE, &why);
            return self.report(PeerEvent::Refused(why));
        }
        let Some(offer) = self.local.published(name) else {
            return refuse(unreached::NONE, &self.local.published_names());
        };
        // Whose version is the wrong one nobody knows: both sides hear of it.
        if offer.machine() != machine {
            refuse(unreached::KIND, offer.machine());
            let own = offer.machine();
            let why = format!("it takes `{name}` for a {machine}, and it is a {own}");
            return self.report(PeerEvent::Refused(why));
        }
        if offer.schema().fingerprint() != fingerprint {
            refuse(unreached::SCHEMA, &offer.schema().text());
            let why = format!("the messages of {machine}, here `{name}`, are others there");
            return self.report(PeerEvent::Refused(why));
        }
        match offer.tell_of(self) {
            Ok(machine) => self.command(&Frame::Reached { request, machine }),
            Err(why) => refuse(unreached::FULL, &why),
        }
    }

    /// Whether the peer may do that.
    pub(in crate::remote) fn may(&self, roles: Roles) -> bool {
        self.holder.kind != Kind::Joining && self.holder.roles.has(roles)
    }

    fn obey(&self, machine: u64, what: u8) {
        // One that has ended obeys anyhow.
        let Some(inlet) = self.export(machine) else {
            return;
        };
        if !self.may(Roles::STOP) {
            let why = format!("it may not stop {}", inlet.handle().identity());
            return self.report(PeerEvent::Refused(why));
        }
        match what {
            Frame::KILL => inlet.handle().0.order(Order::Kill),
            Frame::RESTART => inlet.handle().0.order(Order::Restart),
            Frame::BURY => inlet.handle().0.order(Order::Bury),
            _ => inlet.handle().stop(),
        }
    }
}
