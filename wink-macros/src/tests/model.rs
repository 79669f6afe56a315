//! What a machine means: ids, names and parameters.

use super::fixture::with_chart;
use super::parse::TURNSTILE;
use crate::model::{ParameterKind, RowId, StateId, StateKind, Target, Trigger};

#[test]
fn the_turnstile_has_states_rows_and_functions_in_document_order() {
    with_chart(TURNSTILE, |chart| {
        let states: Vec<String> = chart.states.iter().map(|one| one.ident.to_string()).collect();
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
                &ParameterKind::Field { position: 0, by_reference: false },
            ]
        );
    });
}
