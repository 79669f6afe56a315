//! A machine's description stands in its program, to be read without running that.

#[path = "../../wink-chart/tests/it/read_back.rs"]
mod read_back;

use std::path::Path;
use std::process::Command;
use wink_node::executable;

fn described(program: &str) -> String {
    let output = Command::new(program).arg("--describe").output().unwrap();
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn what_is_read_is_what_the_program_says() {
    for program in [
        env!("CARGO_BIN_EXE_turnstile"),
        env!("CARGO_BIN_EXE_family"),
        env!("CARGO_BIN_EXE_door"),
        env!("CARGO_BIN_EXE_traffic-light"),
        env!("CARGO_BIN_EXE_ticker"),
        env!("CARGO_BIN_EXE_empty"),
    ] {
        let read = executable::describe(Path::new(program)).unwrap();
        let json = wink_chart::export::json(&read.chart);
        assert_eq!(json, described(program), "{program}");
    }
    let ticker = executable::describe(Path::new(env!("CARGO_BIN_EXE_ticker"))).unwrap();
    assert_eq!(ticker.usage(), "[<interval: Duration>]");
}

#[test]
fn what_is_no_machine_is_told() {
    let told = |path: &str| {
        executable::describe(Path::new(path))
            .unwrap_err()
            .to_string()
    };
    for path in ["/bin/sh", "/dev/null", "Cargo.toml", "."] {
        let told = told(path);
        assert!(told.starts_with("is not a machine: "), "{path}: {told}");
    }
    assert!(told("no/such/file").starts_with("cannot be read: No such file"));
}

/// Nothing of a machine is lost in the standards' files.
#[test]
fn samples_are_what_is_read_of_their_documents() {
    let programs = [
        env!("CARGO_BIN_EXE_switch"),
        env!("CARGO_BIN_EXE_turnstile"),
        env!("CARGO_BIN_EXE_fizzbuzz"),
        env!("CARGO_BIN_EXE_echo"),
        env!("CARGO_BIN_EXE_forward"),
        env!("CARGO_BIN_EXE_useless"),
        env!("CARGO_BIN_EXE_door"),
        env!("CARGO_BIN_EXE_traffic-light"),
        env!("CARGO_BIN_EXE_calculator"),
        env!("CARGO_BIN_EXE_ticker"),
        env!("CARGO_BIN_EXE_stopwatch"),
        env!("CARGO_BIN_EXE_family"),
        env!("CARGO_BIN_EXE_child"),
        env!("CARGO_BIN_EXE_empty"),
        env!("CARGO_BIN_EXE_fragile"),
        env!("CARGO_BIN_EXE_suspicious"),
    ];
    for program in programs {
        let described = executable::describe(Path::new(program)).unwrap();
        read_back::check(&described.chart, program);
    }
}
