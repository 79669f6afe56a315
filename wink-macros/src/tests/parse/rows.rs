//! Mistakes in row attributes.

use crate::tests::fixture::check_in_gate;

#[test]
fn a_row_needs_a_message() {
    check_in_gate(
        r#"
        #[receive]
        //^^^^^^^ this is not how `#[receive]` is written
        // | help: write `#[receive(Message)]` or `#[receive(Message if guard => state)]`
        fn a() {}
        #[receive()]
        //^^^^^^^ this is not how `#[receive]` is written
        // | help: write `#[receive(Message)]` or `#[receive(Message if guard => state)]`
        fn b() {}
        #[receive = "Push"]
        //        ^ this is not how `#[receive]` is written
        // | help: write `#[receive(Message)]` or `#[receive(Message if guard => state)]`
        fn c() {}
        #[receive(Push |)]
        //             ^ a message is missing after `|`
        // | help: write `A | B`
        fn d() {}
        #[receive(=> open)]
        //^^^^^^^ this is not how `#[receive]` is written
        // | help: write `#[receive(Message)]` or `#[receive(Message if guard => state)]`
        fn e() {}
        #[state] pub mod open {}
        "#,
    );
}

#[test]
fn a_row_names_messages_without_path_and_fields() {
    check_in_gate(
        r#"
        #[receive(Message::Push)]
        //        ^^^^^^^^^^^^^ a message is named without a path
        // | help: write `Push`
        fn a() {}
        #[receive(Coin { value })]
        //             ^^^^^^^^^ a row names the message only: `Coin`
        // | help: take its fields as parameters of the function, by their names
        fn b() {}
        #[receive(Coin, Push)]
        //              ^^^^ a row has no option `Push`
        // | help: alternatives stand with a bar between them: `| Push`
        fn c() {}
        #[receive(3)]
        //        ^ this is not how `#[receive]` is written
        // | help: write `#[receive(Message)]` or `#[receive(Message if guard => state)]`
        fn e() {}
        #[receive(Coin Push)]
        //             ^^^^ this is not how `#[receive]` is written
        // | help: write `#[receive(Message)]` or `#[receive(Message if guard => state)]`
        fn f() {}
        "#,
    );
}

#[test]
fn a_target_is_a_name() {
    check_in_gate(
        r#"
        #[receive(Push =>)]
        //             ^ a state is missing after `=>`
        // | help: write `=> state`
        fn a() {}
        #[receive(Push => open |)]
        //                     ^ a state is missing after `|`
        // | help: write `a | b`
        fn b() {}
        #[receive(Push => "open")]
        //                ^^^^^^ a state is missing after `=>`
        // | help: write `=> state`
        fn c() {}
        #[receive(Push => gate::open)]
        //                ^^^^^^^^^^ a state is named without a path
        // | help: write `open`
        fn d() {}
        #[receive(Push => histroy(open))]
        //                ^^^^^^^ `histroy(…)` is no target
        // | help: did you mean `history(…)`?
        fn e() {}
        #[receive(Push => elsewhere(open))]
        //                ^^^^^^^^^ `elsewhere(…)` is no target
        // | help: a target is a state, `stay`, `history(state)` or `deep_history(state)`
        fn f() {}
        #[receive(Push => history())]
        //                       ^^ `history` takes the name of one state
        // | help: write `history(state)`
        fn g() {}
        #[receive(Push => deep_history(open, open))]
        //                                 ^ `deep_history` takes the name of one state
        // | help: write `deep_history(state)`
        fn h() {}
        #[receive(Push => open open)]
        //                     ^^^^ this is not how `#[receive]` is written
        // | help: write `#[receive(Message)]` or `#[receive(Message if guard => state)]`
        fn i() {}
        #[state] pub mod open {}
        "#,
    );
}

#[test]
fn a_guard_is_a_boolean_expression() {
    check_in_gate(
        r#"
        #[receive(Coin if => open)]
        //             ^^ a guard is missing after `if`
        // | help: write `if value >= 2`
        fn a() {}
        #[receive(Coin if value > => open)]
        //                      ^ this guard is no expression: unexpected end of input, expected an expression
        // | help: write `if` and a boolean expression: `if value >= 2`
        fn b(value: u32) {}
        #[receive(Coin if let 3 = value => open)]
        //                ^^^^^^^^^^^^^ a guard is a boolean expression, not a `let`
        // | help: write `if matches!(value, Some(_))`
        fn c(value: u32) {}
        #[receive(Coin if value value)]
        //                      ^^^^^ this guard is no expression: unexpected token
        // | help: write `if` and a boolean expression: `if value >= 2`
        fn d(value: u32) {}
        #[receive(Coin if compare::<u8, u8>(value) && value < 3, reenter)]
        //                                                       ^^^^^^^ `reenter` needs a target
        // | help: write `=> state, reenter`
        fn e(value: u32) {}
        #[state] pub mod open {}
        "#,
    );
}

#[test]
fn an_unknown_option_is_refused() {
    check_in_gate(
        r#"
        #[receive(Push => open, renter)]
        //                      ^^^^^^ a row has no option `renter`
        // | help: did you mean `reenter`?
        fn a() {}
        #[receive(Push => open, always)]
        //                      ^^^^^^ a row has no option `always`
        // | help: a row has the option `reenter` only
        fn b() {}
        #[receive(Push => open, reenter, reenter)]
        //                               ^^^^^^^ `reenter` is said twice
        // | help: remove `reenter` here
        fn c() {}
        #[receive(Push, reenter)]
        //              ^^^^^^^ `reenter` needs a target
        // | help: write `=> state, reenter`
        fn d() {}
        #[receive(Push => open, "reenter")]
        //                    ^ an option is missing after `,`
        // | help: write `=> state, reenter`
        fn e() {}
        #[receive(Push => open, reenter)]
        fn f() {}
        #[receive(Push => open,)]
        fn g() {}
        #[state] pub mod open {}
        "#,
    );
}

#[test]
fn what_is_kept_or_dropped_leads_nowhere() {
    check_in_gate(
        r#"
        #[state]
        #[ignore(Push => open)]
        //            ^ an ignored message leads nowhere
        // | help: write `#[receive(… => …)]` for a message that changes the state
        #[defer(Coin => open)]
        //           ^ a deferred message leads nowhere
        // | help: write `#[receive(… => …)]` for a message that changes the state
        pub mod open {}
        "#,
    );
}

#[test]
fn a_time_is_a_text_with_units() {
    check_in_gate(
        r#"
        #[state]
        #[after => open]
        //      ^ this is not how `#[after]` is written
        // | help: write `#[after("5s" => state)]`
        #[after]
        //^^^^^ this is not how `#[after]` is written
        // | help: write `#[after("5s" => state)]`
        #[after()]
        //^^^^^ no time to wait for: the time is missing
        // | help: write for example `"250ms"`, `"5s"`, `"1m30s"` or `"2h"`
        #[after(5s => open)]
        //      ^^ no time to wait for: a time is written in quotes
        // | help: write `"5s"`
        #[after(5 => open)]
        //      ^ no time to wait for: a time is written in quotes
        // | help: write for example `"250ms"`, `"5s"`, `"1m30s"` or `"2h"`
        #[after("5" => open)]
        //      ^^^ no time to wait for: `5` has no unit
        // | help: write for example `"250ms"`, `"5s"`, `"1m30s"` or `"2h"`
        #[after("soon" => open)]
        //      ^^^^^^ no time to wait for: a time is made of whole numbers with units
        // | help: write for example `"250ms"`, `"5s"`, `"1m30s"` or `"2h"`
        #[after("5 s" => open)]
        //      ^^^^^ no time to wait for: ` s` is no unit of time
        // | help: write for example `"250ms"`, `"5s"`, `"1m30s"` or `"2h"`
        #[after("1.5s" => open)]
        //      ^^^^^^ no time to wait for: a time is made of whole numbers with units
        // | help: write for example `"250ms"`, `"5s"`, `"1m30s"` or `"2h"`
        #[after("5s1m" => open)]
        //      ^^^^^^ no time to wait for: `m` stands after a unit that is not longer
        // | help: write for example `"250ms"`, `"5s"`, `"1m30s"` or `"2h"`
        #[after("5s5s" => open)]
        //      ^^^^^^ no time to wait for: `s` stands after a unit that is not longer
        // | help: write for example `"250ms"`, `"5s"`, `"1m30s"` or `"2h"`
        #[after("0s" => open)]
        //      ^^^^ no time to wait for: a time-out of zero is no time-out
        // | help: write for example `"250ms"`, `"5s"`, `"1m30s"` or `"2h"`
        #[after("999999999999h" => open)]
        //      ^^^^^^^^^^^^^^^ no time to wait for: a time of more than 584 years does not fit
        // | help: write for example `"250ms"`, `"5s"`, `"1m30s"` or `"2h"`
        #[after("" => open)]
        //      ^^ no time to wait for: a time needs a number and a unit
        // | help: write for example `"250ms"`, `"5s"`, `"1m30s"` or `"2h"`
        #[after("250ms" => open)]
        #[after("1m30s" if coins > 1 => open)]
        pub mod open {}
        "#,
    );
}

#[test]
fn a_child_row_says_what_happened() {
    check_in_gate(
        r#"
        #[state]
        #[child]
        //^^^^^ this is not how `#[child]` is written
        // | help: write `#[child(exited => state)]`
        #[child()]
        //^^^^^ `#[child]` does not say what happened to the child
        // | help: write `#[child(started)]`, `pulsed`, `errored` or `exited`
        #[child(strated => open)]
        //      ^^^^^^^ nothing called `strated` happens to a child
        // | help: did you mean `started`?
        #[child(vanished => open)]
        //      ^^^^^^^^ nothing called `vanished` happens to a child
        // | help: a child is `started`, `pulsed`, `errored` or `exited`
        #[child(exited => open)]
        #[child(started | exited => open)]
        //              ^ this is not how `#[child]` is written
        // | help: write `#[child(exited => state)]`
        #[down]
        #[down(=> open)]
        #[down(gone => open)]
        //     ^^^^ this is not how `#[down]` is written
        // | help: write `#[down]` or `#[down(=> state)]`
        #[always(open)]
        //       ^^^^ this is not how `#[always]` is written
        // | help: write `#[always(if guard => state)]`
        #[done(=> open)]
        #[done]
        pub mod open {}
        "#,
    );
}
