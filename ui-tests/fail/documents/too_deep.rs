wink::machine! { scxml = "too_deep.scxml", pub mod door }

fn main() {}
