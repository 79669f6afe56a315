wink::machine! { scxml = "unknown_namespace.scxml", pub mod door }

fn main() {}
