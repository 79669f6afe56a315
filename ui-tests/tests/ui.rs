//! Compiles every machine of this crate and compares what rustc says with the `.stderr` beside it.

/// One test, so that all cases share one build of wink.
#[test]
fn machines_compile_or_say_why_not() {
    let cases = trybuild::TestCases::new();
    cases.pass("pass/*.rs");
    cases.compile_fail("fail/*/*.rs");
    // A lint is a warning; these files deny it, so that it is seen here.
    cases.compile_fail("warnings/*.rs");
}
