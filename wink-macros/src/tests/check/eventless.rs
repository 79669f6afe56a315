use super::gate;

#[test]
fn a_cycle_without_a_guard() {
    gate(
        r#"
        #[messages] pub enum Message { Go }
        #[state(initial)] #[receive(Go => red)] pub mod waiting {}
        #[state] #[always(=> green)] pub mod red {}
        //         ^^^^^^ an eventless cycle without a guard: `red => green => yellow => red`
        // | help: give one of its rows a guard, here: `#[always(if … => green)]`
        #[state] #[always(=> yellow)] pub mod green {}
        #[state] #[always(=> red)] pub mod yellow {}
        "#,
    );
}

#[test]
fn a_cycle_through_a_composite() {
    gate(
        r#"
        #[messages] pub enum Message { Go }
        #[state(initial)] #[receive(Go => inner)] pub mod waiting {}
        #[state] #[always(=> outer)]
        //         ^^^^^^ an eventless cycle without a guard: `inner => inner`
        // | help: give one of its rows a guard, here: `#[always(if … => outer)]`
        pub mod outer { #[state(initial)] pub mod inner {} }
        "#,
    );
}

#[test]
fn a_guard_breaks_the_cycle() {
    gate(
        r#"
        #[messages] pub enum Message { Go }
        #[state(initial)] #[receive(Go => red)] pub mod waiting {}
        #[state] #[ignore(Go)] #[always(if data.full => waiting)] #[always(=> green)] pub mod red {}
        #[state] #[always(=> red)] pub mod green {}
        "#,
    );
}

#[test]
fn always_without_guard_and_target() {
    gate(
        r#"
        #[messages] pub enum Message { Go }
        #[state(initial)] #[receive(Go => second)]
        pub mod first {
            #[always(if gate.coins > 0)] fn count(gate: &mut Gate) {}
        }
        #[state] #[receive(Go => first)] #[always(if data.full)]
        //                                 ^^^^^^ this `always` row has no target and no function: once its guard holds, it is taken without end
        // | help: name the state to go to, `#[always(if data.full => state)]`; what is done once on arrival belongs in `#[entry]`
        pub mod second { #[always] fn spin() {} }
        //                 ^^^^^^ this `always` row has neither guard nor target: it would be taken without end
        // | help: name the state to go to, `#[always(if … => state)]`; what is done once on arrival belongs in `#[entry]`
        "#,
    );
}

#[test]
fn a_final_state_with_rows_or_children() {
    gate(
        r#"
        #[messages] pub enum Message { Go }
        #[state(initial)] #[receive(Go => whole)] pub mod first {}
        #[state] #[receive(Go => first)]
        pub mod whole {
            #[state(initial)] #[after("1s" => ended)] pub mod part {}
            #[state(final)] #[after("5s" => first)]
            //                ^^^^^ the final state `ended` cannot have rows: nothing leaves it
            // | help: move `#[after("5s" => first)]` to `mod whole`, or write `#[state]` for `ended`
            pub mod ended { #[receive(Go => first)] fn go() {} #[entry] fn fine() {} }
            //                ^^^^^^^ the final state `ended` cannot have rows: nothing leaves it
            // | help: move `#[receive(Go => first)]` to `mod whole`, or write `#[state]` for `ended`
        }
        #[state(final)]
        //      ^^^^^ the final state `over` cannot have children
        // | help: write `#[state]` for `over`, or move `inside` out of it
        pub mod over { #[state] pub mod inside {} }
        //                              ------ `inside` lies in the final state `over`
        #[after("1h" => over)] fn late() {}
        "#,
    );
}

#[test]
fn parallel_without_regions_and_parallel_final() {
    gate(
        r#"
        #[messages] pub enum Message { Go }
        #[state(initial, parallel)] #[receive(Go => over)] pub mod first {}
        //               ^^^^^^^^ the parallel state `first` has no regions
        // | help: write its regions as states inside it: `#[state] pub mod first {}`, or write `#[state]`
        #[state(final, parallel)] pub mod over {}
        //             ^^^^^^^^ `over` is final or parallel, not both
        // | help: remove `parallel`: a final state has no regions
        "#,
    );
}
