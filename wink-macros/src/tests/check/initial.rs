use super::gate;

#[test]
fn no_initial_state() {
    gate(
        r#"
//      ^^^^ the machine `gate` has no initial state
// | help: mark the state in which it starts: `#[state(initial)] pub mod first`
        #[messages] pub enum Message { Next }
        #[state] #[receive(Next => second)] pub mod first {}
        #[state] #[receive(Next => first)] pub mod second {}
        "#,
    );
}

#[test]
fn two_initial_states() {
    gate(
        r#"
        #[messages] pub enum Message { Next }
        #[state(initial)] #[receive(Next => second)] pub mod first {}
        //      ------- the first initial state of `gate` is here
        #[state(initial)] #[receive(Next => first)] pub mod second {}
        //      ^^^^^^^ a second initial state in `gate`
        // | help: write `#[state]` here or there
        "#,
    );
}

#[test]
fn two_initial_children() {
    gate(
        r#"
        #[messages] pub enum Message { Next }
        #[state(initial)] #[receive(Next => right)]
        pub mod whole {
            #[state(initial)] pub mod left {}
            //      ------- the first initial state of `whole` is here
            #[state(initial)] pub mod right {}
            //      ^^^^^^^ a second initial state in `whole`
            // | help: write `#[state]` here or there
        }
        "#,
    );
}

#[test]
fn a_machine_without_states_needs_none() {
    gate("#[messages] pub enum Message { Next } #[receive(Next)] fn next() {}");
}

#[test]
fn a_composite_without_an_initial_child_rests_in_itself() {
    gate(
        r#"
        #[messages] pub enum Message { Next, Back }
        #[state(initial)] #[receive(Next => inside)] #[receive(Back => whole)]
        pub mod whole { #[state] pub mod inside {} }
        "#,
    );
}

#[test]
fn a_composite_whose_history_is_a_target() {
    gate(
        r#"
        #[messages] pub enum Message { Next, Back }
        #[state(initial)] #[receive(Next => left)] #[ignore(Back)]
        pub mod away {}
        #[state] #[receive(Next => right)] #[receive(Back => away)]
        pub mod whole {
        //      ^^^^^ `whole` needs an initial child: its history is a target, and at first there is none
        // | help: mark the child in which it starts: `#[state(initial)] pub mod left`
            #[state] pub mod left {}
            #[state] pub mod right {}
        }
        #[state] #[receive(Back => deep_history(whole))] #[receive(Next => history(whole))]
        //                                      ----- the history of `whole` is wanted here
        pub mod other {}
        #[after("1s" => other)] fn late() {}
        "#,
    );
}

#[test]
fn a_composite_region() {
    gate(
        r#"
        #[messages] pub enum Message { Next }
        #[state(initial, parallel)]
        pub mod both {
            #[state] #[receive(Next => right)]
            pub mod lamp { #[state] pub mod left {} #[state] pub mod right {} }
            //      ^^^^ `lamp` needs an initial child: it is a region of the parallel state `both`
            // | help: mark the child in which it starts: `#[state(initial)] pub mod left`
            #[state] pub mod bell {}
        }
        "#,
    );
}

#[test]
fn an_initial_region_and_a_final_one() {
    gate(
        r#"
        #[messages] pub enum Message { Next }
        #[state(initial, parallel)] #[receive(Next)]
        pub mod both {
            #[state(initial)] pub mod lamp {}
            //      ^^^^^^^ the regions of a parallel state start together: `initial` says nothing on `lamp`
            // | help: write `#[state]`; `both` is parallel
            #[state(final)] pub mod bell {}
            //      ^^^^^ `bell` is a region of the parallel state `both`, and a region cannot be final
            // | help: put the final state into the region: `pub mod bell { #[state(final)] pub mod finished {} }`
        }
        "#,
    );
}

#[test]
fn the_default_of_a_history_inside_a_region_is_not_asked_twice() {
    gate(
        r#"
        #[messages] pub enum Message { Next }
        #[state(initial, parallel)]
        pub mod both {
            #[state] #[receive(Next => history(lamp))]
            pub mod lamp { #[state] pub mod on {} }
            //      ^^^^ `lamp` needs an initial child: it is a region of the parallel state `both`
            // | help: mark the child in which it starts: `#[state(initial)] pub mod on`
        }
        "#,
    );
}
