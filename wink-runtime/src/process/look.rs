//! What a machine's process shows of itself to somebody who watches: plain data.
//!
//! Must not know of: who watches, and how often.

use crate::core::inspect::Inspection;
use serde::{Deserialize, Serialize};

/// How many of the last rows are told.
pub const RECENT: usize = 16;

/// What a process shows at one moment.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Look {
    /// The active states of the process's machine, outer ones before inner ones.
    pub active: Vec<Place>,
    /// The rows that it took last, the oldest first; at most `RECENT`.
    pub recent: Vec<Taken>,
    /// How many rows it has taken since it started.
    pub taken: u64,
    /// What it takes now.
    pub offers: Vec<Offer>,
    /// All machines of the process.
    pub system: Inspection,
}

/// A state.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    /// Its number in the chart.
    pub index: u16,
    /// Its name.
    pub name: String,
}

/// A row that was taken.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Taken {
    /// How many were taken before it.
    pub number: u64,
    /// Its number in the chart.
    pub row: u16,
    /// It as it stands in tables: `Coin [value >= 2] / pay`.
    pub label: String,
    /// The state that declares it.
    pub source: String,
    /// The states that it entered, in order.
    pub entered: Vec<Place>,
}

/// A message that can be sent now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Offer {
    /// What to type: `coin`.
    pub name: String,
    /// What to type behind it: `<value: u32>`; empty when it carries nothing.
    pub fields: String,
    /// It is answered.
    pub is_question: bool,
}
