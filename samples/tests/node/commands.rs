//! What the commands print, and what they refuse.

use super::bench::{Node, exists, signal, started, wink};
use std::fs;
use std::io::{BufRead, BufReader};
use std::process::Stdio;

#[test]
fn a_machine_is_started_talked_to_listed_and_stopped() {
    let node = Node::new();
    let switch = node.start(&["switch/Switch:lamp"]);
    let at = switch.address.as_str();
    let port = format!(":{}", at.rsplit_once(':').unwrap().1);
    assert_eq!(node.done(&["send", &port, "on"]), "");
    let listed = node.done(&["list", "--json"]);
    let row: serde_json::Value = serde_json::from_str(&listed).unwrap();
    assert_eq!(row["name"], "switch/Switch");
    assert_eq!(row["version"], env!("CARGO_PKG_VERSION"));
    assert_eq!(row["tag"], "lamp");
    assert_eq!(row["address"], at);
    assert_eq!(row["pid"], switch.pid);
    assert_eq!(row["state"], "on");
    assert_eq!((&row["restarts"], &row["mail"]), (&0.into(), &0.into()));
    let table = node.done(&["list"]);
    assert!(
        table.starts_with("NAME           VERSION  TAG   ADDRESS"),
        "{table}"
    );
    let logged = node.done(&["logs", at]);
    let texts: Vec<&str> = logged
        .lines()
        .map(|line| line.split_once(' ').unwrap().1)
        .collect();
    assert_eq!(texts, ["started", "Switch is OFF", "Switch is ON"]);
    let tree = node.done(&["tree"]);
    let version = env!("CARGO_PKG_VERSION");
    assert_eq!(tree, format!("switch/Switch{version}:lamp at {at}, on\n"));
    assert_eq!(node.done(&["stop", "switch/Switch"]), "");
    // Its process has gone when `stop` is done, and no zombie is left of it.
    assert!(!exists(switch.pid));
    assert_eq!(node.done(&["list", "--json"]), "");
    // Its log stays.
    assert!(
        node.done(&["logs", at, "-n", "1"])
            .contains("exited: stopped")
    );
}

#[test]
fn a_question_is_answered() {
    let node = Node::new();
    let echo = node.start(&["echo/Echo"]);
    let answer = node.done(&["call", &echo.address, "say", "hello there"]);
    assert_eq!(answer, "\"hello there\"\n");
    let gate = node.start(&["turnstile/Turnstile"]);
    node.done(&["send", &gate.address, "coin", "5"]);
    assert_eq!(node.done(&["call", "turnstile/Turnstile", "total"]), "5\n");
    let told = node.refused(1, &["call", &gate.address, "push"]);
    assert!(
        told.starts_with("error: `Push` is no question\nhelp: `wink send`"),
        "{told}"
    );
    let unruly = node.start(&["tests/Unruly"]);
    node.done(&["send", &unruly.address, "do", "hang"]);
    let told = node.refused(
        5,
        &["call", "--deadline", "100ms", &unruly.address, "process"],
    );
    assert_eq!(
        told,
        "error: no answer in time: the machine is busy or stuck\n"
    );
}

#[test]
fn a_wrong_message_is_told_what_the_machine_accepts() {
    let node = Node::new();
    let gate = node.start(&["turnstile/Turnstile"]);
    let told = node.refused(1, &["send", &gate.address, "coyn 5"]);
    assert_eq!(
        told,
        "error: no message `coyn`\nhelp: did you mean `coin <value: u32>`?\n\
         accepts coin <value: u32>, push, total\n"
    );
    let told = node.refused(1, &["send", &gate.address, "coin -1"]);
    assert!(
        told.starts_with("error: `value`: `-1` is not a u32: the least is 0\n"),
        "{told}"
    );
}

/// Each of these took the forerunner ten seconds, and had no reason.
#[test]
fn what_cannot_be_started_says_why() {
    let mut node = Node::new();
    let told = node.refused(1, &["start", "switch/Swich"]);
    let folder = node.machines().canonicalize().unwrap();
    assert_eq!(
        told,
        format!(
            "error: no machine `switch/Swich` in {}\nhelp: did you mean `switch/Switch`?\n",
            folder.display()
        )
    );
    let told = node.refused(1, &["start", "switch/Switch9.9.9"]);
    assert!(
        told.starts_with("error: no such version of `switch/Switch`: there is "),
        "{told}"
    );
    for address in [":abc", ":70000", ":-1", ":"] {
        let told = node.refused(1, &["start", "switch/Switch", address]);
        let shown =
            format!("error: `{address}` is no address: write for example `127.0.0.1:43000`");
        assert!(told.starts_with(&shown), "{told}");
    }
    let taken = std::net::UdpSocket::bind("127.0.0.1:0").unwrap();
    let taken = taken.local_addr().map(|address| (taken, address)).unwrap();
    let told = node.refused(1, &["start", "switch/Switch", &taken.1.to_string()]);
    assert!(
        told.contains("cannot be taken: Address already in use"),
        "{told}"
    );
    let told = node.refused(1, &["start", "switch/Switch", "192.0.2.1:0"]);
    assert!(
        told.contains("cannot be taken: Cannot assign requested address"),
        "{told}"
    );
    let told = node.refused(1, &["start", "switch/Switch", ":0", "bright"]);
    assert!(
        told.contains("unexpected argument `bright`: this machine takes none"),
        "{told}"
    );
    let told = node.refused(1, &["start", "tests/Unruly", "calm", "often"]);
    let expected = "argument [<again: u8>]: `often` is not a whole number from 0 to 255";
    assert!(told.contains(expected), "{told}");
    let told = node.refused(1, &["start", "tests/Unruly", "calm", "0"]);
    assert!(told.contains("again must not be 0"), "{told}");
    let told = node.refused(1, &["stop", ":1"]);
    assert!(
        told.starts_with("error: there is no machine at 127.0.0.1:1"),
        "{told}"
    );
    let told = node.refused(1, &["send", "switch/Switch", "on"]);
    assert_eq!(
        told,
        "error: no machine `switch/Switch` runs here\nhelp: `wink list` shows what runs\n"
    );
    assert!(node.is_alive());
    assert_eq!(node.done(&["list", "--json"]), "");
}

#[test]
fn without_a_node_commands_say_so() {
    let mut node = Node::new();
    node.kill();
    for command in [
        &["list"][..],
        &["start", "switch/Switch"],
        &["send", ":1", "on"],
    ] {
        let told = node.refused(3, command);
        let expected = format!(
            "error: there is no node at {}\nhelp: `wink serve",
            node.address
        );
        assert!(told.starts_with(&expected), "{told}");
    }
    assert_eq!(node.wink(&["frobnicate"]).status.code(), Some(2));
}

/// Nobody has to know in which order `wink` reads its words.
#[test]
fn options_may_stand_behind_the_machine_s_own_words() {
    let node = Node::new();
    let at = node.address.to_string();
    let without = |arguments: &[&str]| {
        let mut command = node.command(arguments);
        // An address at which nobody is, so that only the option can be meant.
        let output = command.env("WINK_NODE", "127.0.0.1:1").output().unwrap();
        assert!(output.status.success(), "{arguments:?}: {output:?}");
        String::from_utf8(output.stdout).unwrap()
    };
    let unruly = without(&["start", "tests/Unruly", "calm", "7", "--node", &at]);
    let unruly = started(&unruly);
    let gate = started(&without(&["start", "turnstile/Turnstile", "--node", &at]));
    without(&["send", &gate.address, "coin", "5", "--node", &at]);
    let total = [
        "call",
        &gate.address,
        "total",
        "--deadline",
        "9s",
        "--node",
        &at,
    ];
    assert_eq!(without(&total), "5\n");
    without(&["stop", &unruly.address, "--node", &at]);
    // What stands behind `--` is the machine's.
    let told = node.refused(1, &["send", &gate.address, "--", "coin", "--node"]);
    assert!(told.contains("`--node` is not a u32"), "{told}");
    let told = node.refused(1, &["start", "tests/Unruly", "calm", "--", "-f"]);
    assert!(told.contains("`-f` is not a whole number"), "{told}");
}

/// A computer that throws packets away says nothing; `wink` says so at once, and goes on trying.
#[test]
fn an_address_that_says_nothing_is_told_of_before_it_is_given_up() {
    let node = Node::new();
    let silent = std::net::UdpSocket::bind("127.0.0.1:0").unwrap();
    let at = silent.local_addr().unwrap().to_string();
    let mut command = node.command(&["list", "--node", &at]);
    let mut waiting = command.stderr(Stdio::piped()).spawn().unwrap();
    let mut stderr = BufReader::new(waiting.stderr.take().unwrap());
    let mut first = String::new();
    stderr.read_line(&mut first).unwrap();
    let expected = format!("nothing has answered at {at} yet: it is tried for 10s\n");
    assert_eq!(first, expected);
    assert!(waiting.try_wait().unwrap().is_none(), "it goes on");
    signal("INT", waiting.id());
    assert_eq!(waiting.wait().unwrap().code(), Some(130));
    // What can go without the node does.
    let printed = node.done(&["version", "--node", &at]);
    assert_eq!(printed, format!("wink {}\n", env!("CARGO_PKG_VERSION")));
}

#[test]
fn times_by_which_everybody_would_be_dead_are_refused() {
    let node = Node::with(&[], &[]);
    let told = node.refused(2, &["serve", "/", "--machines", "0"]);
    assert!(told.contains("a node for no machine is none"), "{told}");
    for wrong in [["--pulse", "10s"], ["--lost-after", "2s"]] {
        let mut output = wink(&[&["serve", "/", "--address", "127.0.0.1:0"][..], &wrong].concat());
        let output = output.output().unwrap();
        let told = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(2), "{told}");
        let would = "s everybody would be taken for dead: --";
        assert!(
            told.starts_with("error: with --") && told.contains(would),
            "{told}"
        );
    }
}

/// Two servers took one port without an error, and the older one heard nothing any more.
#[test]
fn two_nodes_do_not_share_an_address() {
    let node = Node::new();
    let machines = node.machines();
    let told = node.refused(1, &["serve", machines.to_str().unwrap()]);
    let expected = format!("error: a node serves at {} already", node.address);
    assert!(told.starts_with(&expected), "{told}");
    assert_eq!(node.done(&["list", "--json"]), "");
}

#[test]
fn a_machine_on_an_address_is_replaced() {
    let node = Node::new();
    let first = node.start(&["switch/Switch"]);
    node.done(&["send", &first.address, "on"]);
    let second = node.start(&["turnstile/Turnstile", &first.address]);
    assert_eq!(second.address, first.address);
    assert!(!exists(first.pid));
    let listed = node.done(&["list", "--json"]);
    assert_eq!(listed.lines().count(), 1, "{listed}");
    let row: serde_json::Value = serde_json::from_str(&listed).unwrap();
    assert_eq!(
        (&row["name"], &row["restarts"]),
        (&"turnstile/Turnstile".into(), &1.into())
    );
    let logged = node.done(&["logs", "switch/Switch"]);
    assert!(logged.contains("exited: stopped"), "{logged}");
}

#[test]
fn what_is_followed_is_told_until_its_end() {
    let node = Node::new();
    let output = node.wink(&["start", "--follow", "tests/Unruly", "leave"]);
    assert_eq!(output.status.code(), Some(1));
    let told = String::from_utf8(output.stderr).unwrap();
    let expected = "ended before it had started: exit code 7: I have had enough\n";
    assert!(told.ends_with(expected), "{told}");
    let useless = Node::with(&[], &["useless"]);
    let printed = useless.done(&["start", "-f", "useless/Useless"]);
    let machine = started(&printed);
    let name = format!(
        "useless/Useless{}@{}",
        env!("CARGO_PKG_VERSION"),
        machine.address
    );
    let events: Vec<&str> = printed.lines().skip(2).collect();
    assert_eq!(
        events.first(),
        Some(&format!("{name}: started").as_str()),
        "{printed}"
    );
    let last = format!("{name}: exited: ended normally");
    assert_eq!(events.last(), Some(&last.as_str()), "{printed}");
}

#[test]
fn who_has_seen_enough_ends_a_command_and_what_cannot_be_printed_is_told() {
    let node = Node::with(&[], &["family", "child", "switch"]);
    let program = env!("CARGO_BIN_EXE_switch");
    let commands = [
        &["list"][..],
        &["list", "--available"],
        &["describe", program],
        &["diagram", program],
        &["check", program],
        &["version"],
        &["completion", "bash"],
        &["start", "switch/Switch", ":0"],
        &["tree"],
        &["logs", "switch/Switch"],
    ];
    for command in commands {
        let full = fs::OpenOptions::new().write(true).open("/dev/full");
        let output = node
            .command(command)
            .stdout(full.unwrap())
            .output()
            .unwrap();
        let told = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(1), "{command:?}: {told}");
        assert!(
            told.starts_with("error: what was asked for cannot be printed: the standard output: "),
            "{command:?}: {told}"
        );
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        let output = node.command(command).stdout(writer).output().unwrap();
        let told = String::from_utf8(output.stderr).unwrap();
        assert_eq!((output.status.code(), &*told), (Some(0), ""), "{command:?}");
        if command[0] == "start" {
            // Two were started, though nobody could read it.
            let running = node.done(&["list", "--json"]);
            assert_eq!(running.lines().count(), 2, "{running}");
            let first = running.lines().next().unwrap();
            let row: serde_json::Value = serde_json::from_str(first).unwrap();
            node.done(&["stop", row["address"].as_str().unwrap()]);
        }
    }
    // Who follows a machine and leaves lets it go on.
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    let follow = &["start", "--follow", "family/Parent", ":0", "1h", "1"];
    let output = node.command(follow).stdout(writer).output().unwrap();
    let told = String::from_utf8(output.stderr).unwrap();
    assert_eq!((output.status.code(), &*told), (Some(0), ""));
    let running = node.done(&["list"]);
    assert!(running.contains("family/Parent"), "{running}");
}

#[test]
fn a_name_that_is_none_and_one_of_nobody_are_told_of_with_the_one_that_was_meant() {
    let node = Node::with(&[], &["switch", "family"]);
    for asked in [
        "Switch",
        "switch",
        "samples/Switch",
        "switch/Swich",
        "Switch:blue",
    ] {
        let told = node.refused(1, &["start", asked]);
        assert!(
            told.ends_with("\nhelp: did you mean `switch/Switch`?\n"),
            "{asked}: {told}"
        );
    }
    let told = node.refused(1, &["start", "Toaster"]);
    assert!(told.starts_with("error: `Toaster` is no name of a machine: it has no package"));
    assert!(!told.contains("did you mean"), "{told}");
    let told = node.refused(1, &["stop", "Switch"]);
    assert!(
        told.ends_with("\nhelp: `wink list` shows what runs\n"),
        "{told}"
    );
    let machine = node.start(&["switch/Switch:blue"]);
    for command in ["stop", "logs", "send", "call", "describe", "diagram"] {
        let mut words = vec![command, "Switch"];
        words.extend(["send", "call"].contains(&command).then_some("on"));
        let told = node.refused(1, &words);
        assert!(
            told.ends_with("\nhelp: did you mean `switch/Switch`?\n"),
            "{command}: {told}"
        );
    }
    let told = node.refused(1, &["stop", "switch/Switch:green"]);
    assert!(
        told.ends_with("\nhelp: `wink list` shows what runs\n"),
        "{told}"
    );
    let told = node.refused(1, &["check", "switch/Switch"]);
    assert!(
        told.starts_with("error: there is no file `switch/Switch`\nhelp: "),
        "{told}"
    );
    // A machine is no node, and says so.
    let told = node.refused(3, &["list", "--node", &machine.address]);
    assert!(
        told.starts_with(&format!("error: there is no node at {}: ", machine.address)),
        "{told}"
    );
}

#[test]
fn descriptions_are_read_without_running_anything() {
    let node = Node::new();
    let program = env!("CARGO_BIN_EXE_turnstile");
    let own = std::process::Command::new(program)
        .arg("--describe")
        .output();
    let own = String::from_utf8(own.unwrap().stdout).unwrap();
    assert_eq!(node.done(&["describe", program]), own);
    assert_eq!(node.done(&["describe", "turnstile/Turnstile"]), own);
    let drawn = node.done(&["diagram", "turnstile/Turnstile"]);
    assert!(drawn.starts_with("stateDiagram-v2\n"), "{drawn}");
    let available = node.done(&["list", "--available"]);
    assert!(available.contains("tests/Unruly"), "{available}");
    assert!(
        available.contains("[<first: String>] [<again: u8>]"),
        "{available}"
    );
    let told = node.refused(1, &["describe", "/bin/sh"]);
    assert!(
        told.starts_with("error: `/bin/sh` is not a machine"),
        "{told}"
    );
}

#[test]
fn shells_complete_machines_and_messages() {
    let node = Node::new();
    let gate = node.start(&["turnstile/Turnstile"]);
    let offered = |words: &[&str]| {
        let mut command = node.command(&["--", "wink"]);
        let output = command
            .args(words)
            .env("COMPLETE", "bash")
            .env("_CLAP_COMPLETE_INDEX", words.len().to_string())
            .env("_CLAP_IFS", "\n")
            .output()
            .unwrap();
        let text = String::from_utf8(output.stdout).unwrap();
        let words = text.lines().filter(|word| !word.starts_with('-'));
        words.map(str::to_owned).collect::<Vec<String>>()
    };
    assert_eq!(
        offered(&["start", "t"]),
        ["tests/Unruly", "turnstile/Turnstile"]
    );
    assert_eq!(offered(&["stop", "tu"]), ["turnstile/Turnstile"]);
    assert_eq!(
        offered(&["send", &gate.address, ""]),
        ["coin", "push", "total"]
    );
    assert_eq!(offered(&["call", "turnstile/Turnstile", "t"]), ["total"]);
}

/// By systemd's protocol, as a service manager hears it.
#[test]
fn a_service_manager_hears_of_readiness_life_and_end() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("notify");
    let socket = std::os::unix::net::UnixDatagram::bind(&path).unwrap();
    let mut node = super::bench::wink(&["serve", "--address", "127.0.0.1:0"])
        .arg(folder.path())
        .env("WINK_HOME", folder.path().join("home"))
        .env("NOTIFY_SOCKET", &path)
        .env("WATCHDOG_USEC", "100000")
        .stdout(std::process::Stdio::null())
        .spawn()
        .unwrap();
    let hear = || {
        let mut heard = [0; 256];
        let length = socket.recv(&mut heard).unwrap();
        String::from_utf8(heard[..length].to_vec()).unwrap()
    };
    let first = hear();
    assert!(
        first.starts_with("READY=1\nSTATUS=serving 127.0.0.1:"),
        "{first}"
    );
    assert_eq!(hear(), "WATCHDOG=1");
    assert_eq!(hear(), "WATCHDOG=1");
    super::bench::signal("TERM", node.id());
    let last = std::iter::repeat_with(hear).find(|heard| heard != "WATCHDOG=1");
    assert_eq!(last.as_deref(), Some("STOPPING=1"));
    assert!(node.wait().unwrap().success());
}
