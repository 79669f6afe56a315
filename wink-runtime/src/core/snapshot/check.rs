//! Whether what a snapshot says can be.
//!
//! Must not know of: the form of a snapshot.

use super::fingerprint_text;
use crate::core::machine::Machine;
use crate::core::store::{Store, history_slots, is_within, with_ancestors};
use core::fmt;
use wink_chart::{Chart, StateId, StateKind};

/// Why a snapshot is not a machine of this program.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum RestoreError {
    /// It is a snapshot of another machine.
    Machine {
        /// What was saved.
        saved: String,
        /// What it was to be restored as.
        this: String,
    },
    /// It was saved by another version of the machine's package.
    Version {
        /// The machine.
        machine: String,
        /// The version that saved it.
        saved: String,
        /// The version of this program.
        this: String,
    },
    /// The version is the same, but the chart is not: its states, rows or messages have changed.
    Chart {
        /// The machine.
        machine: String,
        /// The saved chart's fingerprint.
        saved: String,
        /// This program's.
        this: String,
    },
    /// The chart has no state of that name.
    UnknownState {
        /// The name.
        state: String,
    },
    /// No resting state is given.
    NoState,
    /// Two children of one state are active, and it is not parallel.
    TwoActive {
        /// The state.
        parent: String,
        /// One child.
        first: String,
        /// The other.
        second: String,
    },
    /// A parallel state is active, and one of its regions is not.
    RegionMissing {
        /// The parallel state.
        parallel: String,
        /// The region.
        region: String,
    },
    /// A state is said to be rested in that always has an active child.
    NotResting {
        /// The state.
        state: String,
    },
    /// The chart records no such history, or not of those states.
    History {
        /// The state whose history it is said to be.
        of: String,
    },
    /// A state is active, and what its entry function returned is not there.
    NoLocal {
        /// The state.
        state: String,
    },
    /// A timer of a state that is not active.
    Inactive {
        /// The state.
        state: String,
    },
    /// The state has fewer `after` rows.
    UnknownTimer {
        /// The state.
        state: String,
        /// Which of its `after` rows, the first being 0.
        number: usize,
    },
    /// A timer is to give the machine one message again and again, and its messages enum is not
    /// known to be `Clone`.
    NotRepeatable {
        /// The timer's name.
        timer: String,
    },
}

impl fmt::Display for RestoreError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("the snapshot cannot be restored: ")?;
        match self {
            RestoreError::Machine { saved, this } => {
                write!(
                    formatter,
                    "it is of the machine {saved}, and this is {this}"
                )
            }
            RestoreError::Version {
                machine,
                saved,
                this,
            } => {
                write!(
                    formatter,
                    "it is of {machine} version {saved}, and this is {this}"
                )
            }
            RestoreError::Chart {
                machine,
                saved,
                this,
            } => write!(
                formatter,
                "the chart of {machine} has other states, rows or messages since \
                 (it was {saved} and is {this})"
            ),
            RestoreError::UnknownState { state } => {
                write!(formatter, "the chart has no state `{state}`")
            }
            RestoreError::NoState => formatter.write_str("it names no state"),
            RestoreError::TwoActive {
                parent,
                first,
                second,
            } => {
                write!(
                    formatter,
                    "both `{first}` and `{second}` are active in `{parent}`"
                )
            }
            RestoreError::RegionMissing { parallel, region } => {
                write!(
                    formatter,
                    "`{parallel}` is active and its region `{region}` is not"
                )
            }
            RestoreError::NotResting { state } => {
                write!(
                    formatter,
                    "`{state}` is active and none of the states in it is"
                )
            }
            RestoreError::History { of } => {
                write!(formatter, "the chart records no such history of `{of}`")
            }
            RestoreError::NoLocal { state } => {
                write!(formatter, "`{state}` is active and has no local data")
            }
            timer => timer.fmt_timer(formatter),
        }
    }
}

impl RestoreError {
    /// What is wrong with a timer.
    fn fmt_timer(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            RestoreError::Inactive { state } => write!(
                formatter,
                "it has a timer of `{state}`, which is not active"
            ),
            RestoreError::UnknownTimer { state, number } => {
                write!(formatter, "`{state}` has no `after` row number {number}")
            }
            RestoreError::NotRepeatable { timer } => write!(
                formatter,
                "the timer `{timer}` gives one message again and again, and the messages enum \
                 is not `Clone`"
            ),
            // The others are told above.
            _ => Ok(()),
        }
    }
}

impl std::error::Error for RestoreError {}

fn name(chart: &Chart, state: StateId) -> String {
    chart.states[state.index()].name.clone().into_owned()
}

fn find(chart: &Chart, state: &str) -> Result<StateId, RestoreError> {
    let found = (0..)
        .map(StateId)
        .zip(chart.states.iter())
        .find(|(_, known)| known.name == state);
    let (id, _) = found.ok_or_else(|| RestoreError::UnknownState {
        state: state.to_owned(),
    })?;
    Ok(id)
}

pub(super) fn same_chart<M: Machine>(
    machine: &str,
    version: &str,
    chart: &str,
) -> Result<(), RestoreError> {
    let this = M::CHART;
    if machine != this.name {
        let (saved, this) = (machine.to_owned(), this.name.to_string());
        return Err(RestoreError::Machine { saved, this });
    }
    let machine = machine.to_owned();
    if version != this.version {
        let (saved, this) = (version.to_owned(), this.version.to_string());
        return Err(RestoreError::Version {
            machine,
            saved,
            this,
        });
    }
    let this = fingerprint_text::<M>();
    if chart != this {
        return Err(RestoreError::Chart {
            machine,
            saved: chart.to_owned(),
            this,
        });
    }
    Ok(())
}

/// The resting states, in document order, when they and their ancestors are a configuration.
pub(super) fn configuration(
    chart: &Chart,
    states: &[String],
) -> Result<Vec<StateId>, RestoreError> {
    let mut resting = Vec::new();
    for state in states {
        resting.push(find(chart, state)?);
    }
    resting.sort_unstable();
    resting.dedup();
    if resting.is_empty() {
        return Err(RestoreError::NoState);
    }
    complete(chart, StateId::ROOT, &resting)?;
    Ok(resting)
}

/// Checks that `resting`, with the ancestors up to `top`, can be active together in `top`.
fn complete(chart: &Chart, top: StateId, resting: &[StateId]) -> Result<(), RestoreError> {
    let mut active = vec![false; chart.states.len()];
    for &state in resting {
        let path = with_ancestors(chart, state).take_while(|&state| state != top);
        path.for_each(|state| active[state.index()] = true);
    }
    active[top.index()] = true;
    let ids = (0..chart.states.len() as u16).map(StateId);
    for parent in ids.clone().filter(|state| active[state.index()]) {
        let children = ids
            .clone()
            .filter(|child| chart.states[child.index()].parent == Some(parent));
        check_children(chart, parent, children, &active)?;
    }
    Ok(())
}

fn check_children(
    chart: &Chart,
    parent: StateId,
    children: impl Iterator<Item = StateId>,
    active: &[bool],
) -> Result<(), RestoreError> {
    let state = &chart.states[parent.index()];
    let mut first = None;
    for child in children {
        match (state.kind, active[child.index()], first) {
            (StateKind::Parallel, false, _) => {
                let (parallel, region) = (name(chart, parent), name(chart, child));
                return Err(RestoreError::RegionMissing { parallel, region });
            }
            (StateKind::Parallel, true, _) | (_, false, _) => {}
            (_, true, None) => first = Some(child),
            (_, true, Some(first)) => {
                return Err(RestoreError::TwoActive {
                    parent: name(chart, parent),
                    first: name(chart, first),
                    second: name(chart, child),
                });
            }
        }
    }
    if state.initial.is_some() && first.is_none() {
        return Err(RestoreError::NotResting {
            state: name(chart, parent),
        });
    }
    Ok(())
}

/// Checks that every active state has its local.
pub(super) fn locals<M: Machine>(
    locals: &M::Locals,
    resting: &[StateId],
) -> Result<(), RestoreError> {
    for state in resting
        .iter()
        .flat_map(|&state| with_ancestors(M::CHART, state))
    {
        if !M::holds(locals, state) {
            return Err(RestoreError::NoLocal {
                state: name(M::CHART, state),
            });
        }
    }
    Ok(())
}

/// The slot of a history, and the states that it has recorded.
pub(super) fn history(
    chart: &Chart,
    of: &str,
    deep: bool,
    states: &[String],
) -> Result<(usize, Vec<StateId>), RestoreError> {
    let unknown = || RestoreError::History { of: of.to_owned() };
    let owner = find(chart, of)?;
    let slot = history_slots(chart)
        .iter()
        .position(|&slot| slot == (owner, deep));
    let slot = slot.ok_or_else(unknown)?;
    let mut recorded = Vec::new();
    for state in states {
        let state = find(chart, state)?;
        let fits = if deep {
            state != owner && is_within(chart, state, owner)
        } else {
            chart.states[state.index()].parent == Some(owner)
        };
        if !fits {
            return Err(unknown());
        }
        recorded.push(state);
    }
    if deep {
        complete(chart, owner, &recorded)?;
    }
    Ok((slot, recorded))
}

/// The state of that name, which must be active.
pub(super) fn active(
    chart: &Chart,
    store: &impl Store,
    state: &str,
) -> Result<StateId, RestoreError> {
    let id = find(chart, state)?;
    if store.is_in(chart, id) {
        Ok(id)
    } else {
        Err(RestoreError::Inactive {
            state: state.to_owned(),
        })
    }
}

pub(super) fn no_timer(chart: &Chart, state: StateId, number: usize) -> RestoreError {
    RestoreError::UnknownTimer {
        state: name(chart, state),
        number,
    }
}
