use super::gate;

#[test]
fn two_states_of_one_name() {
    gate(
        r#"
        #[messages] pub enum Message { Open, Close }
        #[state(initial)] #[ignore(Close)]
        pub mod closed {
        //      ------ the first state `closed` is here
            #[receive(Open => open)] fn lift() {}
        }
        #[state] #[ignore(Open)] #[receive(Close => closed)]
        pub mod open {
            #[state(initial)] pub mod closed {}
            //                        ^^^^^^ a second state `closed`; names are unique in a machine
            // | help: rename it, for example `pub mod closed_2`
        }
        "#,
    );
}

#[test]
fn two_siblings_of_one_name() {
    gate(
        r#"
        #[messages] pub enum Message { Open, Close }
        #[state(initial)] #[receive(Open => open)] #[ignore(Close)] pub mod closed {}
        #[state] #[receive(Close => closed)] #[ignore(Open)] pub mod open {}
        //                                                           ---- the first state `open` is here
        #[state] #[receive(Close => closed)] #[ignore(Open)] pub mod open {}
        //                                                           ^^^^ a second state `open`; names are unique in a machine
        // | help: rename it, for example `pub mod open_2`
        "#,
    );
}

#[test]
fn a_state_called_like_a_generated_type() {
    gate(
        r#"
        #[messages] pub enum Message { Open }
        #[state(initial)] #[receive(Open)] pub mod State {}
        //                                         ^^^^^ `State` is the name of the enum of all states, which every machine has
        // | help: rename it, for example `MyState`
        "#,
    );
}

#[test]
fn a_state_called_history_stay_or_a_keyword() {
    gate(
        r#"
        #[messages] pub enum Message { Next }
        #[state(initial)] #[receive(Next => stay_)] pub mod history {}
        //                                                  ^^^^^^^ a state cannot be called `history`: as a target, it is the memory of another state
        // | help: rename it, for example `pub mod history_state`
        #[state] #[receive(Next => r#loop)] pub mod stay_ {}
        #[state] #[receive(Next => deep_history)] pub mod r#loop {}
        //                                                ^^^^^^ a state cannot be called `r#loop`: it is a keyword of Rust
        // | help: rename it, for example `pub mod loop_state`
        #[state] #[receive(Next => self_)] pub mod deep_history {}
        //                                         ^^^^^^^^^^^^ a state cannot be called `deep_history`: as a target, it is the memory of another state
        // | help: rename it, for example `pub mod deep_history_state`
        #[state] #[receive(Next => stay_)] pub mod self_ {}
        //                                         ^^^^^ a state cannot be called `self_`: it would be the variant `State::Self`
        // | help: rename it, for example `pub mod self_state`
        "#,
    );
}

#[test]
fn a_state_called_stay() {
    gate(
        r#"
        #[messages] pub enum Message { Next }
        #[state(initial)] #[receive(Next => second)] pub mod stay {}
        //                                                   ^^^^ a state cannot be called `stay`: as a target, `stay` means that nothing changes
        // | help: rename it, for example `pub mod stay_state`
        #[state] #[receive(Next => third)] pub mod second {}
        #[state] #[receive(Next => second)] pub mod third {}
        "#,
    );
}

#[test]
fn two_states_that_are_one_variant() {
    gate(
        r#"
        #[messages] pub enum Message { Next }
        #[state(initial)] #[receive(Next => half__open)] pub mod half_open {}
        //                                                       --------- the state `half_open` is here
        #[state] #[receive(Next => half_open)] pub mod half__open {}
        //                                             ^^^^^^^^^^ states `half_open` and `half__open` would both be `State::HalfOpen`
        // | help: rename one of them by more than case or `_`
        "#,
    );
}

#[test]
fn items_with_names_of_generated_ones() {
    gate(
        r#"
        #[messages] pub enum Message { Next }
        pub struct State;
        //         ^^^^^ `State` is the name of the enum of all states, which every machine has
        // | help: rename it, for example `MyState`
        type Context = u32;
        //   ^^^^^^^ `Context` is the name of the type of the context, which every machine has
        // | help: rename it, for example `MyContext`
        enum Replies {}
        //   ^^^^^^^ `Replies` is the name of the enum of all answers, which every machine has
        // | help: rename it, for example `MyReplies`
        struct Locals;
        #[state(initial)] #[receive(Next => second)] pub mod first { struct State; }
        #[state]
        pub mod second {
            use crate::Goto as _;
            struct Goto;
            #[receive(Next => first | stay)] fn choose() -> Goto { Goto::First }
        }
        "#,
    );
}

#[test]
fn a_state_called_root_or_context_is_fine() {
    gate(
        r#"
        #[messages] pub enum Message { Next }
        #[state(initial)] #[receive(Next => context)] pub mod root {}
        #[state] #[receive(Next => state)] pub mod context {}
        #[state] #[receive(Next => root)] pub mod state {}
        "#,
    );
}
