use super::gate;

#[test]
fn a_state_that_nothing_reaches() {
    gate(
        r#"
        #[messages] pub enum Message { Go }
        #[state(initial)] #[receive(Go => second)] pub mod first {}
        #[state] #[receive(Go => first)]
        pub mod second {
            #[state(initial)] pub mod here {}
            #[state] pub mod there { #[state] pub mod inside {} }
            //               ^^^^^ no chain of transitions reaches the state `there`
            // | help: name it as a target: `#[receive(… => there)]`; or keep it with `#[allow(unreachable)]`
        }
        #[state] #[receive(Go => fourth)] pub mod third {}
        //                                        ^^^^^ no chain of transitions reaches the state `third`
        // | help: name it as a target: `#[receive(… => third)]`; or keep it with `#[allow(unreachable)]`
        #[state] #[receive(Go => third)] pub mod fourth {}
        "#,
    );
}

#[test]
fn what_is_kept_and_what_it_reaches() {
    gate(
        r#"
        #[messages] pub enum Message { Go }
        #[state(initial)] #[receive(Go => second)] pub mod first {}
        #[state] #[receive(Go => first)] pub mod second {}
        #[state] #[allow(unreachable)] #[receive(Go => fourth)] pub mod third {}
        #[state] #[receive(Go => third)] pub mod fourth {}
        #[state] #[receive(Go => third)] pub mod fifth {}
        //                                       ^^^^^ no chain of transitions reaches the state `fifth`
        // | help: name it as a target: `#[receive(… => fifth)]`; or keep it with `#[allow(unreachable)]`
        "#,
    );
}

#[test]
fn an_unknown_target_makes_nothing_unreachable() {
    gate(
        r#"
        #[messages] pub enum Message { Go }
        #[state(initial)] #[receive(Go => secnd)] pub mod first {}
        //                                ^^^^^ there is no state `secnd`
        // | help: did you mean `second`?
        #[state] #[receive(Go => nowhere)] pub mod second {}
        //                       ^^^^^^^ there is no state `nowhere`
        // | help: add `#[state] pub mod nowhere {}`, or name `first`, `second` or `third`
        #[state] #[receive(Go => first)] pub mod third {}
        "#,
    );
}

#[test]
fn a_misspelt_target_counts_as_what_was_meant() {
    gate(
        r#"
        #[messages] pub enum Message { Go }
        #[state(initial)] #[receive(Go => secnd)] pub mod first {}
        //                                ^^^^^ there is no state `secnd`
        // | help: did you mean `second`?
        #[state] #[receive(Go => first)] pub mod second {}
        #[state] #[receive(Go => first)] pub mod third {}
        //                                       ^^^^^ no chain of transitions reaches the state `third`
        // | help: name it as a target: `#[receive(… => third)]`; or keep it with `#[allow(unreachable)]`
        "#,
    );
}

#[test]
fn regions_are_entered_together() {
    gate(
        r#"
        #[messages] pub enum Message { Go }
        #[state(initial)] #[receive(Go => on)] pub mod first {}
        #[state(parallel)] #[receive(Go => first)]
        pub mod both {
            #[state]
            pub mod lamp {
                #[state(initial)] pub mod off {}
                #[state] pub mod on {}
            }
            #[state]
            pub mod bell { #[state(initial)] pub mod silent {} #[state] pub mod ringing {} }
            //                                                                  ^^^^^^^ no chain of transitions reaches the state `ringing`
            // | help: name it as a target: `#[receive(… => ringing)]`; or keep it with `#[allow(unreachable)]`
        }
        "#,
    );
}
