wink::machine! { scxml = "malformed.scxml", pub mod door }

fn main() {}
