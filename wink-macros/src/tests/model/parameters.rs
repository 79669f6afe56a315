//! Parameters: what each of them is, and those that nothing can fill.

use crate::model::{ParameterKind, StateId};
use crate::tests::fixture::{check_in_gate, in_gate, with_chart};

#[test]
fn a_parameter_must_be_a_field() {
    check_in_gate(
        r#"
        #[receive(Coin)]
        //        ---- the row receives `Coin` here
        fn a(valeu: u32) {}
        //   ^^^^^ `valeu` is no field of `Coin`
        // | help: did you mean `value`?
        #[receive(Coin)]
        //        ---- the row receives `Coin` here
        fn b(other: u32) {}
        //   ^^^^^ `other` is no field of `Coin`
        // | help: `Coin` has `value`; `&mut Gate` and `&mut Context` can be taken, too
        #[receive(Push)]
        //        ---- the row receives `Push` here
        fn c(value: u32) {}
        //   ^^^^^ `value` is no field of `Push`
        // | help: `Push` has no fields; `&mut Gate` and `&mut Context` can be taken, too
        #[receive(Coin | Note)]
        fn d(value: u32) {}
        #[receive(Coin | Note | Push)]
        //                      ---- the row receives `Push`, too
        fn e(value: u32) {}
        //   ^^^^^ `value` is a field of `Coin` and `Note`, but not of `Push`
        // | help: give `Push` a function of its own: `#[receive(Push)]`
        #[receive(Note)]
        #[receive(Coin)]
        //        ---- the row receives `Coin`, too
        fn f(code: u64) {}
        //   ^^^^ `code` is a field of `Note`, but not of `Coin`
        // | help: give `Coin` a function of its own: `#[receive(Coin)]`
        #[receive(Pair)]
        fn g(first: u8, second: u16) {}
        #[receive(Pair)]
        //        ---- the row receives `Pair` here
        fn h(gate: &Gate, first: u8, second: u16, third: u8) {}
        //                                        ^^^^^ `Pair` has 2 fields, nothing is left for `third`
        // | help: remove `third`
        "#,
    );
}

#[test]
fn what_is_no_field_is_taken_in_one_way() {
    check_in_gate(
        r#"
        #[receive(Push)]
        fn a(gate: Gate, cx: Context) {}
        //         ^^^^ the data cannot be taken like this
        // | help: write `gate: &Gate` or `gate: &mut Gate`
        //                   ^^^^^^^ the context cannot be taken like this
        // | help: write `cx: &mut Context`
        #[receive(Coin)]
        fn b(value: &mut u32) {}
        //          ^^^^^^^^ a message's field is taken by value or by `&`, not by `&mut`
        // | help: write `mut value: u32`
        #[receive(Coin)]
        fn c(message: Message) {}
        //            ^^^^^^^ only a receiver of `_` sees the whole message
        // | help: take the message's fields by their names, or write `#[receive(_)]` for `message: Message`
        #[receive(_)]
        fn d(message: &mut Message, value: u32) {}
        //            ^^^^^^^^^^^^ the message cannot be taken like this
        // | help: write `message: Message` or `message: &Message`
        //                          ^^^^^ a receiver of `_` sees the whole message, not a field `value`
        // | help: take the message: `message: Message`
        #[receive(_)]
        #[receive(Push)]
        fn e(message: &Message) {}
        //            ^^^^^^^^ only a receiver of `_` sees the whole message
        // | help: take the message's fields by their names, or write `#[receive(_)]` for `message: Message`
        #[receive(Total)]
        fn f(reply: &Reply<u32>) {}
        //          ^^^^^^^^^^^ a reply cannot be taken like this
        // | help: write `reply: Reply<u32>`
        #[entry]
        fn g(reply: Reply<u32>) {}
        //          ^^^^^^^^^^ a `Reply` needs a message that is answered
        // | help: remove `reply`, or receive a question: `#[receive(Total)]`
        #[receive(Push)]
        //        ---- the row receives `Push` here
        fn h(child: &Child) {}
        //   ^^^^^ `child` is no field of `Push`
        // | help: `Push` has no fields; `&mut Gate` and `&mut Context` can be taken, too
        "#,
    );
}

#[test]
fn where_there_is_no_message_there_are_no_fields() {
    check_in_gate(
        r#"
        #[entry]
        fn a(value: u32) {}
        //   ^^^^^ `value` can be filled by nothing: an `#[entry]` function has no message
        // | help: it can take `&Gate`, `&mut Gate` and `&mut Context`
        #[exit]
        fn b(value: &u32) {}
        //   ^^^^^ `value` can be filled by nothing: an `#[exit]` function has no message
        // | help: it can take `&Gate`, `&mut Gate` and `&mut Context`
        #[always]
        fn c(value: u32) {}
        //   ^^^^^ `value` can be filled by nothing: an `#[always]` row has no message
        // | help: it can take `&Gate`, `&mut Gate` and `&mut Context`
        #[state(initial)]
        pub mod open {
            #[after("5s")]
            #[receive(Coin)]
            fn d(value: u32) {}
            //   ^^^^^ `value` can be filled by nothing: an `#[after]` row has no message
            // | help: it can take `&Gate`, `&mut Gate` and `&mut Context`
            #[done]
            fn e(value: u32) {}
            //   ^^^^^ `value` can be filled by nothing: a `#[done]` row has no message
            // | help: it can take `&Gate`, `&mut Gate` and `&mut Context`
            #[down]
            fn f(value: u32, down: &Down) {}
            //   ^^^^^ `value` can be filled by nothing: a `#[down]` row has no message
            // | help: it can take `&Gate`, `&mut Gate`, `&mut Context` and `&Down`
            #[down]
            fn g(down: Down) {}
            //         ^^^^ a `Down` can only be looked at
            // | help: write `down: &Down`
            #[child(started)]
            fn h(child: &mut Child, error: &Error) {}
            //          ^^^^^^^^^^ a `Child` can only be looked at
            // | help: write `child: &Child`
            //                      ^^^^^ `error` cannot be filled each time this function is called: only `#[child(errored)]` has an error
            // | help: it can take `&Gate`, `&mut Gate`, `&mut Context` and `&Child`; give the other rows a function of their own
            #[child(errored)]
            #[child(exited)]
            fn i(child: &Child, error: &Error) {}
            //                  ^^^^^ `error` cannot be filled each time this function is called: only `#[child(errored)]` has an error
            // | help: it can take `&Gate`, `&mut Gate`, `&mut Context` and `&Child`; give the other rows a function of their own
            #[child(errored)]
            #[down]
            fn j(child: &Child) {}
            //   ^^^^^ `child` cannot be filled each time this function is called: only `#[child]` rows have a child
            // | help: it can take `&Gate`, `&mut Gate` and `&mut Context`; give the other rows a function of their own
        }
        "#,
    );
}

#[test]
fn local_data_belongs_to_its_state() {
    check_in_gate(
        r#"
        #[state(initial)]
        pub mod open {
            pub struct Light(u8);
            #[entry]
            fn enter() -> Light { Light(3) }
            #[receive(Push)]
            fn a(light: &mut Light) {}
            #[receive(Coin)]
            fn b(light: Light) {}
            //          ^^^^^ a state's local data cannot be taken like this
            // | help: write `light: &mut Light`
            #[state]
            pub mod wide {
                #[receive(Note)]
                fn c(light: &Light) {}
            }
        }
        #[state]
        pub mod closed {
            #[receive(Push)]
            fn d(light: &mut Light) {}
            //          ^^^^^^^^^^ `light` is local to state `open`, which is not active around `closed`
            // | help: move the function into `open`, or keep the value in the machine's data
        }
        "#,
    );
}

fn kinds(body: &str) -> Vec<ParameterKind> {
    with_chart(&in_gate(body), |chart| {
        let function = chart.functions.last().expect("a function");
        function
            .parameters
            .iter()
            .map(|one| one.kind.clone())
            .collect()
    })
}

#[test]
fn types_and_names_tell_parameters_apart() {
    use ParameterKind::*;
    assert_eq!(
        kinds(
            "#[receive(Coin)] fn a(g: &super::Gate, value: &u32, c: &mut wink::Context<Gate>) {}"
        ),
        [
            Data { mutable: false },
            Field {
                position: 0,
                by_reference: true
            },
            Context { mutable: true },
        ]
    );
    assert_eq!(
        kinds("#[receive(Pair)] fn a(x: u8, g: &mut Gate, _: u16) {}"),
        [
            Field {
                position: 0,
                by_reference: false
            },
            Data { mutable: true },
            Field {
                position: 1,
                by_reference: false
            },
        ]
    );
    assert_eq!(
        kinds("#[receive(_)] fn a(message: Message, reply: Reply<u32>) {}"),
        [
            Message {
                by_reference: false
            },
            Reply
        ]
    );
    assert_eq!(
        kinds("#[child(errored)] fn a(error: &Error, child: &wink::Child) {}"),
        [Error, Child]
    );
    assert_eq!(kinds("#[down] fn a(down: &Down) {}"), [Down]);
}

#[test]
fn a_local_is_found_in_the_innermost_state_around() {
    let body = "
        #[state(initial)] pub mod outer {
            #[entry] fn enter() -> Vec<(u8, u8)> { vec![] }
            #[state] pub mod inner {
                #[entry] fn enter() -> Vec<(u8, u16)> { vec![] }
                #[receive(Coin)]
                fn a(far: &mut Vec<(u8, u8)>, near: &Vec<(u8, u16)>, value: u32) {}
            }
        }";
    assert_eq!(
        kinds(body),
        [
            ParameterKind::Local {
                of: StateId(1),
                mutable: true
            },
            ParameterKind::Local {
                of: StateId(2),
                mutable: false
            },
            ParameterKind::Field {
                position: 0,
                by_reference: false
            },
        ]
    );
}
