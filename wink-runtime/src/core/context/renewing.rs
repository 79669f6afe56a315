//! A context that serves a second machine.
//!
//! Must not know of: why the first has ended.

use std::mem;

use super::{Context, Extra};
use crate::core::machine::Machine;

/// Memory for so many effects is worth keeping.
const KEPT: usize = 8;

impl<M: Machine> Context<M> {
    /// The context of a machine that has ended as that of its successor at the same address:
    /// nothing is left of the first but memory.
    pub(crate) fn renewed(self) -> Self {
        let mut extra = self.extra;
        if let Some(extra) = &mut extra {
            let mut effects = mem::take(&mut extra.effects);
            effects.clear();
            effects.shrink_to(KEPT);
            **extra = Extra {
                effects,
                ..Extra::default()
            };
        }
        Self {
            mailbox: self.mailbox,
            is_driven: self.is_driven,
            extra,
            ..Self::new()
        }
    }
}
