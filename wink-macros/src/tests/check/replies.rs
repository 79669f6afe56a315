use super::gate;

#[test]
fn a_question_without_an_answer() {
    gate(
        r#"
        #[messages] pub enum Message { #[reply(u32)] Total, #[reply(bool)] Ready, #[reply(u8)] Level }
        #[receive(Total)] fn total() {}
        //                   ^^^^^ `total` receives the question `Total` and does not answer it
        // | help: return the answer, `-> u32`, or answer later with a parameter `reply: Reply<u32>`
        #[state(initial)] #[receive(Ready => second)]
        //                          ^^^^^ `Ready` is a question, and a row without a function cannot answer it
        // | help: write `#[receive(Ready)] fn answer() -> bool { … }`
        pub mod first { #[receive(Level => second | stay)] fn level() -> Goto { Goto::Stay } }
        //                                                               ^^^^ `level` receives the question `Level` and does not answer it
        // | help: return the answer, `-> (u8, Goto)`, or answer later with a parameter `reply: Reply<u8>`
        #[state] #[ignore(Ready | Level)] #[after("1s" => first)]
        pub mod second {}
        "#,
    );
}

#[test]
fn an_answer_of_another_type() {
    gate(
        r#"
        #[messages]
        pub enum Message { #[reply(u32)] Total, #[reply(Option<String>)] Name, #[reply(Celsius)] Warmth, #[reply(u8)] Level }
        //                               ----- `Total` is declared with `#[reply(u32)]`
        //                                                               ---- `Name` is declared with `#[reply(Option<String>)]`
        #[state(initial)]
        pub mod only {
            #[receive(Total)] fn total() -> u64 { 0 }
            //                              ^^^ `Total` is answered with `u32`, not with `u64`
            // | help: write `u32` here, or `#[reply(u64)]` there
            #[receive(Name)] fn name(reply: Reply<String>) {}
            //                                    ^^^^^^ `Name` is answered with `Option<String>`, not with `String`
            // | help: write `Option<String>` here, or `#[reply(String)]` there
            #[receive(Warmth)] fn warmth() -> f32 { 0.0 }
            #[receive(Level)] fn level(reply: Reply<u8>) -> u8 { 0 }
            //                         ----- the answer is promised here
            //                                              ^^ `Level` would be answered twice: by the return value and by `Reply`
            // | help: remove the parameter, or the `u8` that is returned
        }
        "#,
    );
}

#[test]
fn an_answer_to_a_message_that_asks_nothing() {
    gate(
        r#"
        #[messages] pub enum Message { Push, Pull, #[reply(u32)] Total }
        #[state(initial)] #[after("1s" => second)]
        pub mod first {
            #[receive(Push)] fn push() -> bool { true }
            //                            ^^^^ `Push` asks nothing, so nobody hears this `bool`
            // | help: remove `-> bool`, or make the message a question: `#[reply(bool)] Push`
            #[receive(Pull)] fn pull(reply: Reply<Option<u32>>) {}
            //                       ^^^^^^^^^^^^^^^^^^^^^^^^^ `Pull` asks nothing, so nobody hears this `Reply<Option<u32>>`
            // | help: remove the parameter, or make the message a question: `#[reply(Option<u32>)] Pull`
            #[receive(Total)] fn total() -> (u32) { 0 }
        }
        #[state] #[ignore(Total)]
        pub mod second {
            #[receive(_)] fn any() -> u32 { 0 }
            //                        ^^^ `_` asks nothing, so nobody hears this `u32`
            // | help: remove `-> u32`
            #[after("1s" => first)] fn late() -> (u32, Goto) { (0, Goto::First) }
            //                                    ^^^ `after` asks nothing, so nobody hears this `u32`
            // | help: remove `-> u32`
        }
        "#,
    );
}

#[test]
fn a_question_beside_a_plain_message() {
    gate(
        r#"
        #[messages] pub enum Message { Push, #[reply(u32)] Total }
        #[state(initial)]
        pub mod only { #[receive(Push | Total)] fn both() -> u32 { 0 } }
        //                              ^^^^^ `Total` is a question and `Push` is not: one function cannot answer both
        // | help: write two functions, one with `#[receive(Push)]` and one with `#[receive(Total)]`
        "#,
    );
}

#[test]
fn any_takes_a_question() {
    gate(
        r#"
        #[messages] pub enum Message { Push, #[reply(u32)] Total, #[reply(bool)] Ready }
        #[receive(Total)] fn total() -> u32 { 0 }
        #[state(initial)]
        pub mod only {
            #[receive(Ready)] fn ready() -> bool { true }
            #[receive(_)] fn any(message: Message) {}
            //        ^ `_` in `only` takes the question `Total` too, and cannot answer
            // | help: answer before it: `#[receive(Total)] fn answer() -> u32 { … }`
        }
        "#,
    );
}

#[test]
fn several_targets_and_nobody_who_chooses() {
    gate(
        r#"
        #[messages] pub enum Message { Push, Pull }
        #[state(initial)] #[receive(Push => second | stay)]
        //                                  ^^^^^^^^^^^^^ nothing chooses between `second` and `stay`: this row has no function
        // | help: name one target, or write `#[receive(Push => second | stay)] fn choose() -> Goto { … }`
        pub mod first { #[receive(Pull => second | stay)] fn pull() {} }
        //                                ------ the targets are declared here
        //                                                   ^^^^ `pull` must choose between `second` and `stay`: it returns no `Goto`
        // | help: write `fn pull(…) -> Goto`, or name one target
        #[state] #[receive(Push => first)] #[ignore(Pull)] pub mod second {}
        "#,
    );
}

#[test]
fn goto_without_targets() {
    gate(
        r#"
        #[messages] pub enum Message { Push, #[reply(u8)] Level }
        #[state(initial)]
        pub mod only {
            #[receive(Push)] fn push() -> Goto { Goto::Stay }
            //^^^^^^^ `push` returns `Goto`, and this row declares no targets to choose from
            // | help: name the targets, `#[receive(Push => state
            // | stay)]`, or return no `Goto`
            //                            ---- `Goto` is returned here
            #[receive(Level)] fn level() -> (u8, Goto) { (0, Goto::Stay) }
            //^^^^^^^ `level` returns `Goto`, and this row declares no targets to choose from
            // | help: name the targets, `#[receive(Level => state
            // | stay)]`, or return no `Goto`
            //                                   ---- `Goto` is returned here
        }
        "#,
    );
}

#[test]
fn two_rows_of_one_goto() {
    gate(
        r#"
        #[messages] pub enum Message { Push, Pull, Turn }
        #[state(initial)]
        pub mod first {
            #[receive(Push => second | stay)]
            //                ------ the first row's targets are here
            #[receive(Pull => stay | second)]
            #[receive(Turn => second)]
            //                ^^^^^^ all rows of `choose` share one `Goto`, so they declare the same targets
            // | help: write `#[receive(Turn => second
            // | stay)]`, or a second function
            fn choose() -> Goto { Goto::Stay }
        }
        #[state] #[receive(_ => first)] pub mod second {}
        "#,
    );
}
