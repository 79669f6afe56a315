//! Who is let in, and who may do what.

use super::bench::{Served, options, requests};
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::time::Duration;
use wink_node::request::{Invite, Request};
use wink_node::serve;
use wink_runtime::System;
use wink_runtime::remote::{Authority, Credential, Grant, Kind, Node, Roles};

const NAMES: [&str; 4] = ["start", "stop", "send", "observe"];

fn roles<'a>(names: impl Iterator<Item = &'a str>) -> Roles {
    let role = |name| Roles::named(name).expect("a role");
    names.fold(Roles::NONE, |all, name| all | role(name))
}

#[tokio::test]
async fn what_a_credential_may_do_is_asked_for_each_request() {
    let served = Served::new().await;
    for (needs, request) in requests() {
        let needed = || needs.split(',').filter(|name| !name.is_empty());
        let enough = served.user("alice", roles(needed()));
        let told = served.ask(enough, &request).await;
        let told = format!("{:?}", told.expect("it is let in"));
        assert!(!told.contains("may not"), "{request:?}: {told}");
        for lacking in needed() {
            let others = roles(NAMES.into_iter().filter(|&name| name != lacking));
            let bob = served.user("bob", others);
            let told = served.refused(bob, &request).await;
            assert!(told.starts_with("user `bob` may not "), "{told}");
            let help = format!("(it may: {others})\nhelp: `wink token --for user --may {needs}`");
            assert!(told.contains(&help), "{request:?}: {told}");
        }
    }
    let none = served.user("carol", Roles::NONE);
    let told = served.refused(none, &Request::List).await;
    assert!(told.contains("(it may: nothing)"), "{told}");
    let most = served.user("dave", Roles::START | Roles::SEND | Roles::OBSERVE);
    let told = served.refused(most.clone(), &Request::Shutdown).await;
    assert!(told.contains("may not stop the node"), "{told}");
    let invite = Request::Invite(Invite {
        name: None,
        is_node: true,
        roles: Vec::new(),
        valid: 60,
    });
    let told = served.refused(most, &invite).await;
    assert!(told.contains("may not let others in"), "{told}");
    served.end().await;
}

#[tokio::test]
async fn strangers_are_refused_at_the_handshake() {
    let served = Served::new().await;
    let why = async |who: Credential| {
        let told = served.ask(who, &Request::List).await;
        told.expect_err("it is not let in").to_string()
    };
    // Of another cluster: the one who asks notices first.
    let other = Authority::generate().expect("randomness");
    let eve = other.issue(&Grant::new("eve", Kind::User, Roles::ALL));
    let eve = eve.expect("a name");
    let told = why(eve.clone()).await;
    let expected = "its certificate is one of another cluster";
    assert!(told.contains(expected), "{told}");
    // One that would trust the node all the same: the node does not.
    let blocks = |credential: &Credential| {
        let text = credential.to_pem();
        let blocks = text.split_inclusive("-----END CERTIFICATE-----\n");
        blocks.map(str::to_owned).collect::<Vec<String>>()
    };
    let (own, foreign) = (blocks(&served.owner()), blocks(&eve));
    let mixed = format!("{}{}{}", foreign[0], own[1], foreign[2]);
    let mixed = Credential::from_pem(&mixed, "a test").expect("well formed");
    let told = why(mixed).await;
    let expected = "the certificate was refused: it is one of another cluster";
    assert!(told.contains(expected), "{told}");
    let late = Grant::new("late", Kind::User, Roles::ALL).valid(Duration::ZERO);
    let told = why(served.issue(&late)).await;
    let expected = "the certificate was refused: it has expired";
    assert!(told.contains(expected), "{told}");
    served.lives().await;
    served.end().await;
}

/// Requests that are none, behind a good handshake.
#[tokio::test]
async fn any_bytes_may_be_asked() {
    let served = Served::new().await;
    let system = System::builder().log(|_| {}).build();
    let node = Node::builder(&system, served.owner()).start();
    let node = node.expect("it starts");
    let peer = node.connect(&served.address.to_string()).await;
    let peer = peer.expect("it is let in");
    let nested = vec![b'['; 500_000];
    let noise: Vec<u8> = (0..=255).collect();
    let wrong: [&[u8]; 9] = [
        b"",
        b"list",
        b"start nosuchdir/foo\0",
        b"null",
        b"{\"Start\":{}}",
        b"\"List\" \"List\"",
        b"{\"Fly\":null}",
        &nested,
        &noise,
    ];
    for body in wrong {
        let mut responses = peer.request(body).await.expect("it can be sent");
        let told = responses.next().await.expect("an answer").expect("no loss");
        let told = String::from_utf8(told).expect("text");
        let expected = "are node and program of one version?";
        assert!(told.contains(expected), "{told}");
        assert!(responses.next().await.is_none());
    }
    served.lives().await;
    node.close().await;
    served.end().await;
}

#[tokio::test]
async fn a_node_that_others_can_reach_needs_keys() {
    let folder = tempfile::tempdir().expect("a folder");
    let error = serve::serve(options(folder.path(), "0.0.0.0:0"), |_| {}).await;
    let told = error.expect_err("no keys").to_string();
    let expected = "other computers can reach 0.0.0.0:";
    assert!(told.starts_with(expected), "{told}");
    assert!(told.contains("`wink init`"), "{told}");
    assert!(told.contains("`wink join HOST:PORT TOKEN`"), "{told}");
    let keys = folder.path().join("keys");
    assert!(!keys.exists());
    fs::create_dir(&keys).expect("ours");
    fs::write(keys.join("node.pem"), "nonsense").expect("ours");
    fs::set_permissions(&keys, fs::Permissions::from_mode(0o755)).expect("ours");
    let error = serve::serve(options(folder.path(), "127.0.0.1:0"), |_| {}).await;
    let told = error.expect_err("others may read them").to_string();
    assert!(told.contains("can be read by others"), "{told}");
}
