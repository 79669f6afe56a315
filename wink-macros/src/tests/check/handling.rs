use super::gate;

#[test]
fn one_state_forgets_two_messages() {
    gate(
        r#"
        #[messages] pub enum Message { Open, Close, Knock }
        #[state(initial)] #[receive(Open => open)] #[ignore(Close | Knock)] pub mod closed {}
        #[state] #[receive(Close => closed)] pub mod open {}
        //                                           ^^^^ `open` does not handle `Open` and `Knock`: it neither receives, inherits, ignores nor defers them
        // | help: add `#[ignore(Open
        // | Knock)]` to `mod open`, or a function with `#[receive(Open
        // | Knock)]`
        "#,
    );
}

#[test]
fn several_states_forget_one_message() {
    gate(
        r#"
        #[messages] pub enum Message { Go, Knock }
        //                                 ^^^^^ `Knock` is not handled in `loud` and `very_loud`: no row there receives, inherits, ignores or defers it
        // | help: add `#[ignore(Knock)]` to each of them, or once to `mod first` around them, or a function with `#[receive(Knock)]`
        #[state(initial)] #[receive(Go => second)]
        pub mod first {
            #[state(initial)] #[receive(Knock)] pub mod quiet {}
            #[state] pub mod loud {}
            #[state] pub mod very_loud {}
            #[after("1s" => loud)] fn louder() {}
            #[after("2s" => very_loud)] fn loudest() {}
        }
        #[state] #[receive(Go => first)] #[defer(Knock)] pub mod second {}
        "#,
    );
}

#[test]
fn nobody_handles_a_message_or_a_question() {
    gate(
        r#"
        #[messages] pub enum Message { Go, Knock, #[reply(u32)] Total }
        //                                 ^^^^^ `Knock` is not handled in `first` and `second`: no row there receives, inherits, ignores or defers it
        // | help: add `#[ignore(Knock)]` to each of them, or once to `mod gate` for all states, or a function with `#[receive(Knock)]`
        //                                                      ^^^^^ `Total` is not handled in `first` and `second`: no row there receives, inherits, ignores or defers it
        // | help: add `#[receive(Total)] fn answer() -> u32 { … }` to each of them, or once to `mod gate` for all states
        #[state(initial)] #[receive(Go => second)] pub mod first {}
        #[state] #[receive(Go => first)] pub mod second {}
        "#,
    );
}

#[test]
fn one_state_forgets_a_question() {
    gate(
        r#"
        #[messages] pub enum Message { Go, #[reply(u32)] Total }
        #[state(initial)] #[receive(Go => second)]
        pub mod first { #[receive(Total)] fn total() -> u32 { 0 } }
        #[state] #[receive(Go => first)] pub mod second {}
        //                                       ^^^^^^ `second` does not handle `Total`: it neither receives, inherits, ignores nor defers it
        // | help: add `#[receive(Total)] fn answer() -> u32 { … }` to `mod second`
        "#,
    );
}

#[test]
fn inherited_by_any_or_by_the_machine_is_handled() {
    gate(
        r#"
        #[messages] pub enum Message { Go, Knock, Ring }
        #[receive(Ring)] fn ring() {}
        #[state(initial)] #[receive(_)]
        pub mod first { #[state(initial)] #[receive(Go => second)] pub mod part {} }
        #[state] #[receive(Go => first)] #[ignore(Knock)] pub mod second {}
        "#,
    );
}

#[test]
fn a_state_that_is_left_at_once_handles_nothing() {
    gate(
        r#"
        #[messages] pub enum Message { Go }
        #[state(initial)] #[receive(Go => choosing)] pub mod first {}
        #[state] #[always(=> whole)] pub mod choosing {}
        #[state] #[done(=> first)]
        pub mod whole {
            #[state(initial)] #[receive(Go => finished)] pub mod working {}
            #[state(final)] pub mod finished {}
        }
        #[state(final)] pub mod over {}
        #[after("1h" => over)] fn late() {}
        "#,
    );
}

#[test]
fn a_final_child_that_stays_is_its_parents_business() {
    gate(
        r#"
        #[messages] pub enum Message { Go }
        #[state(initial)]
        pub mod whole {
            #[state(initial)] #[receive(Go => finished)] pub mod working {}
            #[state(final)] pub mod finished {}
            //                      ^^^^^^^^ `finished` does not handle `Go`: it neither receives, inherits, ignores nor defers it
            // | help: add `#[ignore(Go)]` to `mod whole`, or a function with `#[receive(Go)]`
        }
        "#,
    );
}

#[test]
fn one_region_is_enough() {
    gate(
        r#"
        #[messages] pub enum Message { Flip, Ring, Knock }
        #[state(initial, parallel)]
        pub mod both {
        //      ^^^^ `both` does not handle `Knock`: it neither receives, inherits, ignores nor defers it
        // | help: add `#[ignore(Knock)]` to `mod both`, or a function with `#[receive(Knock)]`
            #[state]
            pub mod lamp {
                #[state(initial)] #[receive(Flip => on)] pub mod off {}
                #[state] #[receive(Flip => off)] pub mod on {}
            }
            #[state]
            pub mod bell {
                #[state(initial)] #[receive(Ring => ringing)] pub mod silent {}
                #[state] #[after("1s" => silent)] pub mod ringing {}
                //                                        ^^^^^^^ `ringing` does not handle `Ring`: it neither receives, inherits, ignores nor defers it
                // | help: add `#[ignore(Ring)]` to `mod ringing`, or a function with `#[receive(Ring)]`
            }
        }
        "#,
    );
}

#[test]
fn an_unknown_message_leaves_nothing_unhandled() {
    gate(
        r#"
        #[messages] pub enum Message { Open, Close }
        #[state(initial)] #[receive(Opne => open)] #[ignore(Close)] pub mod closed {}
        //                          ^^^^ `Message` has no message `Opne`
        // | help: did you mean `Open`?
        #[state] #[receive(Slam => closed)] pub mod open {}
        //                 ^^^^ `Message` has no message `Slam`
        // | help: add `Slam` to `enum Message`, or name `Open` or `Close`
        "#,
    );
}
