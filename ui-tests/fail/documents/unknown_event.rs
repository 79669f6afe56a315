wink::machine! {
    scxml = "door.scxml",
    events = { coyn: u32, ball: u8 },
    pub mod door
}

fn main() {}
