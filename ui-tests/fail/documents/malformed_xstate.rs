wink::machine! { xstate = "malformed_xstate.json", pub mod door }

fn main() {}
