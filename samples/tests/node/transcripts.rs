//! Samples that need nodes: what their pages show is what happens.
//!
//! `WINK_UPDATE=1 cargo test -p samples --test node transcripts` writes them anew.

use super::bench::{Node, until, wink_program};
use std::fs;
use std::net::UdpSocket;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Where the page's block of this fence begins and ends.
fn bounds(page: &str, fence: &str) -> (usize, usize) {
    let fence = format!("```{fence}\n");
    let start = page.find(&fence).expect("the page has such a block") + fence.len();
    (start, start + page[start..].find("```").unwrap())
}

/// What is another time another one: numbers of processes, times, keys.
fn is_chance(word: &str) -> bool {
    let hexadecimal = word.len() >= 8 && word.bytes().all(|letter| letter.is_ascii_hexdigit());
    let number = word.len() >= 3 && word.bytes().all(|letter| letter.is_ascii_digit());
    let seconds = word.strip_suffix('s').is_some_and(|number| {
        let mut letters = number.bytes();
        !number.is_empty() && letters.all(|letter| letter.is_ascii_digit() || letter == b'.')
    });
    let stamp = word.len() == 16 && word.contains('T') && word.ends_with('Z');
    hexadecimal || number || seconds || stamp
}

/// A line without what chance or the time decides.
fn plain(line: &str) -> String {
    let words = line.split_whitespace().map(|word| {
        let is_inner = |letter: char| letter.is_alphanumeric() || letter == '.';
        let mut parts = Vec::new();
        for part in word.split_inclusive(|letter| !is_inner(letter)) {
            let end = part.trim_end_matches(|letter| !is_inner(letter)).len();
            let (inner, rest) = part.split_at(end);
            parts.push(match is_chance(inner) {
                true => format!("#{rest}"),
                false => part.to_owned(),
            });
        }
        parts.concat()
    });
    words.collect::<Vec<String>>().join(" ")
}

fn plain_page(text: &str) -> Vec<String> {
    text.lines().map(plain).collect()
}

/// Writes the page's block anew, or compares.
fn settle(path: &Path, page: &str, fence: &str, now: &str) {
    let (start, end) = bounds(page, fence);
    if std::env::var_os("WINK_UPDATE").is_some() {
        fs::write(path, format!("{}{now}{}", &page[..start], &page[end..])).unwrap();
    } else {
        let expected = plain_page(&page[start..end]);
        assert_eq!(expected, plain_page(now), "{} is stale", path.display());
    }
}

fn page(sample: &str) -> (PathBuf, String) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join(sample)
        .join("README.md");
    let page = fs::read_to_string(&path).unwrap();
    (path, page)
}

/// Types what stands behind `$ `, beside a node that serves `machines`.
fn replay(sample: &str, node: &Node) {
    let (path, page) = page(sample);
    let (start, end) = bounds(&page, "text");
    let own = node.folder.path().canonicalize().unwrap();
    let programs = wink_program().parent().unwrap().to_owned();
    fs::create_dir(own.join("target")).unwrap();
    symlink(&programs, own.join("target/debug")).unwrap();
    // Ports that are free here stand for those of the page.
    let sockets: Vec<UdpSocket> = (0..4)
        .map(|_| UdpSocket::bind("127.0.0.1:0").unwrap())
        .collect();
    let free = |socket: &UdpSocket| socket.local_addr().unwrap().port().to_string();
    let ports: Vec<(String, String)> = (43_001..)
        .map(|port: u16| port.to_string())
        .zip(sockets.iter().map(free))
        .collect();
    drop(sockets);
    let types = |typed: &str| {
        let real = ports.iter().fold(typed.to_owned(), |text, (shown, real)| {
            text.replace(shown, real)
        });
        let output = Command::new("sh")
            .args(["-c", &format!("PATH=target/debug:$PATH; {real}")])
            .current_dir(&own)
            .env("WINK_HOME", node.home())
            .env("WINK_NODE", node.address.to_string())
            .output()
            .unwrap();
        let said = [output.stdout, output.stderr].concat();
        let said = String::from_utf8(said).unwrap();
        let said = said.replace(own.to_str().unwrap(), "~");
        let said = said.replace(&node.address.to_string(), "127.0.0.1:42000");
        let said = said.replace(&format!("_{}", node.address.port()), "_42000");
        let said = ports
            .iter()
            .fold(said, |text, (shown, real)| text.replace(real, shown));
        match output.status.code() {
            Some(code @ 1..) => format!("{said}[code {code}]\n"),
            _ => said,
        }
    };
    let mut now = String::new();
    // Nothing stands before the first command.
    for part in page[start..end].split("$ ").skip(1) {
        let (typed, expected) = part.split_once('\n').unwrap();
        let mut said = types(typed);
        // What a machine writes down it writes when it comes to it.
        if typed.starts_with("wink logs") && std::env::var_os("WINK_UPDATE").is_none() {
            until(typed, || {
                said = types(typed);
                plain_page(&said) == plain_page(expected)
            });
        }
        now += &format!("$ {typed}\n{said}");
    }
    settle(&path, &page, "text", &now);
}

#[test]
fn versions_lie_side_by_side() {
    replay("version", &Node::with(&[], &[]));
}

#[test]
fn a_chain_forwards_and_a_circle_is_noticed() {
    replay("forward", &Node::with(&[], &[]));
}

/// Computers with addresses of their own, a slow network and a cut cable, where this computer
/// lets us make them.
#[test]
fn two_computers_and_a_cable() {
    let (path, page) = page("network");
    let script = path.with_file_name("network.sh");
    let output = Command::new(script)
        .env("WINK_BIN", wink_program().parent().unwrap())
        .output()
        .unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    if output.status.code() == Some(77) {
        // Shown by `--nocapture`; where it may run, it must.
        eprintln!("{said}");
        assert!(said.starts_with("NOT RUN: this user may not make network namespaces"));
        return;
    }
    assert!(output.status.success(), "{said}");
    assert_eq!(said, "");
    let shown = String::from_utf8(output.stdout).unwrap();
    let now = format!("$ samples/network/network.sh\n{shown}");
    settle(&path, &page, "text", &now);
}
