//! Expansions as lines.

use crate::show::lines;
use quote::quote;

#[test]
fn statements_stand_in_lines_of_their_own() {
    let tokens = quote! {
        pub mod gate {
            use super::*;
            #[derive(Clone)]
            enum State { Open = 1, Closed }
            fn f(gate: &mut Gate) -> Vec<u8> {
                if gate.x >= 2 { return g(gate, 3)?; } else { h::<u8>() }
                match at { State::Open => {} other => { i(other); } }
            }
        }
    };
    let text = lines(tokens.clone());
    let expected = "\
pub mod gate {
    use super::*;
    #[derive (Clone)] enum State {
        Open = 1,
        Closed
    }
    fn f (gate: &mut Gate) -> Vec < u8 > {
        if gate.x >= 2 {
            return g (gate, 3)?;
        }
        else {
            h::< u8 > ()
        }
        match at {
            State::Open => {} other => {
                i (other);
            }
        }
    }
}";
    assert_eq!(text, expected);
    let again: proc_macro2::TokenStream = text.parse().expect("tokens");
    let packed = |tokens: proc_macro2::TokenStream| tokens.to_string().replace(' ', "");
    assert_eq!(packed(again), packed(tokens));
}
