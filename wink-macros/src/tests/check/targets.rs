use super::gate;

#[test]
fn a_target_in_another_region() {
    gate(
        r#"
        #[messages] pub enum Message { Next, Ring }
        #[state(initial, parallel)] #[ignore(Next | Ring)]
        pub mod both {
            #[state]
            pub mod lamp {
                #[state(initial)] #[receive(Next => on)] #[receive(Ring => ringing)] pub mod off {}
                //                                                         ^^^^^^^ `ringing` lies in `bell`, another region of the parallel state `both`
                // | help: a region moves only itself: write the row in `mod bell`, `#[receive(Ring => ringing)]`
                #[state] #[receive(Next => off)] #[receive(Ring => bell)] pub mod on {}
                //                                                 ^^^^ `bell` is another region of the parallel state `both`
                // | help: a region moves only itself: write the row in `mod bell`, `#[receive(Ring => bell)]`
            }
            #[state]
            pub mod bell {
                #[state(initial)] pub mod silent {}
                #[state] #[after("1s" => silent)] pub mod ringing {}
            }
        }
        "#,
    );
}

#[test]
fn a_history_in_another_region() {
    gate(
        r#"
        #[messages] pub enum Message { Next, Ring }
        #[state(initial, parallel)] #[ignore(Next)]
        pub mod both {
            #[state] #[receive(Ring => history(bell))] pub mod lamp {}
            //                                 ^^^^ `bell` is another region of the parallel state `both`
            // | help: a region moves only itself: write the row in `mod bell`, `#[receive(Ring => history(bell))]`
            #[state]
            pub mod bell {
                #[state(initial)] #[receive(Next => ringing)] pub mod silent {}
                #[state] #[after("1s" => silent)] pub mod ringing {}
            }
        }
        "#,
    );
}

#[test]
fn the_history_of_a_leaf() {
    gate(
        r#"
        #[messages] pub enum Message { Next }
        #[state(initial)] #[receive(Next => history(second))] pub mod first {}
        //                                          ^^^^^^ `second` has no children, so it has no history
        // | help: write `=> second`, or `history(…)` of a state that has children
        #[state] #[receive(Next => deep_history(first))] pub mod second {}
        //                                      ^^^^^ `first` has no children, so it has no history
        // | help: write `=> first`, or `deep_history(…)` of a state that has children
        "#,
    );
}

#[test]
fn one_target_twice() {
    gate(
        r#"
        #[messages] pub enum Message { Next }
        #[state(initial)]
        pub mod first { #[receive(Next => second | stay | second)] fn next() -> Goto { Goto::Stay } }
        //                                ------ `second` is named here first
        //                                                ^^^^^^ the target `second` is named twice in this row
        // | help: remove `| second`
        #[state] #[receive(Next => first)] pub mod second {}
        "#,
    );
}

#[test]
fn a_parallel_state_as_a_whole_may_aim_at_any_region() {
    gate(
        r#"
        #[messages] pub enum Message { Next }
        #[state(initial, parallel)] #[receive(Next => on)]
        pub mod both {
            #[state]
            pub mod lamp {
                #[state(initial)] pub mod off {}
                #[state] #[after("1s" => off)] pub mod on {}
            }
            #[state] pub mod bell {}
        }
        "#,
    );
}
