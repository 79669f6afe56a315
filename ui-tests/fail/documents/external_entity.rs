wink::machine! { scxml = "external_entity.scxml", pub mod door }

fn main() {}
