//! Programs, names, files and bytes that mean harm.

use super::bench::{Node, link, put, until};
use super::deaths::logs;
use std::fs;
use std::net::UdpSocket;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

/// The forerunner ran any program of the computer: `start /usr/bin/touch :0 FILE` made the file.
#[test]
fn nothing_outside_of_the_directory_is_run() {
    let mut node = Node::new();
    let victim = node.folder.path().join("made");
    let outside = node.folder.path().join("outside");
    fs::create_dir(&outside).unwrap();
    put(
        env!("CARGO_BIN_EXE_switch").as_ref(),
        &outside.join("Switch7.0.0"),
    );
    link(&outside, &node.machines().join("away"));
    link(Path::new("/usr/bin/touch"), &node.machines().join("touch"));
    let package = node.machines().join("linked");
    fs::create_dir(&package).unwrap();
    link(&outside.join("Switch7.0.0"), &package.join("Switch7.0.0"));
    let file = victim.to_str().unwrap();
    for name in [
        "/usr/bin/touch",
        "../outside/Switch",
        "../../../../../usr/bin/touch",
        "away/Switch",
        "machines/../../usr/bin/touch",
        "nosuchdir/foo",
        "x/touch",
        "\u{1b}[2J/x",
        "a/b\u{7}",
    ] {
        let told = node.refused(1, &["start", name, ":0", file]);
        assert!(!told.contains(['\u{1b}', '\u{7}']), "{told:?}");
    }
    assert!(!victim.exists());
    let told = node.refused(1, &["start", "linked/Switch"]);
    assert!(
        told.contains("is a link that leads out of the directory"),
        "{told}"
    );
    let told = node.refused(1, &["start", "switch/Switch7.0.0"]);
    assert!(told.starts_with("error: no such version"), "{told}");
    // A link that stays inside is a file like any other.
    link(&node.machines().join("echo"), &package.join("Echo5.0.0"));
    node.start(&["echo/Echo5.0.0"]);
    assert!(node.is_alive());
}

#[test]
fn files_that_are_no_machines_are_told() {
    let mut node = Node::with(&[], &[]);
    let folder = node.machines().join("odd");
    fs::create_dir(&folder).unwrap();
    put(Path::new("/bin/sleep"), &folder.join("Sleep"));
    fs::write(folder.join("Script"), "#!/bin/sh\ntouch ran\n").unwrap();
    fs::set_permissions(folder.join("Script"), fs::Permissions::from_mode(0o755)).unwrap();
    fs::write(folder.join("Text"), "no program").unwrap();
    let mut damaged = fs::read(env!("CARGO_BIN_EXE_switch")).unwrap();
    let begin = b"WINKDESC\x01\0\0\0";
    let is_begin = |place: &usize| damaged[*place..].starts_with(begin);
    let places: Vec<usize> = (0..damaged.len()).filter(is_begin).collect();
    for place in places {
        damaged[place + 20..place + 40].fill(0xff);
    }
    fs::write(folder.join("Damaged"), damaged).unwrap();
    fs::set_permissions(folder.join("Damaged"), fs::Permissions::from_mode(0o755)).unwrap();
    for (name, expected) in [
        ("odd/Sleep", "is not a machine: it has no description"),
        ("odd/Script", "is not a machine: it has no description"),
        ("odd/Text", "cannot be executed"),
        ("odd/Damaged", "the description is damaged"),
    ] {
        let told = node.refused(1, &["start", name]);
        assert!(told.contains(expected), "{name}: {told}");
    }
    assert!(!node.machines().join("ran").exists());
    assert!(node.is_alive());
}

/// Every packet of the forerunner's crash list, and noise, to every port that there is. What is
/// said behind a handshake is tested in wink-node.
#[test]
fn no_packet_and_no_noise_harms_anybody() {
    let mut node = Node::new();
    let machine = node.start(&["switch/Switch"]);
    let sender = UdpSocket::bind("127.0.0.1:0").unwrap();
    let long = vec![b'x'; 65_507];
    let packets: [&[u8]; 12] = [
        b"start nosuchdir/foo",
        b"start x :abc",
        b"start x :70000",
        b"register x 1",
        b"register x 4194304\0",
        b"stop 43001",
        b"unregister",
        b"list",
        b"started x",
        b"",
        b"a\0b\0",
        &long,
    ];
    let mut seed = 0x9e37_79b9_7f4a_7c15_u64;
    let mut noise = move || {
        seed ^= seed << 13;
        seed ^= seed >> 7;
        seed ^= seed << 17;
        seed
    };
    for packet in packets {
        for address in [node.address.to_string(), machine.address.clone()] {
            sender.send_to(packet, &*address).unwrap();
        }
    }
    // The first byte says what kind of packet it is to QUIC: a first one, a later one, none.
    for length in [1, 20, 21, 100, 1_200, 1_472] {
        for first in [0xc0_u8, 0xc3, 0xd0, 0xe0, 0xf0, 0x40, 0x00] {
            let mut bytes = vec![first, 0, 0, 0, 1, 8];
            bytes.extend((0..length).map(|_| (noise() >> 32) as u8));
            for address in [node.address.to_string(), machine.address.clone()] {
                sender.send_to(&bytes, &*address).unwrap();
            }
        }
    }
    assert!(node.is_alive());
    node.done(&["send", &machine.address, "on"]);
}

/// Half a gigabyte of log in a minute: here it is bounded, and the machine waits for the disk.
#[test]
fn a_flood_of_lines_fills_no_disk() {
    let options = ["--log-size", "65536", "--log-files", "2"];
    let node = Node::with(&options, &["unruly"]);
    let machine = node.start(&["tests/Unruly"]);
    node.done(&["send", &machine.address, "do", "flood"]);
    until("the flood has passed", || {
        node.done(&["logs", &machine.address, "-n", "1"])
            .contains("line 19999 of")
    });
    let paths = logs(&node.home());
    assert_eq!(paths.len(), 3, "{paths:?}");
    for path in paths {
        assert!(fs::metadata(path).unwrap().len() <= 65_536);
    }
}

#[test]
fn there_is_a_limit_to_machines() {
    let node = Node::with(&["--machines", "2"], &["switch"]);
    node.start(&["switch/Switch"]);
    let second = node.start(&["switch/Switch"]);
    let told = node.refused(1, &["start", "switch/Switch"]);
    assert!(
        told.contains("the node has 2 machines, as many as it may have"),
        "{told}"
    );
    node.done(&["stop", &second.address]);
    node.start(&["switch/Switch"]);
}

/// Others of the computer cannot enter, and a directory that they can enter is not used.
#[test]
fn the_way_to_a_node_is_its_user_s_alone() {
    let node = Node::new();
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&node.home()), 0o700);
    let open = node.folder.path().join("open");
    fs::create_dir(&open).unwrap();
    fs::set_permissions(&open, fs::Permissions::from_mode(0o755)).unwrap();
    let machines = node.machines();
    let output = node
        .command(&[
            "serve",
            machines.to_str().unwrap(),
            "--address",
            "127.0.0.1:0",
        ])
        .env("WINK_HOME", &open)
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(1));
    let told = String::from_utf8(output.stderr).unwrap();
    assert!(told.contains("can be entered by others"), "{told}");
}
