use wink::prelude::*;

#[supervisor]
fn stores() {}

fn main() {}
