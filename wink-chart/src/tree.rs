//! Questions about the tree of a chart's states: who lies in whom, and in what order.
//!
//! States are kept in document order (pre-order of the tree), so the descendants of a state
//! are the run of states right after it, and comparing two ids compares their places in the
//! document. Nothing here allocates, but most answers walk the arena: what runs often (the
//! engine of parallel charts) keeps tables of its own.
//!
//! All methods that take an id panic when it is not one of this chart's.

use crate::{
    Chart, DefaultEntry, DefaultKind, Message, MessageId, Row, RowId, State, StateId, StateKind,
    Target,
};

impl Chart {
    /// The state with this id.
    pub fn state(&self, id: StateId) -> &State {
        &self.states[id.index()]
    }

    /// The row with this id.
    pub fn row(&self, id: RowId) -> &Row {
        &self.rows[id.index()]
    }

    /// The message with this id.
    pub fn message(&self, id: MessageId) -> &Message {
        &self.messages[id.index()]
    }

    /// All states in document order, the root first.
    pub fn state_ids(&self) -> impl DoubleEndedIterator<Item = StateId> + use<> {
        (0..self.states.len() as u16).map(StateId)
    }

    /// All rows in document order.
    pub fn row_ids(&self) -> impl DoubleEndedIterator<Item = RowId> + use<> {
        (0..self.rows.len() as u16).map(RowId)
    }

    /// All messages in source order.
    pub fn message_ids(&self) -> impl DoubleEndedIterator<Item = MessageId> + use<> {
        (0..self.messages.len() as u16).map(MessageId)
    }

    /// The state of this name. The root goes by the name of the machine's module.
    pub fn find_state(&self, name: &str) -> Option<StateId> {
        self.state_ids().find(|&id| self.state(id).name == name)
    }

    /// The message of this name, written as the variant is.
    pub fn find_message(&self, name: &str) -> Option<MessageId> {
        self.message_ids().find(|&id| self.message(id).name == name)
    }

    /// The state that `id` lies in; `None` for the root.
    pub fn parent(&self, id: StateId) -> Option<StateId> {
        // In a description that was read from somewhere a parent could point forwards; taking
        // only what lies before keeps every walk towards the root finite.
        self.state(id).parent.filter(|&parent| parent < id)
    }

    /// The states that `id` lies in, from its parent out to the root.
    pub fn ancestors(&self, id: StateId) -> impl Iterator<Item = StateId> + '_ {
        core::iter::successors(self.parent(id), |&state| self.parent(state))
    }

    /// `id` itself, then its ancestors, out to the root.
    pub fn and_ancestors(&self, id: StateId) -> impl Iterator<Item = StateId> + '_ {
        core::iter::once(id).chain(self.ancestors(id))
    }

    /// Number of ancestors: 0 for the root.
    pub fn depth(&self, id: StateId) -> usize {
        self.ancestors(id).count()
    }

    /// Does `id` lie inside `ancestor`, at any depth? No state lies inside itself.
    pub fn is_descendant(&self, id: StateId, ancestor: StateId) -> bool {
        ancestor < id && self.ancestors(id).any(|state| state == ancestor)
    }

    /// Everything inside `id`, at any depth, in document order.
    pub fn descendants(&self, id: StateId) -> impl DoubleEndedIterator<Item = StateId> + use<> {
        let first = id.0 + 1;
        let inside = |&state: &u16| self.is_descendant(StateId(state), id);
        let end = (first..self.states.len() as u16).find(|state| !inside(state));
        (first..end.unwrap_or(self.states.len() as u16).max(first)).map(StateId)
    }

    /// The states whose parent is `id`, in document order; a parallel state's regions.
    pub fn children(&self, id: StateId) -> impl DoubleEndedIterator<Item = StateId> + '_ {
        self.descendants(id)
            .filter(move |&state| self.state(state).parent == Some(id))
    }

    /// The child of `ancestor` that is `id` or that `id` lies in.
    pub fn child_towards(&self, ancestor: StateId, id: StateId) -> Option<StateId> {
        self.and_ancestors(id)
            .find(|&state| self.parent(state) == Some(ancestor))
    }

    /// The innermost composite (or the root) that holds all of `states` inside it. A parallel
    /// state does not count. The root is the answer also when it is itself among the states,
    /// and when there are none.
    pub fn least_common_compound_ancestor(&self, states: &[StateId]) -> StateId {
        let Some((&first, others)) = states.split_first() else {
            return StateId::ROOT;
        };
        self.ancestors(first)
            .filter(|&state| self.is_compound(state))
            .find(|&state| others.iter().all(|&other| self.is_descendant(other, state)))
            .unwrap_or(StateId::ROOT)
    }

    /// Can a transition take place inside this state: is it the root or a composite?
    pub fn is_compound(&self, id: StateId) -> bool {
        id == StateId::ROOT || self.state(id).kind == StateKind::Composite
    }

    /// Has this chart a parallel state, so that several leaves can be active at once?
    pub fn has_parallel(&self) -> bool {
        self.states
            .iter()
            .any(|state| state.kind == StateKind::Parallel)
    }

    /// Can a configuration rest in this state, with no child of it active?
    pub fn can_rest(&self, id: StateId) -> bool {
        let state = self.state(id);
        state.kind != StateKind::Parallel && state.initial.is_none()
    }

    /// The rows that `state` declares itself, in document order, which is the order in which
    /// they are tried. What it inherits is declared by its [`ancestors`](Chart::ancestors).
    pub fn rows_of(&self, state: StateId) -> impl Iterator<Item = RowId> + '_ {
        self.row_ids()
            .filter(move |&row| self.row(row).source == state)
    }

    /// What is entered by default in this state in that case, when it is more than
    /// [`State::initial`] says.
    pub fn default_of(&self, state: StateId, kind: DefaultKind) -> Option<&DefaultEntry> {
        let mut defaults = self.defaults.iter();
        defaults.find(|one| one.of == state && one.kind == kind)
    }

    /// The message that says that this state is complete.
    pub fn completion_of(&self, state: StateId) -> Option<MessageId> {
        let mut completions = self.completions.iter();
        completions
            .find(|one| one.of == state)
            .map(|one| one.message)
    }

    /// Whether the chart says something for which the language has no words, and which the
    /// engine of parallel charts is needed for.
    pub fn is_extended(&self) -> bool {
        !self.defaults.is_empty()
            || !self.completions.is_empty()
            || self
                .rows
                .iter()
                .any(|row| !row.chooses && row.targets.len() > 1)
    }

    /// Is this state the subject of a `history(…)` or `deep_history(…)` target, so that what
    /// was active in it has to be remembered when it is left?
    pub fn has_history(&self, state: StateId) -> bool {
        let defaults = self.defaults.iter().flat_map(|one| one.targets.iter());
        let rows = self.rows.iter().flat_map(|row| row.targets.iter());
        rows.chain(defaults).any(|target| match *target {
            Target::History(of) | Target::DeepHistory(of) => of == state,
            Target::State(_) | Target::Stay => false,
        })
    }
}

impl Target {
    /// The state that it names, or whose history it names; `None` for [`Target::Stay`].
    pub const fn state(self) -> Option<StateId> {
        match self {
            Target::State(state) | Target::History(state) | Target::DeepHistory(state) => {
                Some(state)
            }
            Target::Stay => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{RowKind, Text, Trigger};
    use alloc::borrow::Cow;
    use alloc::vec::Vec;

    const fn state(
        name: &'static str,
        parent: Option<u16>,
        kind: StateKind,
        initial: Option<u16>,
    ) -> State {
        const NONE: Text = Cow::Borrowed("");
        State {
            name: Cow::Borrowed(name),
            documentation: NONE,
            parent: match parent {
                Some(id) => Some(StateId(id)),
                None => None,
            },
            kind,
            initial: match initial {
                Some(id) => Some(StateId(id)),
                None => None,
            },
            entry: None,
            exit: None,
            local: None,
        }
    }

    /// A door that is parallel inside: 0 root { 1 closed, 2 opened { 3 lamp { 4 on, 5 off },
    /// 6 bell { 7 silent }, }, 8 broken }.
    fn door() -> Chart {
        use StateKind::{Composite, Leaf, Parallel};
        Chart {
            name: Cow::Borrowed("tests/Door"),
            version: Cow::Borrowed("0.0.0"),
            data: Cow::Borrowed("Door"),
            documentation: Cow::Borrowed(""),
            messages: Cow::Borrowed(&[]),
            states: Cow::Owned(alloc::vec![
                state("door", None, Composite, Some(1)),
                state("closed", Some(0), Leaf, None),
                state("opened", Some(0), Parallel, None),
                state("lamp", Some(2), Composite, Some(4)),
                state("on", Some(3), Leaf, None),
                state("off", Some(3), Leaf, None),
                state("bell", Some(2), Composite, None),
                state("silent", Some(6), Leaf, None),
                state("broken", Some(0), Leaf, None),
            ]),
            rows: Cow::Owned(alloc::vec![Row {
                source: StateId(1),
                trigger: Trigger::Any,
                kind: RowKind::Receive,
                guard: None,
                targets: Cow::Owned(alloc::vec![Target::History(StateId(3))]),
                chooses: false,
                reenter: false,
                action: None,
                documentation: Cow::Borrowed(""),
            }]),
            defaults: Cow::Borrowed(&[]),
            completions: Cow::Borrowed(&[]),
        }
    }

    fn ids(states: impl Iterator<Item = StateId>) -> Vec<u16> {
        states.map(|state| state.0).collect()
    }

    #[test]
    fn children_and_descendants_keep_document_order() {
        let chart = door();
        assert_eq!(ids(chart.children(StateId(0))), [1, 2, 8]);
        assert_eq!(ids(chart.children(StateId(2))), [3, 6]);
        assert_eq!(ids(chart.descendants(StateId(2))), [3, 4, 5, 6, 7]);
        assert_eq!(ids(chart.descendants(StateId(8))), []);
        assert_eq!(
            ids(chart.descendants(StateId(0)).rev()),
            [8, 7, 6, 5, 4, 3, 2, 1]
        );
    }

    #[test]
    fn ancestors_run_from_the_parent_out_to_the_root() {
        let chart = door();
        assert_eq!(ids(chart.ancestors(StateId(5))), [3, 2, 0]);
        assert_eq!(ids(chart.and_ancestors(StateId(0))), [0]);
        assert_eq!(chart.depth(StateId(5)), 3);
        assert!(chart.is_descendant(StateId(5), StateId(2)));
        assert!(!chart.is_descendant(StateId(2), StateId(2)));
        assert!(!chart.is_descendant(StateId(7), StateId(3)));
        assert_eq!(
            chart.child_towards(StateId(2), StateId(5)),
            Some(StateId(3))
        );
        assert_eq!(chart.child_towards(StateId(3), StateId(7)), None);
    }

    #[test]
    fn a_parallel_state_is_no_compound_ancestor() {
        let chart = door();
        let ancestor = |states: &[u16]| {
            let states: Vec<_> = states.iter().copied().map(StateId).collect();
            chart.least_common_compound_ancestor(&states).0
        };
        assert_eq!(ancestor(&[4, 5]), 3);
        assert_eq!(
            ancestor(&[4, 3]),
            0,
            "two regions meet in the composite above the parallel state"
        );
        assert_eq!(ancestor(&[4, 7]), 0);
        assert_eq!(ancestor(&[7]), 6);
        assert_eq!(ancestor(&[0, 5]), 0);
        assert_eq!(ancestor(&[]), 0);
    }

    #[test]
    fn a_composite_without_initial_can_rest_in_itself() {
        let chart = door();
        let resting: Vec<_> = chart.state_ids().filter(|&id| chart.can_rest(id)).collect();
        assert_eq!(ids(resting.into_iter()), [1, 4, 5, 6, 7, 8]);
    }

    #[test]
    fn rows_and_histories_are_found_by_their_state() {
        let chart = door();
        assert_eq!(chart.rows_of(StateId(1)).collect::<Vec<_>>(), [RowId(0)]);
        assert_eq!(chart.rows_of(StateId(0)).count(), 0);
        assert!(chart.has_history(StateId(3)));
        assert!(!chart.has_history(StateId(2)));
        assert_eq!(chart.find_state("bell"), Some(StateId(6)));
        assert_eq!(chart.find_message("Bell"), None);
    }
}
