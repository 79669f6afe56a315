use super::gate;

#[test]
fn the_data_twice() {
    gate(
        r#"
        #[messages] pub enum Message { Next }
        #[state(initial)]
        pub mod only {
            #[receive(Next)] fn next(gate: &mut Gate, other: &Gate, cx: &mut Context, more: &mut Context) {}
            //                       ---- `gate` takes the data here
            //                                        ^^^^^ `other` takes the data, which `gate` has already
            // | help: remove `other` and use `gate`
            //                                                      -- `cx` takes the context here
            //                                                                        ^^^^ `more` takes the context, which `cx` has already
            // | help: remove `more` and use `cx`
            #[entry] fn come(gate: &Gate, other: &Gate) {}
        }
        "#,
    );
}

#[test]
fn the_local_data_before_there_is_any() {
    gate(
        r#"
        #[messages] pub enum Message { Next }
        #[state(initial)] #[receive(Next)]
        pub mod only {
            pub struct Local;
            #[entry] fn come(local: &mut Local) -> Local { Local }
            //               ^^^^^ the local data of `only` is what its entry function makes; before, there is none
            // | help: remove the parameter `local`
            #[exit] fn go(local: &Local) {}
        }
        "#,
    );
}

#[test]
fn a_parent_that_wants_its_childs_local_data() {
    gate(
        r#"
        #[messages] pub enum Message { Next }
        #[state(initial)]
        pub mod whole {
            #[receive(Next)] fn next(local: &mut Speed) {}
            //                              ^^^^^^^^^^ `local` is local to state `part`, which is not active around `whole`
            // | help: move the function into `part`, or keep the value in the machine's data
            #[state(initial)] pub mod part { #[entry] fn come() -> Speed { Speed(1) } }
        }
        "#,
    );
}

#[test]
fn signals_on_other_rows() {
    gate(
        r#"
        #[messages] pub enum Message { Next }
        #[state(initial)]
        pub mod only {
            #[receive(Next)] fn next(child: &Child) {}
            //        ---- the row receives `Next` here
            //                       ^^^^^ `child` is no field of `Next`
            // | help: `Next` has no fields; `&mut Gate` and `&mut Context` can be taken, too
            #[child(exited)] fn ended(error: &Error) {}
            //                        ^^^^^ `error` cannot be filled each time this function is called: only `#[child(errored)]` has an error
            // | help: it can take `&Gate`, `&mut Gate`, `&mut Context` and `&Child`; give the other rows a function of their own
            #[child(errored)] fn failed(child: &Child, error: &Error) {}
            #[down] fn gone(child: &Child, down: &Down) {}
            //              ^^^^^ `child` can be filled by nothing: a `#[down]` row has no message
            // | help: it can take `&Gate`, `&mut Gate`, `&mut Context` and `&Down`
        }
        "#,
    );
}

#[test]
fn alternatives_that_do_not_all_have_the_field() {
    gate(
        r#"
        #[messages] pub enum Message { Coin { value: u32 }, Note { value: u32 }, Push }
        #[state(initial)]
        pub mod only {
            #[receive(Coin | Push | Note)] fn pay(value: u32) {}
            //               ---- the row receives `Push`, too
            //                                    ^^^^^ `value` is a field of `Coin` and `Note`, but not of `Push`
            // | help: give `Push` a function of its own: `#[receive(Push)]`
        }
        "#,
    );
}
