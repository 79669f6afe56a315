//! The program as its users run it.

use std::path::Path;
use std::process::{Command, Output};

fn wink(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_wink"))
        .args(arguments)
        // No node of whoever runs the tests.
        .env("WINK_HOME", env!("CARGO_TARGET_TMPDIR"))
        .output()
        .unwrap()
}

fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).unwrap()
}

#[test]
fn a_new_project_builds_passes_its_test_and_draws_its_page_s_diagram() {
    let folder = tempfile::tempdir().unwrap();
    let project = folder.path().join("staircase");
    let wink_folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .unwrap()
        .join("wink");
    let made = wink(&[
        "new",
        project.to_str().unwrap(),
        "--wink",
        wink_folder.to_str().unwrap(),
    ]);
    assert!(made.status.success(), "{}", text(&made.stderr));
    // What this workspace has locked is what can be had here.
    let lock = wink_folder.parent().unwrap().join("Cargo.lock");
    std::fs::copy(lock, project.join("Cargo.lock")).unwrap();
    // Kept between runs: only the first one builds everything.
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).join("new-project");
    let cargo = |arguments: &[&str]| {
        let output = Command::new(env!("CARGO"))
            .args(arguments)
            .current_dir(&project)
            .env("CARGO_TARGET_DIR", &target)
            .env_remove("RUSTFLAGS")
            .output()
            .unwrap();
        assert!(output.status.success(), "{}", text(&output.stderr));
        output
    };
    let tested = cargo(&["test", "--quiet", "--offline"]);
    assert!(
        text(&tested.stdout).contains("1 passed"),
        "{}",
        text(&tested.stdout)
    );
    cargo(&["build", "--quiet", "--offline"]);
    let program = target.join("debug/staircase");
    let drawn = wink(&["diagram", program.to_str().unwrap()]);
    assert!(drawn.status.success(), "{}", text(&drawn.stderr));
    if cfg!(feature = "png") {
        let pixels = wink(&["diagram", "--format", "png", program.to_str().unwrap()]);
        assert!(pixels.status.success(), "{}", text(&pixels.stderr));
        assert!(pixels.stdout.starts_with(b"\x89PNG\r\n\x1a\n"));
        assert!(pixels.stdout.ends_with(b"IEND\xaeB`\x82"));
    }
    let page = std::fs::read_to_string(project.join("README.md")).unwrap();
    assert!(
        page.contains(&format!("```mermaid\n{}```", text(&drawn.stdout))),
        "{page}"
    );
    // Built in a clone, the program finds that by itself.
    let other = folder.path().join("other");
    let made = wink(&["new", other.to_str().unwrap()]);
    assert!(made.status.success(), "{}", text(&made.stderr));
    let manifest = |project: &Path| {
        let manifest = std::fs::read_to_string(project.join("Cargo.toml")).unwrap();
        manifest.replace("other", "staircase")
    };
    assert_eq!(manifest(&other), manifest(&project));
    let again = wink(&["new", project.to_str().unwrap()]);
    assert!(!again.status.success());
    assert!(
        text(&again.stderr).ends_with("exists already\n"),
        "{}",
        text(&again.stderr)
    );
}

#[test]
fn what_cannot_be_run_is_told() {
    let output = wink(&["diagram", "no/such/machine"]);
    assert_eq!(output.status.code(), Some(3));
    let told = text(&output.stderr);
    assert!(
        told.starts_with("error: `no/such/machine` is no file, and there is no node at "),
        "{told}"
    );
    let output = wink(&["describe", env!("CARGO_BIN_EXE_wink")]);
    assert_eq!(output.status.code(), Some(1));
    assert!(text(&output.stderr).contains("is its main `wink::main!(…)`?"));
}

#[test]
fn shells_complete_and_man_pages_are_written() {
    let script = wink(&["completion", "bash"]);
    assert!(script.status.success());
    assert!(
        text(&script.stdout).contains("COMPLETE"),
        "{}",
        text(&script.stdout)
    );
    let offered = Command::new(env!("CARGO_BIN_EXE_wink"))
        .args(["--", "wink", "st"])
        .envs([
            ("COMPLETE", "bash"),
            ("_CLAP_COMPLETE_INDEX", "1"),
            ("_CLAP_IFS", "\n"),
        ])
        .output()
        .unwrap();
    let offered: Vec<&str> = text(&offered.stdout).lines().collect();
    assert_eq!(offered, ["start", "stop"]);
    let folder = tempfile::tempdir().unwrap();
    let written = wink(&["man", folder.path().to_str().unwrap()]);
    assert!(written.status.success(), "{}", text(&written.stderr));
    let page = std::fs::read_to_string(folder.path().join("wink-start.1")).unwrap();
    assert!(page.contains("\\-\\-follow"), "{page}");
    assert!(folder.path().join("wink.1").is_file());
}

#[test]
fn a_misspelt_command_is_told_the_nearest() {
    let output = wink(&["diagrm"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(text(&output.stderr).contains("a similar subcommand exists: 'diagram'"));
}

#[test]
fn all_formats_are_offered() {
    let help = wink(&["diagram", "--help"]);
    for format in wink_chart::export::Format::ALL {
        assert!(text(&help.stdout).contains(format.name()), "{format}");
    }
}

#[test]
fn a_program_without_a_machine_cannot_be_checked() {
    let output = wink(&["check", env!("CARGO_BIN_EXE_wink")]);
    assert!(!output.status.success());
    assert!(
        text(&output.stderr).contains("wink"),
        "{}",
        text(&output.stderr)
    );
}

/// With the feature the pixels of the picture, without it a way to them.
#[test]
fn a_diagram_can_be_had_as_pixels() {
    let output = wink(&["diagram", "--format", "png", "no/such/machine"]);
    let told = text(&output.stderr);
    assert!(!output.status.success());
    let wanted = match cfg!(feature = "png") {
        true => "`no/such/machine` is no file",
        false => "cargo install wink-cli --features png",
    };
    assert!(told.contains(wanted), "{told}");
}
