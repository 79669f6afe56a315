//! Mistakes in the machine's module, its data and its messages.

use crate::compile::{Source, compile};
use crate::tests::fixture::check_form;
use std::str::FromStr;

#[test]
fn a_machine_is_a_module_with_a_body() {
    check_form(
        r#"
        pub struct Gate;
        //  ^^^^^^ a machine is a module
        // | help: write `#[machine] pub mod turnstile { … }`
        "#,
    );
    check_form(
        r#"
        pub mod gate;
        //      ^^^^ machine `gate` has no body here
        // | help: write it where it is declared: `pub mod gate { … }`
        "#,
    );
    check_form(
        r#"
        mod
      //^^^ a machine is a module
      // | help: write `#[machine] pub mod turnstile { … }`
        "#,
    );
    check_form(
        r#"
        pub mod gate { #[data] pub struct Gate; #[messages] pub enum Message {} }
        pub mod other {}
      //^^^ only one module can stand in `machine! { … }`
      // | help: give the next machine a `machine! { … }` of its own
        "#,
    );
}

#[test]
fn nothing_is_no_machine() {
    let source = Source {
        arguments: Default::default(),
        item: Default::default(),
        notes: None,
    };
    let tokens = compile(source).to_string();
    assert!(tokens.contains("a machine is a module"), "{tokens}");
}

#[test]
fn a_machine_has_one_data_struct_and_one_messages_enum() {
    check_form(
        r#"
        pub mod turnstile_gate {}
        //      ^^^^^^^^^^^^^^ machine `turnstile_gate` has no data
        // | help: add `#[data] #[derive(Default)] pub struct TurnstileGate;`
        //      ^^^^^^^^^^^^^^ machine `turnstile_gate` has no messages
        // | help: add `#[messages] pub enum Message { … }`
        "#,
    );
    check_form(
        r#"
        pub mod gate {
            #[data]
            //---- the first one is here
            pub struct Gate;
            #[data]
            //^^^^ a machine has one `#[data]` only
            // | help: remove `#[data]` here
            pub struct Other;
            #[messages]
            //-------- the first one is here
            pub enum Message {}
            #[messages]
            //^^^^^^^^ a machine has one `#[messages]` only
            // | help: remove `#[messages]` here
            pub enum More {}
        }
        "#,
    );
    check_form(
        r#"
        pub mod gate {
            #[data]
            //^^^^ `#[data]` marks a struct
            // | help: write `pub struct Turnstile { … }`, with the enum in a field if it must be
            pub enum Gate {}
            #[messages]
            //^^^^^^^^ `#[messages]` marks an enum
            // | help: write one variant a message: `pub enum Message { Coin { value: u32 }, Push }`
            pub struct Message;
        }
        "#,
    );
}

#[test]
fn the_attributes_may_only_be_forgotten() {
    check_form(
        r#"
        pub mod gate {
        //      ^^^^ machine `gate` has no data
        // | help: write `#[data]` above `struct Gate`
        //      ^^^^ machine `gate` has no messages
        // | help: write `#[messages]` above `enum Message`
            pub struct Gate;
            pub enum Message {
                #[reply(u32)]
                Push
            }
            #[receive(Push)]
            fn push(gate: &mut Gate, value: u32) {}
        }
        "#,
    );
}

#[test]
fn data_and_messages_are_written_plainly() {
    check_form(
        r#"
        pub mod gate {
            #[cfg(unix)]
            //^^^ `#[cfg]` cannot stand on the data: the chart is the same in every build
            // | help: put `#[cfg(…)]` on the whole machine, or inside the function
            #[data(copy)]
            //    ^^^^^^ this is not how `#[data]` is written
            // | help: write `#[data]`
            pub struct Gate<L: Lamp = Dark>(L) where L: Send;
            #[messages]
            pub enum Message<T> {
            //              ^ the messages enum `Message` cannot be generic
            // | help: write `pub enum Message { … }` with concrete types in its fields
                #[reply]
                //^^^^^ this is not how `#[reply]` is written
                // | help: write the answer's type: `#[reply(u32)]`
                A,
                #[reply()]
                //     ^^ this is not how `#[reply]` is written
                // | help: write the answer's type: `#[reply(u32)]`
                B,
                #[reply(u8)]
                #[reply(u8)]
                //^^^^^ `reply` is said twice
                // | help: remove `reply` here
                C,
                #[receive(A)]
                //^^^^^^^ `#[receive]` cannot stand on a message
                // | help: it belongs on a function or on the module of a state
                D { #[entry] value: T },
                //    ^^^^^ `#[entry]` cannot stand on a field
                // | help: it belongs on a function of a state or of the machine
                #[cfg(unix)]
                //^^^ `#[cfg]` cannot stand on a message: the chart is the same in every build
                // | help: put `#[cfg(…)]` on the whole machine, or inside the function
                E(pub u8, Vec<(u8, T)>),
                F = 3,
            }
        }
        "#,
    );
}

#[test]
fn options_of_the_machine_are_known() {
    check_form(
        r#"
        #[machine(name = "family/Parent", nmae = "x", version = 3, name = "a/B")]
        //                                ^^^^ `#[machine]` has no option `nmae`
        // | help: did you mean `name`?
        //                                            ^^^^^^^ `#[machine]` has no option `version`
        // | help: it has `name`
        //                                                         ^^^^ `name` is said twice
        // | help: remove `name` here
        #[machine(name)]
        //        ^^^^ this is not how `#[machine]` is written
        // | help: write `#[machine]` or `#[machine(name = "family/Parent")]`
        #[machine("x")]
        //        ^^^ this is not how `#[machine]` is written
        // | help: write `#[machine]` or `#[machine(name = "family/Parent")]`
        #[machine(name = "Parent")]
        //               ^^^^^^^^ `Parent` is no name of a machine
        // | help: write a package and a name with a slash between: `name = "family/Parent"`
        #[machine(name = 3)]
        //               ^ this is not how `#[machine]` is written
        // | help: write `#[machine]` or `#[machine(name = "family/Parent")]`
        #[entry]
        //^^^^^ `#[entry]` cannot stand on a machine
        // | help: it belongs on a function of a state or of the machine
        pub mod gate { #[data] pub struct Gate; #[messages] pub enum Message {} }
        "#,
    );
}

#[test]
fn what_cannot_be_a_machine_comes_back_without_our_attributes() {
    let text = "#[data] pub struct Gate { x: u8 }";
    let item = proc_macro2::TokenStream::from_str(text).expect("tokens");
    let tokens = compile(Source {
        arguments: Default::default(),
        item,
        notes: None,
    })
    .to_string();
    assert!(tokens.starts_with("pub struct Gate { x : u8 }"), "{tokens}");
    assert!(tokens.contains("compile_error"), "{tokens}");

    let text = "pub mod gate {
        #[messages] pub enum Message { #[reply(u8)] A }
        #[state] mod open { #[receive(A)] fn f() -> Goto { 3 } #[doc(hidden)] pub fn g() {} }
    }";
    let item = proc_macro2::TokenStream::from_str(text).expect("tokens");
    let tokens = compile(Source {
        arguments: Default::default(),
        item,
        notes: None,
    })
    .to_string();
    let expected = "# [allow (dead_code , unused_imports)] pub mod gate { use super :: * ; \
        pub enum Message { A , } \
        mod open { use super :: * ; # [doc (hidden)] pub fn g () { } } }";
    assert!(tokens.starts_with(expected), "{tokens}");
}
