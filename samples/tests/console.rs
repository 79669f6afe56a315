//! A machine's program survives whatever is typed, piped or closed.

use std::fs::OpenOptions;
use std::io::{Read, Write};
use std::process::{Command, Output, Stdio};

const TURNSTILE: &str = env!("CARGO_BIN_EXE_turnstile");
const FRAGILE: &str = env!("CARGO_BIN_EXE_fragile");

fn run(program: &str, arguments: &[&str], input: &[u8]) -> Output {
    let mut child = Command::new(program)
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    std::thread::scope(|scope| {
        // The program may print more than a pipe holds before it has read all; and it may end
        // before that.
        scope.spawn(move || stdin.write_all(input));
        child.wait_with_output().unwrap()
    })
}

fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).unwrap()
}

#[test]
fn wrong_lines_get_a_reason_and_the_machine_goes_on() {
    let mut input = b"\xff\xfe\npush\0\n".to_vec();
    input.extend(vec![b'x'; 200_000]);
    input.extend(b"\ncoyn 5\ncoin 4294967296\ncoin {\n:wat\ncoin 7\ntotal\n");
    let output = run(TURNSTILE, &["--virtual-time"], &input);
    assert!(output.status.success());
    let printed = text(&output.stdout);
    for expected in [
        "  error: the line is not valid UTF-8\n",
        "  error: the line is longer than 64 KiB\n",
        "  error: no message `coyn`\n  help: did you mean `coin <value: u32>`?\n",
        "  error: `value`: `4294967296` is not a u32: the greatest is 4294967295\n",
        "  error: this is not JSON: ",
        "  error: no command `:wat`\n  help: did you mean `:wait`?\n",
        "unlocked> total\n  Total / total\n  answer: 7\n",
    ] {
        assert!(
            printed.contains(expected),
            "{expected:?} is missing in\n{printed}"
        );
    }
}

#[test]
fn noise_is_only_noise() {
    // The same noise in every run.
    let mut seed = 0x2545_f491_4f6c_dd1d_u64;
    let mut noise = Vec::new();
    while noise.len() < 300_000 {
        seed ^= seed << 13;
        seed ^= seed >> 7;
        seed ^= seed << 17;
        noise.push((seed >> 32) as u8);
    }
    noise.extend(b"\ntotal\n");
    let output = run(TURNSTILE, &["--virtual-time"], &noise);
    assert!(output.status.success());
    assert!(text(&output.stdout).ends_with("answer: 0\n  exit locked\nstopped\n"));
    assert_eq!(text(&output.stderr), "");
}

#[test]
fn a_closed_pipe_ends_it_quietly_and_a_full_disk_does_not() {
    let mut child = Command::new(TURNSTILE)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut first = [0; 9];
    child.stdout.take().unwrap().read_exact(&mut first).unwrap();
    assert_eq!(&first, b"turnstile");
    let mut stdin = child.stdin.take().unwrap();
    // Ends with an error when the program has gone.
    while stdin.write_all(b"push\n").is_ok() {}
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success());
    assert_eq!(text(&output.stderr), "");

    let full = OpenOptions::new().write(true).open("/dev/full").unwrap();
    let output = Command::new(TURNSTILE)
        .stdin(Stdio::null())
        .stdout(full)
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(
        text(&output.stderr),
        "error: the output cannot be written: no storage space\n"
    );
    for option in ["--diagram", "--describe", "--help", "--version"] {
        let full = OpenOptions::new().write(true).open("/dev/full").unwrap();
        let mut command = Command::new(env!("CARGO_BIN_EXE_turnstile"));
        let output = command.arg(option).stdout(full).output().unwrap();
        assert_eq!(output.status.code(), Some(1), "{option}");
        let told = text(&output.stderr);
        assert!(
            told.starts_with("error: the output cannot be written: "),
            "{told}"
        );
    }
}

#[test]
fn a_machine_that_fails_says_why_and_so_does_the_exit_code() {
    let output = run(FRAGILE, &[], b"panic\nlater\n");
    assert_eq!(output.status.code(), Some(1));
    let printed = text(&output.stdout);
    let place = "  panicked at samples/tests/machines/fragile.rs:";
    assert!(printed.contains(place), "{printed}");
    let end = ": dropped on the floor\nended with an error\n";
    assert!(printed.ends_with(end), "{printed}");

    let output = run(FRAGILE, &[], b"error it broke\n");
    assert_eq!(output.status.code(), Some(1));
    let end = "  exit whole\n  log: packed\n  errored: it broke\nended with an error\n";
    assert!(text(&output.stdout).ends_with(end));

    let output = run(FRAGILE, &[], b"finish\nfinish\n");
    assert_eq!(output.status.code(), Some(0));
    let end = "  enter gone\n  exit gone\n  log: packed\nended\n";
    assert!(text(&output.stdout).ends_with(end));
}

#[test]
fn an_endless_step_is_not_printed_endlessly() {
    let output = run(FRAGILE, &["--virtual-time"], b"spin\n");
    assert_eq!(output.status.code(), Some(1));
    let printed = text(&output.stdout);
    assert!(printed.lines().count() < 220, "{printed}");
    assert!(printed.contains(" lines more\n"), "{printed}");
    let reason = "  errored: eventless steps without end: cracked\n";
    assert!(printed.contains(reason), "{printed}");
}

#[test]
fn what_is_never_answered_does_not_keep_the_program() {
    let output = run(FRAGILE, &[], b"later\nhold\n");
    assert_eq!(output.status.code(), Some(0));
    let printed = text(&output.stdout);
    assert!(printed.contains("> later\n  deferred until the state changes\n"));
    let end = "stopped, 1 message unread\n  no answer: the machine has ended: stopped\n";
    assert!(printed.ends_with(end), "{printed}");
}

#[test]
fn every_piped_line_is_dealt_with_before_the_end() {
    // The machine is still heating when the input ends.
    let output = run(
        env!("CARGO_BIN_EXE_coffee"),
        &["--virtual-time"],
        b"on\nbrew true\ncups\n",
    );
    assert_eq!(output.status.code(), Some(0));
    let printed = text(&output.stdout);
    assert!(printed.contains("  log: cup 1\n"), "{printed}");
    assert!(printed.contains("  answer: 1\n"), "{printed}");
}

#[test]
fn arguments_are_checked() {
    let output = run(TURNSTILE, &["--diagrm"], b"");
    assert_eq!(output.status.code(), Some(2));
    assert!(
        text(&output.stderr)
            .starts_with("error: no option `--diagrm`: did you mean `--diagram`?\n")
    );
    let output = run(TURNSTILE, &["5"], b"");
    assert_eq!(output.status.code(), Some(2));
    let told = "error: unexpected argument `5`: this machine takes none\n";
    assert!(text(&output.stderr).starts_with(told));
    let output = run(env!("CARGO_BIN_EXE_ticker"), &["soon"], b"");
    assert_eq!(output.status.code(), Some(2));
    let output = run(TURNSTILE, &["--help"], b"");
    assert!(output.status.success());
    let told = text(&output.stdout);
    assert!(
        told.contains(
            "  total                           How much has been paid so far? (answers: u32)\n"
        ),
        "{told}"
    );
    let output = run(TURNSTILE, &["--version"], b"");
    assert_eq!(
        text(&output.stdout),
        concat!("turnstile/Turnstile ", env!("CARGO_PKG_VERSION"), "\n")
    );
}
