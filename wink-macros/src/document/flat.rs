//! The states of a document in document order, and what its names stand for.
//!
//! Must not know of: events, expressions, tokens.

use super::ir::{Document, History, Kind, Place, State, Text, Transition};
use super::problems::Problems;
use crate::nearest::nearest;
use std::collections::BTreeMap;

/// How many states a machine may have.
const STATES_MAX: usize = 2_000;

/// Place of a state in [`Flat::states`]; the document itself is 0.
pub type Id = usize;

/// A target that was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Target {
    State(Id),
    /// Of this state.
    History {
        of: Id,
        deep: bool,
    },
}

pub struct Flat<'d> {
    pub states: Vec<&'d State>,
    pub parents: Vec<Option<Id>>,
    ids: BTreeMap<&'d str, Target>,
    histories: BTreeMap<(Id, bool), &'d History>,
}

impl<'d> Flat<'d> {
    /// `None` (reported) when there are too many states.
    pub fn new(document: &'d Document, problems: &mut Problems<'_>) -> Option<Flat<'d>> {
        let mut flat = Flat {
            states: Vec::new(),
            parents: Vec::new(),
            ids: BTreeMap::new(),
            histories: BTreeMap::new(),
        };
        flat.add(&document.root, None, problems);
        if flat.states.len() > STATES_MAX {
            let message = format!("a machine may have {STATES_MAX} states");
            problems.add(flat.states[STATES_MAX].id.place, message);
            return None;
        }
        Some(flat)
    }

    fn add(&mut self, state: &'d State, parent: Option<Id>, problems: &mut Problems<'_>) {
        let id = self.states.len();
        self.states.push(state);
        self.parents.push(parent);
        if parent.is_some() {
            self.name(&state.id, Target::State(id), problems);
        }
        for history in &state.histories {
            let target = Target::History {
                of: id,
                deep: history.deep,
            };
            self.name(&history.id, target, problems);
            let first = self.histories.insert((id, history.deep), history);
            if first.is_some_and(|first| !is_same(&first.default, &history.default)) {
                let kind = if history.deep { "deep" } else { "shallow" };
                let message = format!("a second {kind} history in one state is not supported");
                let help = "let transitions to the two go to one, or give both the same default";
                problems.add_with(history.id.place, &message, Some(help));
            }
        }
        for child in &state.states {
            self.add(child, Some(id), problems);
        }
    }

    fn name(&mut self, id: &'d Text, target: Target, problems: &mut Problems<'_>) {
        if id.text.is_empty() {
            return;
        }
        if id.text.contains(char::is_whitespace) {
            problems.add(id.place, format!("an id has no blanks: `{}`", id.text));
        } else if self.ids.insert(&id.text, target).is_some() {
            problems.add(id.place, format!("a second state is called `{}`", id.text));
        }
    }

    pub fn all(&self) -> std::ops::Range<Id> {
        0..self.states.len()
    }

    pub fn find(&self, id: &str) -> Option<Target> {
        self.ids.get(id).copied()
    }

    pub fn history(&self, of: Id, deep: bool) -> Option<&'d History> {
        self.histories.get(&(of, deep)).copied()
    }

    /// What these ids stand for; those that stand for nothing are reported.
    pub fn targets(&self, ids: &[Text], problems: &mut Problems<'_>) -> Vec<Target> {
        let mut targets = Vec::new();
        for id in ids {
            match self.find(&id.text) {
                Some(target) if !targets.contains(&target) => targets.push(target),
                Some(_) => {}
                None => {
                    let guess = nearest(&id.text, self.ids.keys().copied());
                    let help = guess.map(|guess| format!("did you mean `{guess}`?"));
                    let message = format!("there is no state `{}`", id.text);
                    problems.add_with(id.place, &message, help);
                }
            }
        }
        self.check_together(ids, &targets, problems);
        targets
    }

    /// Several targets have to lie in regions of their own.
    fn check_together(&self, ids: &[Text], targets: &[Target], problems: &mut Problems<'_>) {
        if ids.len() != targets.len() {
            return;
        }
        for (index, (id, target)) in ids.iter().zip(targets).enumerate() {
            let mut before = ids.iter().zip(targets).take(index);
            let clash = before.find(|(_, other)| !self.are_orthogonal(*target, **other));
            if let Some((other, _)) = clash {
                let message = format!(
                    "`{}` and `{}` cannot be active together",
                    other.text, id.text
                );
                let help = "targets of one transition lie in different regions of a parallel state";
                problems.add_with(id.place, &message, Some(help));
                return;
            }
        }
    }

    fn are_orthogonal(&self, one: Target, other: Target) -> bool {
        // A history stands for something inside its state.
        let inside = |target| match target {
            Target::State(id) => id,
            Target::History { of, .. } => of,
        };
        let (one, other) = (inside(one), inside(other));
        if self.within(one, other) || self.within(other, one) {
            return false;
        }
        let mut common = self.parents[one];
        while let Some(state) = common {
            if self.within(other, state) {
                return self.states[state].kind == Kind::Parallel;
            }
            common = self.parents[state];
        }
        false
    }

    /// Whether `inner` is `outer` or lies in it.
    pub fn within(&self, inner: Id, outer: Id) -> bool {
        let mut at = Some(inner);
        while let Some(state) = at {
            if state == outer {
                return true;
            }
            at = self.parents[state];
        }
        false
    }

    /// Whether entering the target enters something inside `state`.
    pub fn goes_inside(&self, target: Target, state: Id) -> bool {
        match target {
            Target::State(id) => id != state && self.within(id, state),
            Target::History { of, .. } => self.within(of, state),
        }
    }

    /// Reports targets that do not lie inside `state`.
    pub fn check_inside(
        &self,
        targets: &[Target],
        state: Id,
        what: &str,
        place: Place,
        problems: &mut Problems<'_>,
    ) {
        if targets
            .iter()
            .any(|target| !self.goes_inside(*target, state))
        {
            let message = format!("{what} lies inside the state that says it");
            problems.add(place, message);
        }
    }

    /// The child of `state` that is `inner` or that it lies in.
    pub fn child_towards(&self, state: Id, inner: Id) -> Option<Id> {
        let mut at = inner;
        while let Some(parent) = self.parents[at] {
            if parent == state {
                return Some(at);
            }
            at = parent;
        }
        None
    }

    /// The states right inside this one.
    pub fn children(&self, state: Id) -> impl Iterator<Item = Id> + '_ {
        self.all()
            .filter(move |&id| self.parents[id] == Some(state))
    }
}

/// Whether two defaults say the same and do nothing.
fn is_same(one: &Transition, other: &Transition) -> bool {
    let targets = |default: &Transition| {
        let targets = default.targets.iter().map(|target| target.text.clone());
        targets.collect::<Vec<_>>()
    };
    one.content.is_empty() && other.content.is_empty() && targets(one) == targets(other)
}
