//! A disk that is full, programs that are not for this computer, starts that run into each other.

use super::bench::{Node, exists, put, signal, until, wink, wink_program};
use std::fs;
use std::io::{BufRead, BufReader, Read};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Command, Stdio};

/// Whether this user may mount a small disk in a namespace of his own.
fn may_mount() -> bool {
    let script = "mount -t tmpfs -o size=64k none /mnt";
    let tried = Command::new("unshare")
        .args(["-rm", "sh", "-c", script])
        .stderr(Stdio::null())
        .status();
    tried.is_ok_and(|status| status.success())
}

/// The logs are on a disk of 160 kilobytes, and a machine says three megabytes: it goes on, the
/// node goes on, others go on, and somebody is told.
#[test]
fn a_full_disk_stops_nobody() {
    if !may_mount() {
        eprintln!("NOT RUN: this user may not mount a disk in a namespace of his own");
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    for name in ["machines", "logs", "home"] {
        fs::create_dir(at(name)).unwrap();
    }
    fs::set_permissions(at("home"), fs::Permissions::from_mode(0o700)).unwrap();
    for name in ["unruly", "switch"] {
        put(
            &wink_program().with_file_name(name),
            &at("machines").join(name),
        );
    }
    let script = "mount -t tmpfs -o size=160k none \"$0\" && exec \"$@\"";
    let mut node = Command::new("unshare")
        .args(["-rm", "sh", "-c", script])
        .arg(at("logs"))
        .arg(wink_program())
        .arg("serve")
        .arg(at("machines"))
        .args(["--address", "127.0.0.1:0", "--log-size", "65536"])
        .arg("--logs")
        .arg(at("logs"))
        .env("WINK_HOME", at("home"))
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut first = String::new();
    let mut stdout = BufReader::new(node.stdout.take().unwrap());
    stdout.read_line(&mut first).unwrap();
    let address = first.trim_end().rsplit(' ').next().unwrap().to_owned();
    let done = |arguments: &[&str]| {
        let mut command = wink(arguments);
        command
            .env("WINK_HOME", at("home"))
            .env("WINK_NODE", &address);
        let output = command.output().unwrap();
        assert!(output.status.success(), "{arguments:?}: {output:?}");
        String::from_utf8(output.stdout).unwrap()
    };
    done(&["start", "switch/Switch"]);
    done(&["start", "tests/Unruly"]);
    done(&["send", "tests/Unruly", "do", "flood"]);
    // Another message is taken when the flood is over.
    let pid = done(&["call", "tests/Unruly", "process"]);
    assert!(exists(pid.trim().parse().unwrap()));
    done(&["send", "switch/Switch", "on"]);
    done(&["start", "switch/Switch:late"]);
    assert_eq!(done(&["list", "--json"]).lines().count(), 3);
    done(&["stop", "--node-itself"]);
    assert!(node.wait().unwrap().success());
    let mut said = String::new();
    node.stderr
        .take()
        .unwrap()
        .read_to_string(&mut said)
        .unwrap();
    assert!(
        said.contains("cannot be written") && said.contains("lines were lost"),
        "{said}"
    );
}

/// Descriptions that are in order, in programs that cannot run.
#[test]
fn programs_that_cannot_run_here_are_told() {
    let mut node = Node::with(&[], &[]);
    let folder = node.machines().join("odd");
    fs::create_dir(&folder).unwrap();
    let mut program = fs::read(env!("CARGO_BIN_EXE_switch")).unwrap();
    // The computer that it is for: number 243 is RISC-V.
    program[18] = if program[18] == 243 { 62 } else { 243 };
    fs::write(folder.join("Foreign"), &program).unwrap();
    fs::set_permissions(folder.join("Foreign"), fs::Permissions::from_mode(0o755)).unwrap();
    fs::copy(env!("CARGO_BIN_EXE_switch"), folder.join("Locked")).unwrap();
    fs::set_permissions(folder.join("Locked"), fs::Permissions::from_mode(0o644)).unwrap();
    fs::write(folder.join("Half"), &program[..program.len() / 2]).unwrap();
    fs::set_permissions(folder.join("Half"), fs::Permissions::from_mode(0o755)).unwrap();
    fs::write(folder.join("Empty"), "").unwrap();
    fs::set_permissions(folder.join("Empty"), fs::Permissions::from_mode(0o755)).unwrap();
    for (name, expected) in [
        ("odd/Foreign", "Exec format error"),
        ("odd/Locked", "cannot be executed"),
        ("odd/Half", "error: "),
        ("odd/Empty", "is not a machine"),
    ] {
        let told = node.refused(1, &["start", name]);
        assert!(told.contains(expected), "{name}: {told}");
    }
    assert!(node.is_alive());
    assert_eq!(node.done(&["list", "--json"]), "");
}

/// The one that comes later takes the other's place; whichever that is, one is left, and both
/// who asked are told.
#[test]
fn two_machines_that_want_one_port_at_a_time_do_not_share_it() {
    let mut node = Node::new();
    let taken = node.start(&["echo/Echo"]);
    node.done(&["stop", &taken.address]);
    for _ in 0..5 {
        let starters: Vec<_> = ["switch/Switch", "turnstile/Turnstile", "switch/Switch"]
            .into_iter()
            .map(|name| {
                let mut command = node.command(&["start", name, &taken.address]);
                command.stdout(Stdio::piped()).stderr(Stdio::piped());
                command.spawn().unwrap()
            })
            .collect();
        let outputs = starters
            .into_iter()
            .map(|starter| starter.wait_with_output().unwrap());
        let started = outputs.filter(|output| {
            let told = String::from_utf8_lossy(&output.stderr);
            assert!(
                output.status.success() || told.starts_with("error: "),
                "{output:?}"
            );
            output.status.success()
        });
        assert!(started.count() >= 1);
        let listed = node.done(&["list", "--json"]);
        assert_eq!(listed.lines().count(), 1, "{listed}");
        let row: serde_json::Value = serde_json::from_str(&listed).unwrap();
        assert_eq!(row["address"], taken.address.as_str());
    }
    assert!(node.is_alive());
}

/// A machine takes its address for itself: the forerunner let any program take it over.
#[test]
fn nobody_takes_over_the_port_of_a_machine_that_runs() {
    let node = Node::new();
    let machine = node.start(&["switch/Switch"]);
    std::net::UdpSocket::bind(&machine.address).expect_err("it is taken");
    let other = Node::with(&[], &["switch"]);
    let told = other.refused(1, &["start", "switch/Switch", &machine.address]);
    assert!(
        told.contains("cannot be taken: Address already in use"),
        "{told}"
    );
    node.done(&["send", &machine.address, "on"]);
}

/// Nobody waits for ever for a node that is stopped; and when it goes on, so does all it has.
#[test]
fn a_stopped_node_is_given_up_and_goes_on() {
    let mut node = Node::with(&["--pulse", "50ms", "--silence", "2s"], &["switch"]);
    let machine = node.start(&["switch/Switch"]);
    signal("STOP", node.pid());
    let output = node.wink(&["list"]);
    assert_eq!(output.status.code(), Some(3), "{output:?}");
    signal("CONT", node.pid());
    until("it answers again", || node.wink(&["list"]).status.success());
    // The time in which nobody could hear it is not the machine's silence.
    node.done(&["send", &machine.address, "on"]);
    assert!(exists(machine.pid) && node.is_alive());
}

/// Far more than the 1,024 descriptors that a process has unless it asks for more.
#[test]
fn as_many_machines_as_the_node_may_have_are_all_listed() {
    let node = Node::with(&[], &["useless", "switch"]);
    let limit = Path::new("/proc")
        .join(node.pid().to_string())
        .join("limits");
    let limits = fs::read_to_string(limit).unwrap();
    let line = limits
        .lines()
        .find(|line| line.starts_with("Max open files"));
    let words: Vec<&str> = line.unwrap().split_whitespace().collect();
    assert_eq!(words[3], words[4], "{limits}");
    let started: Vec<_> = (0..60).map(|_| node.start(&["switch/Switch"])).collect();
    let listed = node.done(&["list", "--json"]);
    for machine in &started {
        assert!(listed.contains(&machine.address), "{}", machine.address);
    }
    assert_eq!(listed.lines().count(), started.len());
}

/// Whoever interrupts a node that he follows a machine with has seen enough, and hears no more of it.
#[test]
fn a_node_that_is_interrupted_while_it_follows_says_nothing_more() {
    let node = Node::with(&[], &["family", "child"]);
    let machines = node.machines();
    let words = [
        "serve",
        machines.to_str().unwrap(),
        "--address",
        "127.0.0.1:0",
        "--follow",
    ];
    let mut process = wink(&[&words[..], &["family/Parent", ":0", "1h", "1"]].concat())
        .env("WINK_HOME", node.home())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut told = BufReader::new(process.stdout.take().unwrap()).lines();
    let is_up = |line: String| line.ends_with("Bob has started");
    assert!(told.by_ref().any(|line| is_up(line.unwrap())));
    signal("INT", process.id());
    let rest: Vec<String> = told.map(Result::unwrap).collect();
    let output = process.wait_with_output().unwrap();
    assert_eq!(String::from_utf8(output.stderr).unwrap(), "");
    assert_eq!(output.status.code(), Some(130), "{rest:?}");
    assert!(
        rest.iter().any(|line| line.ends_with("exited: stopped")),
        "{rest:?}"
    );
}

#[test]
fn a_directory_that_was_away_is_looked_through_again() {
    let node = Node::with(&[], &["switch"]);
    let machine = node.start(&["switch/Switch"]);
    let (here, away) = (node.machines(), node.folder.path().join("away"));
    fs::rename(&here, &away).unwrap();
    let told = node.refused(1, &["start", "switch/Switch"]);
    assert!(told.contains(" cannot be read: "), "{told}");
    // What was known is still told of, and what runs goes on.
    let known = node.done(&["list", "--available"]);
    assert!(known.contains("switch/Switch"), "{known}");
    node.done(&["send", &machine.address, "on"]);
    fs::rename(&away, &here).unwrap();
    node.start(&["switch/Switch"]);
}

#[test]
fn a_log_that_is_gone_is_told_of_and_a_part_of_a_name_is_no_name() {
    let node = Node::with(&[], &["switch"]);
    node.start(&["switch/Switch:blue"]);
    node.done(&["stop", "switch/Switch"]);
    for asked in ["switch/Switch", "switch/Switch:blue"] {
        assert!(node.done(&["logs", asked]).contains("stopped"), "{asked}");
    }
    for asked in ["", "s", "switch", "switch/Swi", "switch/Switch:red"] {
        node.refused(1, &["logs", asked]);
    }
    let logs = node
        .home()
        .join(node.address.to_string().replace(':', "_"))
        .join("logs");
    fs::remove_dir_all(logs).unwrap();
    let told = node.refused(1, &["logs", "switch/Switch"]);
    assert!(
        told.starts_with("error: the log ") && told.contains(" cannot be read: "),
        "{told}"
    );
}

/// Said before anybody relies on the node, not when the first machine is to be started.
#[test]
fn a_place_for_logs_where_no_file_can_be_made_is_refused_at_once() {
    let node = Node::with(&[], &["switch"]);
    let machines = node.machines();
    let words = ["serve", machines.to_str().unwrap(), "--logs", "/proc/self"];
    let told = node.refused(1, &[&words[..], &["--address", "127.0.0.1:0"]].concat());
    assert!(
        told.starts_with("error: /proc/self cannot be used: "),
        "{told}"
    );
}
