//! Names that stand for nothing.

use crate::tests::fixture::{check_form, check_in_gate};

#[test]
fn an_unknown_state_is_near_to_one_or_can_be_added() {
    check_in_gate(
        r#"
        #[state(initial)]
        #[receive(Push => opne)]
        //                ^^^^ there is no state `opne`
        // | help: did you mean `open`?
        #[receive(Coin => elsewhere)]
        //                ^^^^^^^^^ there is no state `elsewhere`
        // | help: add `#[state] pub mod elsewhere {}`, or name `open` or `closed`
        #[receive(Total => gate)]
        //                 ^^^^ `gate` is the machine itself, not a state
        // | help: name a state, or `stay`
        #[receive(Note => history(clsed) | stay | deep_history(nowhere))]
        //                        ^^^^^ there is no state `clsed`
        // | help: did you mean `closed`?
        //                                                     ^^^^^^^ there is no state `nowhere`
        // | help: add `#[state] pub mod nowhere {}`, or name `open` or `closed`
        pub mod open {}
        #[state]
        pub mod closed {}
        "#,
    );
}

#[test]
fn without_states_one_can_be_added() {
    check_in_gate(
        r#"
        #[receive(Push => open)]
        //                ^^^^ there is no state `open`
        // | help: add `#[state(initial)] pub mod open {}`
        fn push() {}
        "#,
    );
}

#[test]
fn an_unknown_message_is_near_to_one_or_can_be_added() {
    check_in_gate(
        r#"
        #[receive(Psuh)]
        //        ^^^^ `Message` has no message `Psuh`
        // | help: did you mean `Push`?
        fn a() {}
        #[receive(Coin | Cion | Blow)]
        //               ^^^^ `Message` has no message `Cion`
        // | help: did you mean `Coin`?
        //                      ^^^^ `Message` has no message `Blow`
        // | help: add `Blow` to `enum Message`, or name `Coin`, `Note`, `Push`, `Pair` or `Total`
        fn b() {}
        #[ignore(push)]
        //       ^^^^ `Message` has no message `push`
        // | help: did you mean `Push`?
        #[state]
        pub mod open {}
        "#,
    );
}

#[test]
fn without_messages_nothing_else_is_said() {
    check_form(
        r#"
        pub mod gate {
        //      ^^^^ machine `gate` has no messages
        // | help: add `#[messages] pub enum Message { … }`
            #[data]
            pub struct Gate;
            #[receive(Push)]
            fn push(gate: &Gate, cx: &mut Context, value: u32) {}
        }
        "#,
    );
}
