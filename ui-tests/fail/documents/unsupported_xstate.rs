wink::machine! { xstate = "unsupported_xstate.json", pub mod door }

fn main() {}
