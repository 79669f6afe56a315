use super::gate;

#[test]
fn a_trap_state() {
    gate(
        r#"
        #[messages] pub enum Message { Go }
        #[state(initial)] #[receive(Go => second)] pub mod first {}
        #[state] #[receive(Go => second)] pub mod second {}
        #[state] #[ignore(Go)] #[allow(trap_state)] pub mod third {}
        #[state] #[ignore(Go)] pub mod fourth { #[entry] fn end(cx: &mut Context) { cx.exit(); } }
        #[after("1s" => third)] #[after("2s" => fourth)] fn late() {}
        "#,
    );
}

#[test]
fn a_trap_in_a_machine_whose_own_rows_lead_nowhere() {
    gate(
        r#"
        #[messages] pub enum Message { Go }
        #[receive(Go)] fn go() {}
        #[state(initial)] #[after("1s" => second)] pub mod first {}
        #[state] pub mod second {}
        //               ^^^^^^ warning: no row leads out of `second`, and it is not final
        // | help: add a row with a target, `#[receive(Message => state)]`, or write `#[state(final)]`
        "#,
    );
}

#[test]
fn a_machine_or_a_region_of_one_state_is_no_trap() {
    gate(
        r#"
        #[messages] pub enum Message { Go }
        #[state(initial, parallel)]
        pub mod both {
            #[state] pub mod lamp { #[state(initial)] #[receive(Go)] pub mod on {} }
            #[state] pub mod bell {}
        }
        "#,
    );
}

#[test]
fn a_guard_with_nothing_behind_it() {
    gate(
        r#"
        #[messages] pub enum Message { Coin { value: u32 }, Note { value: u32 }, Push }
        #[receive(Note if value != 0)] fn note(value: u32) {}
        //                ^^^^^^^^^^ warning: when `value != 0` is false, nothing handles `Note` in `first`
        // | help: say below it what becomes of the rest, for example `#[ignore(Note)]`
        #[state(initial)] #[receive(Push => second)]
        pub mod first {
            #[receive(Coin if value > 100)] fn rich(value: u32) {}
            #[receive(Coin | Note if value >= 2 => second)] fn pay(value: u32) {}
            //                       ^^^^^^^^^^ warning: when `value >= 2` is false, nothing handles `Coin` in `first`
            // | help: say below it what becomes of the rest, for example `#[ignore(Coin)]`
        }
        #[state] #[receive(Push => first)] #[ignore(Note)]
        pub mod second {
            #[allow(guard_leaves_unhandled)]
            #[receive(Coin if !matches!(value, 1 | 2) && value < 7)] fn pay(value: u32) {}
        }
        "#,
    );
}

#[test]
fn a_state_entered_only_by_history() {
    gate(
        r#"
        #[messages] pub enum Message { Go }
        #[state(initial)] #[receive(Go => history(second))] pub mod first {}
        #[state] #[receive(Go => first)]
        pub mod second {
        //      ^^^^^^ warning: `second` is entered only by `history(second)`, so at first there is nothing to remember
        // | help: let the first way in be a plain one: `=> second`
            #[state(initial)] pub mod left {}
            #[state] pub mod right {}
            #[after("1s" => right)] fn late() {}
        }
        "#,
    );
}

#[test]
fn a_message_that_nobody_receives() {
    gate(
        r#"
        #[messages]
        pub enum Message { Go, Knock, Ring, #[allow(never_received)] Later }
        //                     ^^^^^ warning: no state receives `Knock`
        // | help: write a function with `#[receive(Knock)]`, or remove the message
        //                            ^^^^ warning: no state receives `Ring`
        // | help: write a function with `#[receive(Ring)]`, or remove the message
        #[state(initial)] #[receive(Go => second)] #[ignore(Knock)] #[defer(Ring | Later)] pub mod first {}
        #[state] #[receive(Go => first)] #[ignore(Knock | Ring | Later)] pub mod second {}
        "#,
    );
}

#[test]
fn a_row_that_leaves_the_whole_parallel_state() {
    gate(
        r#"
        #[messages] pub enum Message { Flip, Out, Reset, Again, Inside }
        #[state(initial)] #[receive(_ => both)] pub mod away {}
        #[state(parallel)] #[receive(_ => away)]
        pub mod both {
            #[state] #[receive(Again => lamp)] #[receive(Inside => on, reenter)] #[receive(Reset => off)]
            //                          ^^^^ warning: this row leaves all of the parallel state `both` and enters it again, not only the region `lamp`
            // | help: name a state inside `lamp`
            //                                                     ^^ warning: this row leaves all of the parallel state `both` and enters it again, not only the region `lamp`
            // | help: name a state inside `lamp`
            pub mod lamp {
                #[state(initial)] #[receive(Flip => on)] #[receive(Out => away)] pub mod off {}
                //                                                        ^^^^ warning: this row of the region `lamp` leaves all of the parallel state `both`, the other regions too
                // | help: put the row on `mod both` if every region may take it
                #[state] #[receive(Flip => off)] #[receive(Reset => lamp)] #[receive(Again => both)]
                #[allow(leaves_parallel)]
                pub mod on { #[receive(Out => away)] fn out() {} }
            }
            #[state] pub mod bell {}
        }
        "#,
    );
}

#[test]
fn a_function_without_its_attribute() {
    gate(
        r#"
        #[messages] pub enum Message { Go }
        #[state(initial)]
        pub mod only {
            /// Nobody calls it.
            fn green(gate: &mut Gate) {}
            // ^^^^^ warning: `green` has no attribute and is called nowhere in the machine
            // | help: write what calls it: `#[entry]`, `#[exit]` or `#[receive(Message)]` before `fn green`
            fn helper(gate: &mut Gate) {}
            pub fn public(gate: &mut Gate) {}
            fn holds(gate: &Gate) -> bool { true }
            #[cfg(test)] fn tested(gate: &mut Gate) {}
            fn unrelated(value: u32) {}
            #[receive(Go if holds(gate))] fn go(gate: &mut Gate) { helper(gate); }
            #[receive(Go)] fn stay() {}
        }
        "#,
    );
}
