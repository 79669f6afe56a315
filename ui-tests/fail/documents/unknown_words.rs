wink::machine! { sxml = "door.scxml", pub mod first }

wink::machine! { scxml = "door.scxml", xstate = "door.json", pub mod second }

wink::machine! { scxml = "door.scxml", colour = "red", pub mod third }

fn main() {}
