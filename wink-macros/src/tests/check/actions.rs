use super::gate;

#[test]
fn two_entry_functions() {
    gate(
        r#"
        #[messages] pub enum Message { Next }
        #[entry] fn start() {}
        //----- the first entry function of `gate` is here
        #[entry] fn begin() {}
        //^^^^^ a second entry function in `gate`; a state has one
        // | help: call it from `begin` and remove this `#[entry]`
        #[state(initial)] #[ignore(Next)]
        pub mod only {
            #[exit] fn leave() {}
            //---- the first exit function of `only` is here
            #[exit] fn go() {}
            //^^^^ a second exit function in `only`; a state has one
            // | help: call it from `go` and remove this `#[exit]`
        }
        "#,
    );
}

#[test]
fn a_row_on_an_exit() {
    gate(
        r#"
        #[messages] pub enum Message { Next }
        #[state(initial)]
        pub mod only {
            #[exit] #[receive(Next)] fn leave() {}
            //---- the function is an exit function
            //        ^^^^^^^ `#[receive]` on an exit function: an exit answers no event
            // | help: split it into two functions, one with `#[exit]` and one with `#[receive(Next)]`
            #[entry] #[ignore(Next)] fn come() {}
            //----- the function is an entry function
            //         ^^^^^^ `#[ignore]` on an entry function: an entry answers no event
            // | help: split it into two functions, one with `#[entry]` and one with `#[ignore(Next)]`
        }
        "#,
    );
}

#[test]
fn an_entry_or_exit_that_returns_too_much() {
    gate(
        r#"
        #[messages] pub enum Message { Next }
        #[state(initial)] #[ignore(Next)]
        pub mod only {
            #[entry] fn come() -> Goto { Goto::Stay }
            //                    ^^^^ an entry function cannot choose where to go
            // | help: return no `Goto`; to go on without a message, write `#[always(if guard => state)]` on the state
            #[exit] fn leave() -> Option<u32> { None }
            //                    ^^^^^^^^^^^ an exit function returns nothing; nobody would see this `Option<u32>`
            // | help: remove `-> Option<u32>`
        }
        "#,
    );
}

#[test]
fn an_entry_that_takes_a_field() {
    gate(
        r#"
        #[messages] pub enum Message { Coin { value: u32 } }
        #[state(initial)] #[ignore(Coin)]
        pub mod only {
            #[entry] fn come(gate: &mut Gate, value: u32) {}
            //                                ^^^^^ `value` can be filled by nothing: an `#[entry]` function has no message
            // | help: it can take `&Gate`, `&mut Gate` and `&mut Context`
            #[exit] fn leave(value: u32) {}
            //               ^^^^^ `value` can be filled by nothing: an `#[exit]` function has no message
            // | help: it can take `&Gate`, `&mut Gate` and `&mut Context`
        }
        "#,
    );
}
