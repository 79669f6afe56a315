//! Attributes where they do not belong, and misspelt ones.

use crate::tests::fixture::{check_form, check_in_gate};

#[test]
fn each_attribute_has_its_place() {
    check_in_gate(
        r#"
        #[entry]
        //^^^^^ `#[entry]` cannot stand on a struct
        // | help: it belongs on a function of a state or of the machine
        pub struct A;
        #[receive(Push)]
        //^^^^^^^ `#[receive]` cannot stand on an enum
        // | help: it belongs on a function or on the module of a state
        pub enum B { C }
        #[state]
        //^^^^^ `#[state]` cannot stand on a function
        // | help: it belongs on a module: `#[state] pub mod waiting { … }`
        fn d() {}
        #[data]
        //^^^^ `#[data]` cannot stand on a function
        // | help: it belongs on the struct that is the machine
        fn e() {}
        #[reply(u32)]
        //^^^^^ `#[reply]` cannot stand on a function
        // | help: it belongs on a variant of the messages enum
        #[receive(Push)]
        fn f() {}
        #[machine]
        //^^^^^^^ `#[machine]` cannot stand on a constant
        // | help: it belongs on the machine's module
        const G: u32 = 3;
        #[exit]
        //^^^^ `#[exit]` cannot stand on an import
        // | help: it belongs on a function of a state or of the machine
        use std::fmt;
        #[state(initial)]
        #[entry]
        //^^^^^ `#[entry]` cannot stand on a state
        // | help: it belongs on a function of a state or of the machine
        pub mod open {
            #[data]
            //^^^^ `#[data]` cannot stand on a struct
            // | help: it belongs on the struct that is the machine
            pub struct H;
            #[messages]
            //^^^^^^^^ `#[messages]` cannot stand on an enum
            // | help: it belongs on the enum of everything that the machine can be sent
            pub enum I {}
        }
        #[down]
        //^^^^ `#[down]` cannot stand on an impl block
        // | help: it belongs on a function or on the module of a state
        impl A {}
        enum Other {
            #[reply(u32)]
            //^^^^^ `#[reply]` cannot stand on this enum
            // | help: it belongs on a variant of the messages enum
            Total,
        }
        "#,
    );
}

#[test]
fn rows_stand_in_states() {
    check_in_gate(
        r#"
        #[receive(Push)]
        //^^^^^^^ `#[receive]` has no effect in module `helper`, which is no state
        // | help: make it a state: `#[state] pub mod helper { … }`
        pub mod helper {}
        mod helpers {
            #[receive(Push)]
            //^^^^^^^ `#[receive]` has no effect in module `helpers`, which is no state
            // | help: make it a state: `#[state] pub mod helpers { … }`
            fn a() {}
            #[entry]
            //^^^^^ `#[entry]` has no effect in module `helpers`, which is no state
            // | help: make it a state: `#[state] pub mod helpers { … }`
            fn b() {}
            #[state]
            //^^^^^ `#[state]` has no effect in module `helpers`, which is no state
            // | help: make it a state: `#[state] pub mod helpers { … }`
            pub mod lost {}
        }
        impl Gate {
            #[receive(Push)]
            //^^^^^^^ `#[receive]` has no effect on a method
            // | help: write the function in the machine's or the state's module, outside of any `impl`
            fn c() {}
        }
        #[state]
        //^^^^^ a state is a module with a body
        // | help: write `#[state] pub mod waiting { … }`
        mod elsewhere;
        mod tests {
            #[test]
            #[ignore]
            fn d() {}
        }
        #[test]
        #[ignore]
        fn e() {}
        "#,
    );
}

#[test]
fn a_misspelt_attribute_is_recognised() {
    check_in_gate(
        r#"
        #[recieve(Push)]
        //^^^^^^^ there is no attribute `recieve`
        // | help: did you mean `#[receive]`?
        fn a() {}
        #[entery]
        //^^^^^^ there is no attribute `entery`
        // | help: did you mean `#[entry]`?
        fn b() {}
        #[exits]
        //^^^^^ there is no attribute `exits`
        // | help: did you mean `#[exit]`?
        fn c() {}
        #[sttae(initial)]
        //^^^^^ there is no attribute `sttae`
        // | help: did you mean `#[state]`?
        pub mod open {
            #[recive(Coin if value > 1)]
            //^^^^^^ there is no attribute `recive`
            // | help: did you mean `#[receive]`?
            fn d(value: u32) {}
        }
        #[wink::receive(Push)]
        //^^^^^^^^^^^^^ the attributes inside of a machine are written without a path
        // | help: write `#[receive]`
        fn by_path() {}
        #[inline]
        #[retry]
        #[other::entry]
        #[test]
        fn e() {}
        "#,
    );
    check_form(
        r#"
        pub mod gate {
            #[daat]
            //^^^^ there is no attribute `daat`
            // | help: did you mean `#[data]`?
            pub struct Gate;
            #[mesages]
            //^^^^^^^ there is no attribute `mesages`
            // | help: did you mean `#[messages]`?
            pub enum Message {
                #[replay(u32)]
                //^^^^^^ there is no attribute `replay`
                // | help: did you mean `#[reply]`?
                Total,
            }
        }
        "#,
    );
}

#[test]
fn options_of_states_are_known() {
    check_in_gate(
        r#"
        #[state(inital)]
        //      ^^^^^^ `#[state]` has no option `inital`
        // | help: did you mean `initial`?
        pub mod a {}
        #[state(start)]
        //      ^^^^^ `#[state]` has no option `start`
        // | help: it has `initial`, `final` and `parallel`
        pub mod b {}
        #[state(initial, initial)]
        //               ^^^^^^^ `initial` is said twice
        // | help: remove `initial` here
        pub mod c {}
        #[state("initial")]
        //      ^^^^^^^^^ this is not how `#[state]` is written
        // | help: write `#[state]`, `#[state(initial)]`, `#[state(final)]` or `#[state(parallel)]`
        pub mod e {}
        #[state = "initial"]
        //      ^ this is not how `#[state]` is written
        // | help: write `#[state]`, `#[state(initial)]`, `#[state(final)]` or `#[state(parallel)]`
        pub mod f {}
        #[state]
        #[state]
        //^^^^^ `state` is said twice
        // | help: remove `state` here
        pub mod g {}
        #[state(initial,)]
        pub mod h {}
        #[cfg(unix)]
        //^^^ `#[cfg]` cannot stand on a state: the chart is the same in every build
        // | help: put `#[cfg(…)]` on the whole machine, or inside the function
        #[state()]
        pub mod i {}
        "#,
    );
}

#[test]
fn entry_and_exit_have_no_arguments() {
    check_in_gate(
        r#"
        #[entry(now)]
        //     ^^^^^ this is not how `#[entry]` is written
        // | help: write `#[entry]`
        fn a() {}
        #[exit]
        #[exit]
        //^^^^ `exit` is said twice
        // | help: remove `exit` here
        fn b() {}
        #[cfg(unix)]
        //^^^ `#[cfg]` cannot stand on a function of a machine: the chart is the same in every build
        // | help: put `#[cfg(…)]` on the whole machine, or inside the function
        #[receive(Push)]
        fn c() {}
        "#,
    );
}
