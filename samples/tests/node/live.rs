//! The live picture: what its server gives to whom, and the page in a browser.

use super::bench::{Node, wink_program};
use serde_json::{Value, json};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

/// A page that is served; no longer with this.
struct Page {
    process: Child,
    /// `127.0.0.1:8080`
    host: String,
    /// The path, with the token: `/…/`
    path: String,
}

impl Page {
    fn of(node: &Node, target: &str) -> Page {
        let mut command = node.command(&["diagram", "--live", target]);
        let mut process = command.stdout(Stdio::piped()).spawn().unwrap();
        let mut url = String::new();
        let mut stdout = BufReader::new(process.stdout.take().unwrap());
        stdout.read_line(&mut url).unwrap();
        let rest = url.trim_end().strip_prefix("http://").expect(&url);
        let (host, path) = rest.split_once('/').expect(&url);
        Page {
            process,
            host: host.to_owned(),
            path: format!("/{path}"),
        }
    }

    fn url(&self) -> String {
        format!("http://{}{}", self.host, self.path)
    }

    fn ask(&self, method: &str, path: &str, host: &str, body: &str) -> TcpStream {
        let mut stream = TcpStream::connect(&self.host).unwrap();
        let length = body.len();
        let request = format!(
            "{method} {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\
             Content-Length: {length}\r\n\r\n{body}"
        );
        stream.write_all(request.as_bytes()).unwrap();
        stream
    }

    /// Status and the rest of a whole answer.
    fn answer(&self, method: &str, path: &str, host: &str, body: &str) -> (u16, String) {
        let mut text = String::new();
        let mut stream = self.ask(method, path, host, body);
        stream.read_to_string(&mut text).unwrap();
        let status = text.split(' ').nth(1).unwrap().parse().unwrap();
        (status, text)
    }

    fn get(&self, path: &str) -> (u16, String) {
        self.answer("GET", path, &self.host, "")
    }

    fn send(&self, text: &str) -> (u16, String) {
        let path = format!("{}send", self.path);
        let (status, answer) = self.answer("POST", &path, &self.host, text);
        let (_, body) = answer.split_once("\r\n\r\n").unwrap();
        (status, body.to_owned())
    }

    /// What an open page hears.
    fn events(&self) -> impl Iterator<Item = Value> + use<> {
        let path = format!("{}events", self.path);
        let lines = BufReader::new(self.ask("GET", &path, &self.host, "")).lines();
        lines.map_while(Result::ok).filter_map(|line| {
            let data = line.strip_prefix("data: ")?;
            Some(serde_json::from_str(data).unwrap())
        })
    }
}

impl Drop for Page {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn active(event: &Value) -> Vec<&str> {
    let active = event["Shown"]["look"]["active"].as_array().unwrap();
    active
        .iter()
        .map(|place| place["name"].as_str().unwrap())
        .collect()
}

#[test]
fn a_page_hears_what_happens_and_sends_what_is_clicked() {
    let node = Node::new();
    let at = node.start(&["turnstile/Turnstile"]).address;
    let page = Page::of(&node, &at);
    let (status, text) = page.get(&page.path);
    assert_eq!(status, 200);
    assert!(text.contains("id=\"state-locked\""), "{text}");
    assert!(text.contains("content-security-policy: default-src 'none'"));
    let mut events = page.events();
    let first = events.next().unwrap();
    assert_eq!(active(&first), ["turnstile", "locked"]);
    assert_eq!(page.send("coin 5"), (200, String::new()));
    let paid = events.find(|event| active(event) == ["turnstile", "unlocked"]);
    let look = &paid.unwrap()["Shown"]["look"];
    let taken = &look["recent"][0];
    assert_eq!(taken["source"], "locked");
    assert_eq!(taken["entered"][0]["name"], "unlocked");
    assert_eq!(look["taken"], 1);
    let offers = look["offers"].as_array().unwrap().iter();
    let offers: Vec<&str> = offers.map(|one| one["name"].as_str().unwrap()).collect();
    assert_eq!(offers, ["coin", "push", "total"]);
    assert_eq!(page.send("?total"), (200, "5".to_owned()));
    let (status, why) = page.send("fly");
    assert_eq!(status, 409);
    assert!(why.contains("its messages are coin, push, total"), "{why}");
    node.done(&["stop", &at]);
    let last = events.last().unwrap();
    let reason = last["Ended"].as_str().unwrap();
    assert!(reason.starts_with("the machine has ended"), "{reason}");
}

#[test]
fn only_who_knows_the_token_and_is_here_gets_anything() {
    let node = Node::new();
    let at = node.start(&["turnstile/Turnstile"]).address;
    let page = Page::of(&node, &at);
    for path in ["/", "/events", "//", "/x/", &page.path[..20]] {
        assert_eq!(page.get(path).0, 404, "{path}");
    }
    let guess = "0".repeat(32);
    assert_eq!(page.get(&format!("/{guess}/events")).0, 404);
    // A name of somebody else's that leads here.
    assert_eq!(page.answer("GET", &page.path, "evil.example", "").0, 421);
    let port = page.host.rsplit_once(':').unwrap().1;
    let localhost = format!("localhost:{port}");
    assert_eq!(page.answer("GET", &page.path, &localhost, "").0, 200);
    let long = "x".repeat(100_000);
    assert_eq!(page.send(&long).0, 413);
    assert_eq!(page.send("\u{7}\u{0}").0, 409);
    // Another machine by the same page, and one that is not there.
    assert_eq!(page.get(&format!("{}?at={at}", page.path)).0, 200);
    assert_eq!(page.get(&format!("{}?at=127.0.0.1:1", page.path)).0, 502);
    let refused = node.refused(2, &["diagram", "--live", "--page", "0.0.0.0:0", &at]);
    assert!(
        refused.contains("it is for this computer only"),
        "{refused}"
    );
    let refused = node.refused(1, &["diagram", "--live", "127.0.0.1:1"]);
    assert!(refused.contains("127.0.0.1:1"), "{refused}");
}

/// Says that something was not tried. Not by a macro, whose output a passing test swallows.
fn missing(what: &str) {
    let line = format!("NOT CHECKED: {what}\n");
    let _ = std::io::stderr().write_all(line.as_bytes());
}

fn program(names: &[&str]) -> Option<PathBuf> {
    let paths = std::env::var_os("PATH").unwrap_or_default();
    let folders: Vec<PathBuf> = std::env::split_paths(&paths).collect();
    let mut programs = names
        .iter()
        .flat_map(|name| folders.iter().map(move |folder| folder.join(name)));
    programs.find(|program| program.is_file())
}

#[test]
fn the_page_lives_in_a_browser() {
    let browsers = ["chromium", "chromium-browser", "google-chrome", "chrome"];
    let (Some(browser), Some(script)) = (program(&browsers), program(&["node"])) else {
        return missing("no Chromium or no Node: nobody looks at the live picture");
    };
    let mut probe = Command::new(&script);
    let probe = probe.args(["--experimental-websocket", "--eval", "WebSocket"]);
    if !probe.output().is_ok_and(|output| output.status.success()) {
        return missing("this Node has no WebSocket: nobody looks at the live picture");
    }
    let node = Node::with(&[], &["turnstile", "pool", "family", "child"]);
    let at = node.start(&["turnstile/Turnstile"]).address;
    let office = node.start(&["pool/Office"]).address;
    let parent = node.start(&["family/Parent", "1h"]).address;
    let (gate, all) = (
        Page::of(&node, &at),
        Page::of(&node, &node.address.to_string()),
    );
    let is_active = |state: &str| {
        format!("document.querySelector('.state.active[data-state=\"{state}\"] > .box')")
    };
    let click =
        |message: &str| format!("document.querySelector('[data-message={message}]').click()");
    let count = |what: &str, is: &str| {
        format!("document.getElementById('count-{what}').textContent === '{is}'")
    };
    let tree = "document.getElementById('tree')";
    let stop = wink_program().to_str().unwrap();
    let steps = json!([
        { "open": gate.url(), "until": is_active("locked") },
        { "until": count("transitions", "0") },
        { "do": "document.querySelector('[data-message=coin] + input').value = '5'" },
        { "do": click("coin"), "shot": "locked" },
        { "until": is_active("unlocked") },
        { "until": "document.querySelector('.arrow.taken').dataset.from === 'locked'" },
        { "until": "document.querySelector('.arrow.taken').dataset.to === 'unlocked'" },
        { "until": format!("!{}", is_active("locked")), "shot": "unlocked" },
        { "until": "document.querySelector('#recent li').textContent.includes('Coin')" },
        { "do": click("total") },
        { "until": "document.getElementById('answer').textContent === 'total: 5'" },
        { "do": click("push") },
        { "until": is_active("locked") },
        { "do": "document.querySelector('[data-message=coin] + input').value = 'many'" },
        { "do": click("coin") },
        { "until": "document.getElementById('answer').className === 'refused'", "shot": "refused" },
        { "run": [stop, "stop", at] },
        { "until": "!document.getElementById('ended').hidden", "shot": "ended" },
        { "open": all.url(), "until": format!("{tree}.querySelectorAll('ul ul li').length === 2") },
        { "until": format!("{tree}.textContent.includes('family/Child')"), "shot": "node" },
        { "do": format!("{tree}.querySelector('[data-address=\"{office}\"] a').click()") },
        { "until": format!("{tree}.textContent.includes('pool/Worker')") },
        { "until": format!("{tree}.querySelectorAll('ul ul [data-machine]').length >= 2") },
        { "until": count("restarts", "0"), "shot": "office" },
        { "open": format!("{}?at={parent}", all.url()), "until": "document.querySelector('.active')" },
        { "until": "document.querySelector('svg')", "shot": "parent" },
    ]);
    let mut command = Command::new(script);
    let output = command
        .arg("--experimental-websocket")
        .arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/node/live.mjs"))
        .arg(steps.to_string())
        .env("WINK_CHROMIUM", browser)
        .env("WINK_HOME", node.home())
        .env("WINK_NODE", node.address.to_string())
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
}
