//! What has taken too long: starts, silence, grace.
//!
//! Must not know of: files, sockets, processes, clocks.

use super::{Core, Effect, Id, Machine, Phase};
use std::time::Duration;

/// How often in a row a machine's silence is not counted because the node was held up itself.
const SPARED: u8 = 3;

impl Core {
    /// The time is `now`: what has waited too long is dealt with.
    pub fn tick(&mut self, now: Duration) {
        self.hear_late(now);
        let (silence, patience) = (self.settings.silence, self.settings.patience);
        let mut late: Vec<(Id, Option<String>)> = Vec::new();
        let mut next: Vec<Duration> = Vec::new();
        for (&id, machine) in &self.machines {
            let (deadline, why) = match (machine.kill_at, machine.phase) {
                (Some(deadline), _) => (deadline, None),
                _ if machine.is_asked => continue,
                (None, Phase::Waiting) => continue,
                // The node that runs it looks after it, and the wire after that node.
                (None, Phase::Running) if !machine.is_here() => continue,
                (None, Phase::Starting(began)) => {
                    let why = format!("has not started within {patience:?}");
                    (began + patience, Some(why))
                }
                (None, Phase::Running) => {
                    let why = format!("heartbeat timeout: nothing was heard of it for {silence:?}");
                    (machine.heard + silence, Some(why))
                }
            };
            match deadline <= now {
                true => late.push((id, why)),
                false => next.push(deadline),
            }
        }
        for (id, why) in late {
            self.kill(id, why);
        }
        self.finish_gathers(now);
        self.finish_requests(now);
        self.look_at_watched(now);
        for deadline in next {
            self.wake_at(deadline);
        }
    }

    /// Kills a process; its end is heard of soon.
    fn kill(&mut self, id: Id, why: Option<String>) {
        let Some(machine) = self.machines.get_mut(&id) else {
            return;
        };
        machine.kill_at = None;
        machine.is_asked = true;
        match why {
            Some(why) => machine.error = machine.error.take().or(Some(why)),
            None => machine.reason = Some("killed: did not stop within its grace".to_owned()),
        }
        self.effect(Effect::Kill(id));
    }

    /// While the node itself was stopped, as a computer that sleeps is, it could hear nobody:
    /// that time is no machine's silence. A node that always is late would never notice anything:
    /// after a few times it concludes from what it has heard.
    fn hear_late(&mut self, now: Duration) {
        let Some(alarm) = self.alarm.take() else {
            return;
        };
        if now.saturating_sub(alarm) < self.settings.silence / 4 {
            return;
        }
        let spared = |machine: &&mut Machine| machine.spared < SPARED;
        for machine in self.machines.values_mut().filter(spared) {
            machine.spared += 1;
            machine.heard = now;
        }
    }
}
