//! The order in which exits, the action and entries run, for every way in which a target can lie
//! to its source.

use wink::prelude::*;
use wink::{Record, RowId, StateName};

/// Tells in which order its functions ran.
#[machine]
mod tree {
    #[data]
    #[derive(Default)]
    pub struct Tree {
        pub ran: Vec<&'static str>,
    }

    #[messages]
    #[derive(Debug)]
    pub enum Message {
        Sibling,
        Cousin,
        Itself,
        Parent,
        Grandparent,
        Inside,
        InsideAgain,
        Elsewhere,
        FromAbove,
    }

    #[entry]
    fn enter(tree: &mut Tree) {
        tree.ran.push("+tree");
    }
    #[exit]
    fn exit(tree: &mut Tree) {
        tree.ran.push("-tree");
    }
    #[receive(FromAbove => birch)]
    fn above(tree: &mut Tree) {
        tree.ran.push("above");
    }

    #[state(initial)]
    mod oak {
        #[entry]
        fn enter(tree: &mut Tree) {
            tree.ran.push("+oak");
        }
        #[exit]
        fn exit(tree: &mut Tree) {
            tree.ran.push("-oak");
        }
        #[receive(Inside => leaf)]
        #[receive(InsideAgain => leaf, reenter)]
        fn inside(tree: &mut Tree) {
            tree.ran.push("inside");
        }

        #[state(initial)]
        mod branch {
            #[entry]
            fn enter(tree: &mut Tree) {
                tree.ran.push("+branch");
            }
            #[exit]
            fn exit(tree: &mut Tree) {
                tree.ran.push("-branch");
            }

            #[state(initial)]
            mod twig {
                #[entry]
                fn enter(tree: &mut Tree) {
                    tree.ran.push("+twig");
                }
                #[exit]
                fn exit(tree: &mut Tree) {
                    tree.ran.push("-twig");
                }
                #[receive(Sibling => bud)]
                #[receive(Cousin => leaf)]
                #[receive(Itself => twig)]
                #[receive(Parent => branch)]
                #[receive(Grandparent => oak)]
                #[receive(Elsewhere => birch)]
                fn act(tree: &mut Tree) {
                    tree.ran.push("act");
                }
            }

            #[state]
            #[ignore(Sibling | Cousin | Itself | Parent | Grandparent | Elsewhere)]
            mod bud {
                #[entry]
                fn enter(tree: &mut Tree) {
                    tree.ran.push("+bud");
                }
                #[exit]
                fn exit(tree: &mut Tree) {
                    tree.ran.push("-bud");
                }
            }
        }

        #[state]
        #[ignore(_)]
        mod leaf {
            #[entry]
            fn enter(tree: &mut Tree) {
                tree.ran.push("+leaf");
            }
            #[exit]
            fn exit(tree: &mut Tree) {
                tree.ran.push("-leaf");
            }
        }
    }

    #[state]
    #[allow(trap_state)]
    #[ignore(_)]
    mod birch {
        #[entry]
        fn enter(tree: &mut Tree) {
            tree.ran.push("+birch");
        }
        #[exit]
        fn exit(tree: &mut Tree) {
            tree.ran.push("-birch");
        }
    }
}

use tree::{Message, State, Tree};

/// Starts a tree, gives it messages, and says what ran at the last one.
#[track_caller]
fn ran(messages: impl IntoIterator<Item = Message>) -> Vec<&'static str> {
    let mut tree = Tree::default().start();
    for message in messages {
        tree.data_mut().ran.clear();
        assert!(tree.dispatch(message).is_handled());
    }
    std::mem::take(&mut tree.data_mut().ran)
}

#[test]
fn the_start_enters_from_the_outside_in() {
    assert_eq!(ran([]), ["+tree", "+oak", "+branch", "+twig"]);
}

#[test]
fn the_end_leaves_from_the_inside_out() {
    let mut tree = Tree::default().start();
    tree.data_mut().ran.clear();
    let _ = tree.stop();
    assert_eq!(tree.data().ran, ["-twig", "-branch", "-oak", "-tree"]);
}

#[test]
fn a_sibling_is_reached_within_the_parent() {
    assert_eq!(ran([Message::Sibling]), ["-twig", "act", "+bud"]);
}

#[test]
fn a_cousin_is_reached_through_the_least_common_ancestor() {
    assert_eq!(ran([Message::Cousin]), ["-twig", "-branch", "act", "+leaf"]);
}

#[test]
fn a_state_that_goes_to_itself_is_left_and_entered() {
    assert_eq!(ran([Message::Itself]), ["-twig", "act", "+twig"]);
}

#[test]
fn a_target_around_the_source_is_left_and_entered() {
    assert_eq!(
        ran([Message::Parent]),
        ["-twig", "-branch", "act", "+branch", "+twig"]
    );
    assert_eq!(
        ran([Message::Grandparent]),
        [
            "-twig", "-branch", "-oak", "act", "+oak", "+branch", "+twig"
        ]
    );
}

#[test]
fn a_target_inside_the_source_does_not_leave_the_source() {
    assert_eq!(
        ran([Message::Inside]),
        ["-twig", "-branch", "inside", "+leaf"]
    );
    assert_eq!(
        ran([Message::Sibling, Message::Inside]),
        ["-bud", "-branch", "inside", "+leaf"]
    );
}

#[test]
fn reenter_leaves_the_source_though_the_target_lies_inside() {
    assert_eq!(
        ran([Message::InsideAgain]),
        ["-twig", "-branch", "-oak", "inside", "+oak", "+leaf"]
    );
}

#[test]
fn everything_on_the_way_is_left_and_entered_once() {
    assert_eq!(
        ran([Message::Elsewhere]),
        ["-twig", "-branch", "-oak", "act", "+birch"]
    );
    assert_eq!(
        ran([Message::FromAbove]),
        ["-twig", "-branch", "-oak", "above", "+birch"]
    );
    assert_eq!(
        ran([Message::Sibling, Message::FromAbove]),
        ["-bud", "-branch", "-oak", "above", "+birch"],
        "an inherited row leaves whatever is active"
    );
}

#[test]
fn an_observer_hears_the_same_order() {
    let mut tree = Tree::default().start();
    let mut records = Vec::new();
    let outcome = tree.dispatch_with(Message::Cousin, &mut records);
    assert!(outcome.changed());
    let id = |state: State| state.id();
    assert_eq!(
        records,
        [
            Record::Row(RowId(4)),
            Record::Exited(id(State::Twig)),
            Record::Exited(id(State::Branch)),
            Record::Entered(id(State::Leaf)),
        ]
    );
}
