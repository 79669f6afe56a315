//! Writes random charts as machines, and a test for each.

use std::fmt::Write;
use wink_oracle::random::{Shape, chart};
use wink_oracle::source::{Style, machine};

/// How many machines: each costs the compiler a fraction of a second.
const MACHINES: u64 = 40;

/// Other charts for a longer look: the number of the first seed, 0 unless it is said.
const FIRST: &str = "WINK_ORACLE_FIRST_SEED";

fn main() {
    println!("cargo::rerun-if-env-changed={FIRST}");
    let first = std::env::var(FIRST).map_or(0, |seed| seed.parse().expect("a seed is a number"));
    let mut source = String::new();
    for seed in first..first + MACHINES {
        let shape = Shape {
            states: 16,
            parallel: seed % 2 == 0,
            compiles: true,
        };
        let style = Style {
            quiet: seed % 5 == 4,
            asynchronous: seed % 4 == 3 || seed % 8 == 2,
        };
        let module = format!("machine_{seed}");
        source.push_str(&machine(&chart(seed, shape), &module, style));
        let Style {
            quiet,
            asynchronous,
        } = style;
        let stepped = if asynchronous { "waiting" } else { "plain" };
        let Shape { parallel, .. } = shape;
        let _ = writeln!(
            source,
            "compiled!({module}, {seed}, {stepped}, parallel: {parallel}, quiet: {quiet});\n"
        );
    }
    let folder = std::env::var("OUT_DIR").expect("cargo names a folder for build scripts");
    let path = std::path::Path::new(&folder).join("machines.rs");
    std::fs::write(path, source).expect("the folder can be written");
    println!("cargo::rerun-if-changed=build.rs");
}
