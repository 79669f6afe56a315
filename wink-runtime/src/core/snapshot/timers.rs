//! Timers as data and back.
//!
//! Must not know of: clocks; the rest of a snapshot.

use super::check::{self, RestoreError};
use super::{SaveError, after_rows, name};
use crate::core::context::Context;
use crate::core::machine::{Machine, Messages};
use crate::core::time::{Time, nanoseconds};
use crate::core::timers::{Alarm, Every, SHORTEST_PERIOD, later};
use core::time::Duration;
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::time::SystemTime;

/// A timer, with what it has left.
#[derive(Serialize, Deserialize)]
pub(super) struct SavedTimer<Message> {
    /// Of one for a time of the calendar, nothing.
    nanoseconds_left: u64,
    /// The time of the calendar, in nanoseconds since the beginning of 1970, UTC: enough until
    /// the year 2554, which is as good as never.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    unix_nanoseconds: Option<u64>,
    alarm: SavedAlarm<Message>,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum SavedAlarm<Message> {
    /// The state's `after` row of this number, the first being 0.
    After { state: String, number: usize },
    Named {
        name: Cow<'static, str>,
        message: Message,
    },
    Every {
        name: Cow<'static, str>,
        message: Message,
        period_nanoseconds: u64,
    },
}

/// The timers of a machine, the next to fire first, then those of the calendar. It is `now`.
pub(super) fn save<M: Machine>(
    cx: &Context<M>,
    now: Time,
) -> Result<Vec<SavedTimer<&M::Message>>, SaveError> {
    let Some(extra) = cx.extra_if_any() else {
        return Ok(Vec::new());
    };
    let armed = extra.timers.iter().filter(|timer| !timer.alarm.is_over());
    let timers = armed.map(|timer| {
        let left = timer.deadline.since(now);
        Ok(SavedTimer {
            nanoseconds_left: nanoseconds(left),
            unix_nanoseconds: None,
            alarm: save_alarm::<M>(&timer.alarm)?,
        })
    });
    let calendar = extra.timers.iter_calendar().map(|timer| {
        Ok(SavedTimer {
            nanoseconds_left: 0,
            unix_nanoseconds: Some(since_1970(timer.at)),
            alarm: save_alarm::<M>(&timer.alarm)?,
        })
    });
    timers.chain(calendar).collect()
}

fn save_alarm<M: Machine>(alarm: &Alarm<M>) -> Result<SavedAlarm<&M::Message>, SaveError> {
    Ok(match alarm {
        Alarm::After(row) => {
            let state = M::CHART.rows[row.index()].source;
            let number = after_rows(M::CHART, state)
                .take_while(|id| id != row)
                .count();
            SavedAlarm::After {
                state: name(M::CHART, state),
                number,
            }
        }
        Alarm::Named(name, message) => SavedAlarm::Named {
            name: name.clone(),
            message,
        },
        Alarm::Every(every) => SavedAlarm::Every {
            name: every.name.clone(),
            message: &every.message,
            period_nanoseconds: nanoseconds(every.period),
        },
        Alarm::Send(_) | Alarm::SendEvery(_) => return Err(SaveError::Mail),
        Alarm::Late(_) => return Err(SaveError::Question),
    })
}

/// Arms a saved timer.
pub(super) fn restore<M: Machine>(
    cx: &mut Context<M>,
    timer: SavedTimer<M::Message>,
) -> Result<(), RestoreError> {
    let alarm = match timer.alarm {
        SavedAlarm::After { state, number } => {
            let state = check::active(M::CHART, &cx.store, &state)?;
            let row = after_rows(M::CHART, state).nth(number);
            Alarm::After(row.ok_or_else(|| check::no_timer(M::CHART, state, number))?)
        }
        SavedAlarm::Named { name, message } => Alarm::Named(name, message),
        SavedAlarm::Every {
            name,
            message,
            period_nanoseconds,
        } => {
            let Some(copy) = M::Message::copier() else {
                let timer = name.into_owned();
                return Err(RestoreError::NotRepeatable { timer });
            };
            Alarm::Every(Every {
                name,
                message,
                period: Duration::from_nanos(period_nanoseconds).max(SHORTEST_PERIOD),
                copy,
            })
        }
    };
    let now = cx.now;
    let timers = &mut cx.extra().timers;
    match timer.unix_nanoseconds {
        Some(since) => {
            let at = later(SystemTime::UNIX_EPOCH, Duration::from_nanos(since));
            timers.arm_at(at, alarm)
        }
        None => timers.arm(now.later(timer.nanoseconds_left), alarm),
    };
    Ok(())
}

fn since_1970(at: SystemTime) -> u64 {
    let since = at.duration_since(SystemTime::UNIX_EPOCH);
    nanoseconds(since.unwrap_or_default())
}
