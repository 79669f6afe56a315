//! Gathers what the machines of loops are like, through the lane that overtakes all mail.
//!
//! Must not know of: any executor, any clock, and what is done with it.

use std::future::poll_fn;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use super::World;
use super::gate;
use super::home::{Home, Seat, What};
use super::slab::{Slab, Slot};
use crate::core::drive::Drive;
use crate::core::inspect::{Activity, Inspection, LoopView, MachineView};
use crate::core::instance::Instance;
use crate::core::station::{Handle, Station};
use crate::core::step_record::StepRecord;
use wink_chart::StateId;

/// What loops have said, and how many have yet to.
#[derive(Default)]
struct State {
    inspection: Inspection,
    steps: Vec<Arc<StepRecord>>,
    open: usize,
    waker: Option<Waker>,
}

/// Where the answers of several loops come together.
#[derive(Clone, Default)]
pub(crate) struct Gathering(Arc<Mutex<State>>);

impl Gathering {
    fn lock(&self) -> MutexGuard<'_, State> {
        // Nothing that can panic runs under the lock but the allocator and wakers.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn request(&self, limit: Option<usize>) -> Request {
        self.lock().open += 1;
        Request {
            gathering: self.clone(),
            limit,
        }
    }

    /// Asks all machines of a loop, at most so many.
    pub(crate) fn ask_loop(&self, home: &Arc<Home>, limit: usize) {
        let request = self.request(Some(limit));
        home.order(Seat::NOWHERE, What::Inspect(Box::new(request)));
    }

    /// Asks a loop for its last steps.
    pub(crate) fn ask_steps(&self, home: &Arc<Home>) {
        let request = self.request(None);
        home.order(Seat::NOWHERE, What::Inspect(Box::new(request)));
    }

    /// The steps that have been told until now.
    pub(crate) fn take_steps(&self) -> Vec<Arc<StepRecord>> {
        std::mem::take(&mut self.lock().steps)
    }

    /// Ready when all have answered or are gone.
    pub(crate) fn poll(&self, context: &mut Context<'_>) -> Poll<()> {
        let mut state = self.lock();
        if state.open == 0 {
            return Poll::Ready(());
        }
        state.waker = Some(context.waker().clone());
        Poll::Pending
    }

    /// What has been said until now.
    pub(crate) fn take(&self) -> Inspection {
        let mut inspection = std::mem::take(&mut self.lock().inspection);
        inspection.sort();
        inspection
    }
}

/// Asks one machine. Pending as long as its loop does not come to look.
pub(crate) async fn ask_machine(station: &Arc<dyn Station>) -> Option<MachineView> {
    let gathering = Gathering::default();
    let request = gathering.request(Some(1));
    station.tell(What::Inspect(Box::new(request)));
    poll_fn(|context| gathering.poll(context)).await;
    gathering.take().machines.pop()
}

/// What a loop is asked. Dropped, it has been answered, or never will be.
pub(crate) struct Request {
    gathering: Gathering,
    /// How many machines are told of at most; `None` when it is about the last steps.
    limit: Option<usize>,
}

impl Request {
    /// The loop's answer.
    pub(super) fn answer(self, mut views: Vec<MachineView>, machines: usize, number: u32) {
        for view in &mut views {
            view.event_loop = number;
        }
        let told = LoopView {
            number,
            answered: true,
            machines,
            left_out: machines - views.len(),
        };
        let mut state = self.gathering.lock();
        state.inspection.machines.append(&mut views);
        state.inspection.loops.push(told);
    }

    /// The loop's answer.
    pub(super) fn answer_steps(self, mut steps: Vec<Arc<StepRecord>>) {
        self.gathering.lock().steps.append(&mut steps);
    }

    /// Whether the last steps are asked for, and no machines.
    pub(super) fn wants_steps(&self) -> bool {
        self.limit.is_none()
    }

    pub(super) fn limit(&self) -> usize {
        self.limit.unwrap_or_default()
    }
}

impl Drop for Request {
    fn drop(&mut self) {
        let mut state = self.gathering.lock();
        state.open = state.open.saturating_sub(1);
        let waker = (state.open == 0).then(|| state.waker.take()).flatten();
        drop(state);
        if let Some(waker) = waker {
            waker.wake();
        }
    }
}

/// A machine of which there is only the name.
pub(crate) fn bare(handle: &Handle, activity: Activity, event_loop: u32) -> MachineView {
    let identity = handle.identity();
    MachineView {
        id: identity.id().get(),
        name: identity.name().into(),
        label: None,
        states: Vec::new(),
        activity,
        queued: 0,
        room: 0,
        deferred: 0,
        parent: None,
        restarts: 0,
        event_loop,
        uptime: Duration::ZERO,
    }
}

impl<M: Drive> Slab<M> {
    /// Tells of one machine, or of all; how many there are.
    pub(super) fn look(
        &mut self,
        only: Option<Seat>,
        limit: usize,
        world: &mut World,
        views: &mut Vec<MachineView>,
    ) -> usize {
        // Letters that the doors have not counted.
        let mut local = vec![0_usize; self.slots.len()];
        let mut count = |letter: &super::letter::Letter<M>| {
            if !letter.is_foreign()
                && let Some(count) = local.get_mut(letter.to.slot() as usize)
            {
                *count += 1;
            }
        };
        let queue = world.post.queue(&self.door);
        queue.letters.iter().for_each(&mut count);
        self.batch.iter().for_each(&mut count);
        let mut machines = 0;
        for (index, slot) in (0..).zip(&self.slots) {
            let is_wanted =
                only.is_none_or(|seat| seat.slot == index && seat.generation == slot.generation);
            if slot.gate & gate::VACANT != 0 || !is_wanted {
                continue;
            }
            machines += 1;
            if views.len() < limit {
                let seat = self.seat(index);
                views.push(self.view(slot, seat, local[index as usize], world));
            }
        }
        machines
    }

    fn view(&self, slot: &Slot<M>, seat: Seat, local: usize, world: &World) -> MachineView {
        let mailbox = self.door.mailbox(seat);
        // A slot whose machine is on its way does not know it yet.
        let known = mailbox.as_ref().map(|mailbox| mailbox.identity());
        let identity = known.unwrap_or_else(|| slot.identity());
        let rare = slot.rare.as_deref();
        let kept = rare.and_then(|rare| rare.kept.as_ref());
        let name = |state: &StateId| M::CHART.states[state.index()].name.clone();
        let states = match (&slot.instance, rare) {
            _ if slot.gate & (gate::UNSTARTED | gate::DOWN) != 0 => Vec::new(),
            (Some(instance), _) => instance.resting().iter().map(name).collect(),
            (None, Some(rare)) => rare.away_in.iter().map(name).collect(),
            (None, None) => Vec::new(),
        };
        let parent = slot.spawner.as_ref();
        let is_up = slot.gate & (gate::UNSTARTED | gate::DOWN) == 0;
        MachineView {
            id: identity.id().get(),
            name: identity.name().into(),
            label: rare.and_then(|rare| rare.label.clone()),
            states,
            activity: activity(slot.gate),
            queued: mailbox.as_ref().map_or(0, |mailbox| mailbox.len()) + local,
            room: mailbox.map_or(0, |mailbox| mailbox.capacity() as usize),
            deferred: slot.instance.as_ref().map_or(0, Instance::deferred_count),
            parent: parent.map(|parent| parent.handle.identity().id().get()),
            restarts: kept.map_or(0, |kept| kept.restarts),
            event_loop: 0,
            uptime: match is_up {
                true => world.now.since(slot.since),
                false => Duration::ZERO,
            },
        }
    }
}

fn activity(gate: u32) -> Activity {
    // The first that holds says it.
    let table = [
        (gate::DOWN, Activity::Down),
        (gate::ENDING, Activity::Stopping),
        (gate::AWAY, Activity::Waiting),
        (gate::UNSTARTED, Activity::Starting),
        (gate::BLOCKED, Activity::Blocked),
    ];
    let found = table.into_iter().find(|(bit, _)| gate & bit != 0);
    found.map_or(Activity::Ready, |(_, activity)| activity)
}
