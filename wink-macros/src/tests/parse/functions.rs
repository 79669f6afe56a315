//! Mistakes in the signatures of functions.

use crate::tests::fixture::{check_in_gate, in_gate, with_machine};
use quote::ToTokens;

#[test]
fn a_signature_is_plain() {
    check_in_gate(
        r#"
        #[receive(Push)]
        const fn a() {}
      //^^^^^ a function of a machine cannot be `const`
      // | help: remove `const`
        #[receive(Push)]
        unsafe fn b() {}
      //^^^^^^ a function of a machine cannot be `unsafe`
      // | help: remove `unsafe`
        #[receive(Push)]
        extern "C" fn c() {}
      //^^^^^^ a function of a machine cannot be `extern`
      // | help: remove `extern`
        #[receive(Push)]
        fn d(&mut self) {}
        //        ^^^^ a function of a machine has no `self`
        // | help: take the data by name: `gate: &mut Turnstile`
        #[receive(Push)]
        fn e(self: Gate) {}
        //   ^^^^ a function of a machine has no `self`
        // | help: take the data by name: `gate: &mut Turnstile`
        #[receive(Coin)]
        fn f((value, other): (u32, u32)) {}
        //   ^^^^^^^^^^^^^^ a parameter of a machine's function is a plain name
        // | help: name it, and take it apart in the body: `let (x, y) = value;`
        #[receive(Coin)]
        fn g(Some(value): Option<u32>) {}
        //   ^^^^^^^^^^^ a parameter of a machine's function is a plain name
        // | help: name it, and take it apart in the body: `let (x, y) = value;`
        #[receive(Coin)]
        fn h(#[cfg(unix)] value: u32) {}
        //   ^ an attribute cannot stand on a parameter here
        // | help: put it on the function
        #[receive(Coin)]
        fn i<T: Copy>(value: T) {}
        //   ^ function `i` cannot be generic: nothing says for which type it is called
        // | help: remove the parameter; the type parameters of the data struct can be used by name
        #[receive(Coin)]
        fn j<'a>(gate: &'a mut Gate, mut value: u32) -> () where 'a: 'a {}
        #[receive(Coin)]
        fn k<const N: usize>(value: u32) {}
        //   ^^^^^ function `k` cannot be generic: nothing says for which type it is called
        // | help: remove the parameter; the type parameters of the data struct can be used by name
        #[receive(Coin)]
        fn l(value) {}
        //   ^^^^^ a type is missing after `value`
        // | help: write `value: u32`
        #[receive(Coin)]
        fn m(value: ) {}
        //   ^^^^^ a type is missing after `value`
        // | help: write `value: u32`
        #[receive(Coin)]
        fn n(value: u32) -> {}
        //               ^ a type is missing after `->`
        // | help: write `-> u32`
        #[receive(Push)]
        async fn o() {}
        "#,
    );
}

#[test]
fn a_refused_function_is_emitted_as_it_is() {
    let source = in_gate("#[receive(Coin)] #[inline] pub fn i<T: Copy>(value: T) -> u8 { 3 }");
    with_machine(&source, |_, machine| {
        let verbatim = machine.body.functions[0]
            .verbatim
            .as_ref()
            .expect("refused");
        assert_eq!(
            verbatim.to_string(),
            "# [inline] # [allow (unused_variables)] pub fn i < T : Copy > (value : T) -> u8 { 3 }"
        );
    });
}

#[test]
fn a_function_keeps_its_parts() {
    let source = in_gate(
        "/// Doc.\n/// More.\n #[receive(Coin)] #[inline] pub(crate) async fn i(mut value: u32) -> u8 { 3 }",
    );
    with_machine(&source, |_, machine| {
        let function = &machine.body.functions[0];
        assert_eq!(function.documentation, "Doc.\nMore.");
        assert_eq!(function.attributes.len(), 3);
        assert_eq!(
            function.visibility.to_token_stream().to_string(),
            "pub (crate)"
        );
        assert!(function.signature.asyncness.is_some());
        assert!(function.signature.parameters[0].mutability.is_some());
        assert_eq!(function.body.to_string(), "{ 3 }");
        assert!(function.verbatim.is_none());
    });
}
