//! Who waits for room in a pool's queue: first come, first served.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::task::{Context, Waker};

use super::Inner;
use crate::core::drive::Drive;

/// Those who wait, by when they came.
#[derive(Default)]
pub(super) struct Waiting {
    wakers: BTreeMap<u64, Waker>,
    next: u64,
}

impl Waiting {
    pub(super) fn is_anybody(&self) -> bool {
        !self.wakers.is_empty()
    }

    /// Whom to wake when there is room for so many.
    pub(super) fn has_room(&self, room: usize) -> Vec<Waker> {
        self.wakers.values().take(room).cloned().collect()
    }
}

/// One sender's place among those who wait.
pub(super) struct Place<'pool, M: Drive> {
    pool: &'pool Arc<Inner<M>>,
    key: Option<u64>,
}

impl<'pool, M: Drive> Place<'pool, M> {
    pub(super) fn new(pool: &'pool Arc<Inner<M>>) -> Self {
        Self { pool, key: None }
    }

    /// Whether nobody came before; else waits.
    pub(super) fn is_turn(&mut self, context: &mut Context<'_>) -> bool {
        let state = self.pool.lock();
        let first = state.waiting.wakers.keys().next().copied();
        drop(state);
        let is_turn = first.is_none() || first == self.key;
        if !is_turn {
            self.wait(context);
        }
        is_turn
    }

    /// Waits for room.
    pub(super) fn wait(&mut self, context: &mut Context<'_>) {
        let mut state = self.pool.lock();
        let key = *self.key.get_or_insert_with(|| {
            state.waiting.next += 1;
            state.waiting.next
        });
        state.waiting.wakers.insert(key, context.waker().clone());
        // Room may have come since the message was refused.
        let has_room = state.queued() < self.pool.queue;
        drop(state);
        if has_room {
            context.waker().wake_by_ref();
        }
    }
}

impl<M: Drive> Drop for Place<'_, M> {
    fn drop(&mut self) {
        let Some(key) = self.key else { return };
        let mut state = self.pool.lock();
        let own = state.waiting.wakers.remove(&key);
        // Whoever comes next may have been refused while this one was first.
        let room = self.pool.queue.saturating_sub(state.queued());
        let wakers = state.waiting.has_room(room);
        drop(state);
        drop(own);
        wakers.into_iter().for_each(Waker::wake);
    }
}
