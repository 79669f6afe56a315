//! What is left and entered, on bare trees. Included by `expand/plan.rs`, whose privates it uses.

use super::*;

const NONE: Option<StateId> = None;

fn id(number: u16) -> StateId {
    StateId(number)
}

fn some(number: u16) -> Option<StateId> {
    Some(StateId(number))
}

/// 0 root { 1 a { 2 a1 { 3 a1x, 4 a1y }, 5 a2 }, 6 b, 7 c { 8 c1, 9 c2 } }; the first child of
/// each is initial, but `c` rests in itself.
fn tree() -> Tree {
    use StateKind::{Composite, Leaf};
    let states = [
        (NONE, Composite, some(1)),
        (some(0), Composite, some(2)),
        (some(1), Composite, some(3)),
        (some(2), Leaf, NONE),
        (some(2), Leaf, NONE),
        (some(1), Leaf, NONE),
        (some(0), Leaf, NONE),
        (some(0), Composite, NONE),
        (some(7), Leaf, NONE),
        (some(7), Leaf, NONE),
    ];
    Tree::new(states.into_iter())
}

fn left(tree: &Tree, origin: u16, domain: u16) -> Vec<u16> {
    tree.exits(&[id(origin)], id(domain))
        .into_iter()
        .map(|exit| match exit {
            Exit::State(state) => state.0,
            Exit::Depends(groups) => panic!("one origin, yet it depends: {groups:?}"),
        })
        .collect()
}

fn entered(tree: &Tree, domain: u16, target: u16) -> (Vec<u16>, u16) {
    let entry = tree.entry(id(domain), id(target));
    (
        entry.states.iter().map(|state| state.0).collect(),
        entry.rest.0,
    )
}

#[test]
fn resting_states_are_leaves_and_composites_without_initial() {
    let resting = |state| -> Vec<u16> {
        tree()
            .resting_in(id(state))
            .iter()
            .map(|state| state.0)
            .collect()
    };
    assert_eq!(resting(0), [3, 4, 5, 6, 7, 8, 9]);
    assert_eq!(resting(1), [3, 4, 5]);
    assert_eq!(resting(7), [7, 8, 9]);
    assert_eq!(resting(6), [6]);
}

#[test]
fn a_machine_without_states_rests_in_the_root() {
    let tree = Tree::new([(NONE, StateKind::Leaf, NONE)].into_iter());
    assert_eq!(tree.resting_in(StateId::ROOT), [StateId::ROOT]);
    assert_eq!(entered(&tree, 0, 0), (vec![], 0));
}

#[test]
fn a_target_inside_the_source_is_reached_without_leaving_it() {
    assert_eq!(tree().domain(id(1), id(4), false), id(1));
    assert_eq!(
        tree().domain(id(0), id(4), false),
        id(0),
        "a row of the machine itself"
    );
}

#[test]
fn a_target_that_is_the_source_leaves_and_enters_it() {
    assert_eq!(tree().domain(id(1), id(1), false), id(0));
    assert_eq!(tree().domain(id(3), id(3), false), id(2));
}

#[test]
fn a_target_around_the_source_leaves_and_enters_that() {
    assert_eq!(tree().domain(id(3), id(1), false), id(0));
    assert_eq!(tree().domain(id(3), id(2), false), id(1));
}

#[test]
fn elsewhere_the_domain_is_the_least_common_ancestor() {
    assert_eq!(tree().domain(id(3), id(4), false), id(2));
    assert_eq!(tree().domain(id(3), id(5), false), id(1));
    assert_eq!(tree().domain(id(3), id(8), false), id(0));
}

#[test]
fn reenter_leaves_the_source_though_the_target_lies_inside() {
    assert_eq!(tree().domain(id(1), id(4), true), id(0));
    assert_eq!(tree().domain(id(2), id(4), true), id(1));
    assert_eq!(
        tree().domain(id(0), id(4), true),
        id(0),
        "the root is never left"
    );
}

#[test]
fn exits_run_from_the_inside_out() {
    assert_eq!(left(&tree(), 3, 0), [3, 2, 1]);
    assert_eq!(left(&tree(), 3, 1), [3, 2]);
    assert_eq!(left(&tree(), 3, 3), [0u16; 0]);
    assert_eq!(
        left(&tree(), 7, 7),
        [0u16; 0],
        "a composite that rests in itself"
    );
}

#[test]
fn entries_run_from_the_outside_in_and_on_through_initial_children() {
    assert_eq!(entered(&tree(), 0, 4), (vec![1, 2, 4], 4));
    assert_eq!(entered(&tree(), 0, 1), (vec![1, 2, 3], 3));
    assert_eq!(entered(&tree(), 1, 5), (vec![5], 5));
    assert_eq!(entered(&tree(), 0, 7), (vec![7], 7));
}

#[test]
fn what_is_left_from_several_states_depends_where_it_differs() {
    let both = vec![
        (vec![id(3)], vec![Exit::State(id(3))]),
        (vec![id(4)], vec![Exit::State(id(4))]),
    ];
    assert_eq!(
        tree().exits(&[id(3), id(4)], id(0)),
        [Exit::Depends(both), Exit::State(id(2)), Exit::State(id(1))],
        "the shared ancestors are left once, whichever child was active"
    );
    assert_eq!(
        tree().exits(&[id(7), id(8)], id(0)),
        [
            Exit::Depends(vec![(vec![id(8)], vec![Exit::State(id(8))])]),
            Exit::State(id(7)),
        ],
        "nothing in `c` is left when it rests in itself"
    );
}

#[test]
fn histories_get_slots_by_state_shallow_before_deep() {
    let targets = [
        Target::DeepHistory(id(1)),
        Target::History(id(7)),
        Target::State(id(6)),
        Target::History(id(1)),
        Target::History(id(7)),
    ];
    let slot = |of, deep| Slot { of: id(of), deep };
    assert_eq!(
        slots(targets.into_iter()),
        [slot(1, false), slot(1, true), slot(7, false)]
    );
}

#[test]
fn a_history_goes_to_what_was_recorded_or_to_the_initial_child() {
    let tree = tree();
    let slots = [
        Slot {
            of: id(1),
            deep: false,
        },
        Slot {
            of: id(1),
            deep: true,
        },
    ];
    let rests = |target| match tree.route(&slots, &[id(6)], id(6), target, false) {
        Route::Recorded {
            slot,
            each,
            otherwise,
        } => {
            let each: Vec<(u16, u16)> = each
                .iter()
                .map(|(state, journey)| (state.0, journey.entry.rest.0))
                .collect();
            (slot, each, otherwise.entry.rest.0)
        }
        other => panic!("{other:?}"),
    };
    assert_eq!(rests(Target::History(id(1))), (0, vec![(2, 3), (5, 5)], 3));
    assert_eq!(
        rests(Target::DeepHistory(id(1))),
        (1, vec![(3, 3), (4, 4), (5, 5)], 3)
    );
}
