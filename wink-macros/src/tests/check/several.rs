use super::gate;

#[test]
fn four_mistakes_are_four_messages() {
    gate(
        r#"
//      ^^^^ the machine `gate` has no initial state
// | help: mark the state in which it starts: `#[state(initial)] pub mod locked`
        #[messages] pub enum Message { Coin { value: u32 }, Push }
        #[state]
        pub mod locked {
            #[receive(Coin => unlokced)] fn pay(gate: &mut Gate, valeu: u32) {}
            //        ---- the row receives `Coin` here
            //                ^^^^^^^^ there is no state `unlokced`
            // | help: did you mean `unlocked`?
            //                                                   ^^^^^ `valeu` is no field of `Coin`
            // | help: did you mean `value`?
            #[receive(Psh)] fn refuse() {}
            //        ^^^ `Message` has no message `Psh`
            // | help: did you mean `Push`?
        }
        #[state] #[receive(Push => locked)]
        pub mod unlocked {}
        //      ^^^^^^^^ `unlocked` does not handle `Coin`: it neither receives, inherits, ignores nor defers it
        // | help: add `#[ignore(Coin)]` to `mod unlocked`, or a function with `#[receive(Coin)]`
        "#,
    );
}

#[test]
fn the_turnstile_is_right() {
    super::check_diagnostics(crate::tests::parse::TURNSTILE);
}
