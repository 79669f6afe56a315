//! What a machine means: ids, names and parameters.

mod names;
mod parameters;

use super::fixture::{in_gate, with_chart, with_machine};
use super::parse::TURNSTILE;
use crate::diagnostics::Diagnostics;
use crate::model::{ParameterKind, RowId, StateId, StateKind, Target, Trigger, build};
use quote::ToTokens;

#[test]
fn the_turnstile_has_states_rows_and_functions_in_document_order() {
    with_chart(TURNSTILE, |chart| {
        let states: Vec<String> = chart
            .states
            .iter()
            .map(|one| one.ident.to_string())
            .collect();
        assert_eq!(states, ["turnstile", "locked", "unlocked"]);
        assert_eq!(chart.states[0].kind, StateKind::Composite);
        assert_eq!(chart.states[0].initial, Some(StateId(1)));
        assert_eq!(chart.states[1].rows, [RowId(1), RowId(2), RowId(3)]);
        assert_eq!(chart.states[2].rows, [RowId(4), RowId(5), RowId(6)]);
        assert_eq!(chart.rows[5].trigger, Trigger::After);
        assert_eq!(
            chart.rows[6].targets,
            [Target::State(StateId(2)), Target::State(StateId(1))]
        );
        assert!(chart.rows[6].chooses);
        let pay = &chart.functions[1];
        assert_eq!(pay.rows, [RowId(1), RowId(2)]);
        let kinds: Vec<&ParameterKind> = pay.parameters.iter().map(|one| &one.kind).collect();
        assert_eq!(
            kinds,
            [
                &ParameterKind::Data { mutable: true },
                &ParameterKind::Field {
                    position: 0,
                    by_reference: false
                },
            ]
        );
    });
}

#[test]
fn rows_are_numbered_as_they_stand() {
    let source = in_gate(
        r#"
        #[state(initial)]
        #[receive(Push => stay)]
        pub mod outer {
            #![receive(Note => history(outer), reenter)]
            #[receive(Coin)]
            fn first() {}
            #[state(initial, parallel)]
            #[done]
            pub mod middle {
                #[state] pub mod left { #[child(started)] fn second() {} }
                #[state] pub mod right { #[state(final)] pub mod end {} }
            }
            #[receive(Total)]
            fn third() -> (u32, Goto) { (3, Goto::Stay) }
        }
        #[receive(_)]
        fn last() {}
        "#,
    );
    with_chart(&source, |chart| {
        let states: Vec<String> = chart
            .states
            .iter()
            .map(|one| one.ident.to_string())
            .collect();
        assert_eq!(states, ["gate", "outer", "middle", "left", "right", "end"]);
        let sources: Vec<u16> = chart.rows.iter().map(|row| row.source.0).collect();
        assert_eq!(sources, [1, 1, 1, 2, 3, 1, 0]);
        let depths: Vec<usize> = chart.states.iter().map(|state| state.depth).collect();
        assert_eq!(depths, [0, 1, 2, 3, 3, 4]);
        let kinds: Vec<StateKind> = chart.states.iter().map(|state| state.kind).collect();
        use StateKind::*;
        assert_eq!(
            kinds,
            [Composite, Composite, Parallel, Leaf, Composite, Final]
        );
        assert_eq!(chart.states[2].children, [StateId(3), StateId(4)]);
        assert!(chart.states[1].shallow_history && !chart.states[1].deep_history);
        assert!(chart.rows[1].reenter);
        let third = &chart.functions[2];
        let answer = third.returns.value.expect("an answer");
        assert_eq!(answer.to_token_stream().to_string(), "u32");
        assert!(third.returns.goto.is_some());
        assert_eq!(chart.rows[6].trigger, Trigger::Any);
    });
}

/// What was meant counts, so that nothing else is said because of it.
#[test]
fn a_broken_row_counts_for_what_was_meant() {
    let source = in_gate(
        r#"
        #[receive(Coni => opne)]
        #[receive(Nothing => elsewhere)]
        #[receive(=> open)]
        fn a() {}
        #[state(initial)] pub mod open {}
        "#,
    );
    with_machine(&source, |diagnostics: &mut Diagnostics, machine| {
        let chart = build(diagnostics, machine, None);
        assert!(chart.rows.iter().all(|row| row.broken));
        assert_eq!(
            chart.rows[0].trigger,
            Trigger::Messages(vec![wink_chart::MessageId(0)])
        );
        assert_eq!(chart.rows[0].targets, [Target::State(StateId(1))]);
        assert_eq!(chart.rows[1].trigger, Trigger::Any);
        assert_eq!(chart.rows[2].trigger, Trigger::Any);
        assert!(chart.lost_target);
    });
}
