wink::machine! { scxml = "unsupported.scxml", pub mod door }

fn main() {}
