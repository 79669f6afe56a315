wink::machine! { scxml = "no_file.scxml", pub mod door }

fn main() {}
