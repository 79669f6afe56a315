use super::gate;

#[test]
fn two_receivers_of_which_the_first_is_unguarded() {
    gate(
        r#"
        #[messages] pub enum Message { Next, Coin { value: u32 } }
        #[state(initial)] #[ignore(Coin)] #[receive(Next => second)]
        //                         ---- the first row for `Coin` takes it always
        pub mod first {
            #[receive(Coin if value > 1)] fn pay(value: u32) {}
            //        ^^^^ a second row for `Coin` in `first`; the first has no guard, so this one is never taken
            // | help: move `#[ignore(Coin)]` below `#[receive(Coin if value > 1)]` on `fn pay`
        }
        #[state]
        pub mod second {
            #[receive(Coin if value > 1)] fn rich(value: u32) {}
            #[receive(Coin)] fn poor(value: u32) {}
            //        ---- the first row for `Coin` takes it always
            #[receive(Next => first)] fn next() {}
            //        ---- the first row for `Next` takes it always
            #[receive(Coin | Next)] fn late() {}
            //        ^^^^ a second row for `Coin` in `second`; the first has no guard, so this one is never taken
            // | help: remove one of them, or give the first a guard: `#[receive(Coin if …)]`
            //               ^^^^ a second row for `Next` in `second`; the first has no guard, so this one is never taken
            // | help: remove one of them, or give the first a guard: `#[receive(Next if … => first)]`
        }
        "#,
    );
}

#[test]
fn one_message_twice_in_a_row() {
    gate(
        r#"
        #[messages] pub enum Message { Next }
        #[state(initial)] #[receive(Next | Next)] pub mod only {}
        //                                 ^^^^ `Next` is named twice in this row
        // | help: remove `| Next`
        "#,
    );
}

#[test]
fn a_row_after_any() {
    gate(
        r#"
        #[messages] pub enum Message { Next, Back }
        #[state(initial)]
        pub mod first {
            #[receive(_)] fn any() {}
            //        - `_` stands here
            #[receive(Next => second)] fn next() {}
            //        ^^^^ `Next` is named after `_` in `first`; `_` stands last, for what no other row names
            // | help: move the row with `_` to the end of `mod first`
        }
        #[state] #[ignore(_)]
        pub mod second { #[receive(Back => first)] fn back() {} }
        "#,
    );
}

#[test]
fn any_twice_and_any_beside_names() {
    gate(
        r#"
        #[messages] pub enum Message { Next, Back }
        #[state(initial)]
        pub mod first {
            #[receive(Next => second)] fn next() {}
            #[receive(_)] fn any() {}
            //        - the first row for `_` takes it always
            #[receive(_)] fn all() {}
            //        ^ a second row for `_` in `first`; the first has no guard, so this one is never taken
            // | help: remove one of them, or give the first a guard: `#[receive(_ if …)]`
        }
        #[state]
        pub mod second { #[receive(Back | _ => first)] fn back() {} }
        //                                ^ `_` stands alone: it is every message that nothing else receives
        // | help: write `#[receive(_)]`, or remove `_` here
        "#,
    );
}

#[test]
fn two_rows_for_one_signal() {
    gate(
        r#"
        #[messages] pub enum Message { Next }
        #[state(initial)] #[ignore(Next)]
        pub mod first {
            #[child(exited => second)] fn ended() {}
            //----- the first row for `child` takes it always
            #[child(exited)] fn ended_again() {}
            //^^^^^ a second row for `child` in `first`; the first has no guard, so this one is never taken
            // | help: remove one of them, or give the first a guard: `#[child(exited if … => second)]`
            #[child(started)] fn began() {}
            #[down] fn gone() {}
            //---- the first row for `down` takes it always
            #[down] fn gone_too() {}
            //^^^^ a second row for `down` in `first`; the first has no guard, so this one is never taken
            // | help: remove one of them, or give the first a guard: `#[down(if …)]`
        }
        #[state] #[ignore(Next)] #[after("1s" => first)] #[after("2s" => first)]
        pub mod second {}
        "#,
    );
}

#[test]
fn ignore_on_a_function() {
    gate(
        r#"
        #[messages] pub enum Message { Next, Back }
        #[state(initial)] #[receive(Next => second)]
        pub mod first { #[ignore(Back)] fn nothing() {} }
        //                ^^^^^^ `#[ignore(Back)]` calls no function, so `nothing` would never run
        // | help: put `#[ignore(Back)]` on the state's `mod`, or write `#[receive(…)]`
        #[state] #[receive(Back => first)]
        pub mod second { #[defer(Next)] fn later() {} }
        //                 ^^^^^ `#[defer(Next)]` calls no function, so `later` would never run
        // | help: put `#[defer(Next)]` on the state's `mod`, or write `#[receive(…)]`
        "#,
    );
}

#[test]
fn reenter_without_anything_to_enter() {
    gate(
        r#"
        #[messages] pub enum Message { Next, Back }
        #[receive(Back => first, reenter)] fn back() {}
        //                       ^^^^^^^ `reenter` on a row of `gate` itself: a machine is not left before it ends
        // | help: remove `reenter`
        #[state(initial)]
        pub mod first { #[receive(Next => second)] fn next() {} }
        #[state]
        pub mod second { #[receive(Next => stay, reenter)] fn next() {} }
        //                                       ^^^^^^^ `reenter` without a target: nothing is left, so nothing is entered again
        // | help: name a state, `#[receive(Next => state, reenter)]`, or remove `reenter`
        "#,
    );
}

#[test]
fn done_where_nothing_is_ever_done() {
    gate(
        r#"
        #[messages] pub enum Message { Next }
        #[done(=> leaf)] fn end() {}
        //^^^^ a machine that is done has ended: no row of its own is taken
        // | help: what happens at the end belongs in `#[exit]` on the machine
        #[state(initial)] #[ignore(Next)] #[done(=> whole)] pub mod leaf {}
        //                                  ^^^^ `leaf` has no children, so it is never done
        // | help: put the row on the state whose final child is reached, or write `#[always(=> …)]` on `leaf`
        #[state] #[receive(Next => both)] #[done(=> leaf)]
        //                                  ^^^^ `whole` is never done: it has no final child
        // | help: write a final state into `mod whole`: `#[state(final)] pub mod finished {}`
        pub mod whole { #[state(initial)] pub mod part {} }
        #[state(parallel)] #[receive(Next => right)] #[done(=> leaf)]
        //                                             ^^^^ `both` is never done: its region `bell` has no final state
        // | help: write a final state into `mod bell`: `#[state(final)] pub mod finished {}`
        pub mod both {
            #[state]
            pub mod lamp { #[state(initial)] #[after("1s" => burnt)] pub mod on {} #[state(final)] pub mod burnt {} }
            #[state] pub mod bell {}
        }
        #[state] #[done(=> leaf)] #[receive(Next => finished)]
        pub mod right {
            #[state(initial)] pub mod working {}
            #[state(final)] pub mod finished {}
        }
        "#,
    );
}
