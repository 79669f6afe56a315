//! How others join: tokens expire, are used once, and are for one cluster.

use super::bench::{Served, requests};
use std::fs;
use std::net::SocketAddr;
use std::path::Path;
use std::time::Duration;
use wink_node::client;
use wink_node::request::{Answer, Invite, Request};
use wink_runtime::System;
use wink_runtime::remote::{
    Applicant, Authority, Credential, Given, Grant, KeyError, Keys, Kind, Node, Roles, Token,
};

const USED: &str = "was used before, or has expired";

fn invite(is_node: bool, valid: u64) -> Request {
    Request::Invite(Invite {
        name: None,
        is_node,
        roles: vec!["start".to_owned(), "observe".to_owned()],
        valid,
    })
}

async fn token(served: &Served, is_node: bool) -> Token {
    let told = served.ask(served.owner(), &invite(is_node, 600)).await;
    let told = told.expect("it is let in");
    let [Answer::Text(text), Answer::Done] = &told[..] else {
        panic!("{told:?}");
    };
    Token::from_text(text).expect("a token")
}

async fn join(served: &Served, token: Token, keys: &Path) -> Result<Keys, String> {
    let credential = token.credential().clone();
    let applicant = Applicant::new(token).expect("randomness");
    let digits = |key: &[u8]| key.iter().map(|byte| format!("{byte:02x}")).collect();
    let request = Request::Join {
        node: digits(applicant.node_key()),
        user: digits(applicant.user_key()),
    };
    let told = served.ask(credential, &request).await;
    match &told.expect("it is let in")[..] {
        [Answer::Joined { node, user }, Answer::Done] => {
            let (node, user) = (node.clone(), user.clone());
            let kept = applicant.keep(&Given { node, user }, keys);
            Ok(kept.expect("it is free"))
        }
        [Answer::Failed { reason, .. }] => Err(reason.clone()),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_token_makes_a_member_once() {
    let served = Served::new().await;
    let folder = tempfile::tempdir().expect("a folder");
    let place = |name: &str| folder.path().join(name);
    let given = token(&served, true).await;
    let again = Token::from_text(&format!(" {}\n", given.to_text())).expect("the same");
    let keys = join(&served, given, &place("one")).await.expect("a member");
    let (node, user) = (keys.node().expect("one"), keys.user().expect("one"));
    assert_eq!(node.cluster(), served.owner().cluster());
    assert_eq!(node.holder().kind, Kind::Node);
    assert_eq!(node.holder().roles, Roles::START | Roles::OBSERVE);
    assert_eq!(user.holder().roles, Roles::START | Roles::OBSERVE);
    // The authority's key has stayed where it was.
    assert!(matches!(keys.authority(), Err(KeyError::NoAuthority(_))));
    let told = served.ask(user, &Request::List).await;
    assert_eq!(told.expect("it is let in"), [Answer::Done]);
    let told = join(&served, again, &place("two")).await;
    let told = told.expect_err("it was used");
    assert!(told.contains(USED), "{told}");
    // A user's has no node.
    let given = token(&served, false).await;
    let keys = join(&served, given, &place("three")).await;
    let keys = keys.expect("a member");
    assert!(matches!(keys.node(), Err(KeyError::Lacking(..))));
    assert_eq!(keys.user().expect("one").holder().kind, Kind::User);
    // A place that has keys is known before the token is used.
    let given = token(&served, false).await;
    let taken = Keys::is_free(&place("three"), &given).expect_err("taken");
    assert!(matches!(taken, KeyError::Exists(_)), "{taken}");
    Keys::init(place("four")).expect("another cluster");
    let taken = Keys::is_free(&place("four"), &given).expect_err("taken");
    assert!(matches!(taken, KeyError::Foreign(_)), "{taken}");
    served.end().await;
}

#[tokio::test]
async fn a_token_is_good_for_joining_and_for_nothing_else() {
    let served = Served::new().await;
    let given = token(&served, true).await;
    let shown = given.credential();
    for (_, request) in requests() {
        let told = served.refused(shown.clone(), &request).await;
        assert_eq!(told, "a token is for `wink join`, and for nothing else");
    }
    let (node, user) = ("00".repeat(32), "zz".repeat(32));
    let request = Request::Join { node, user };
    let told = served.refused(shown.clone(), &request).await;
    assert_eq!(told, "a public key cannot be read");
    let told = served.refused(served.owner(), &request).await;
    assert!(told.starts_with("who joins shows a token"), "{told}");
    // None of this has used it up.
    let folder = tempfile::tempdir().expect("a folder");
    let joined = join(&served, given, &folder.path().join("keys")).await;
    joined.expect("still good");
    served.end().await;
}

#[tokio::test]
async fn a_token_expires() {
    let served = Served::new().await;
    for valid in [0, 31 * 24 * 3_600] {
        let told = served.refused(served.owner(), &invite(true, valid)).await;
        assert_eq!(told, "a token can be used for 1 second to 30 days");
    }
    // One that has expired does not come through the handshake.
    let grant = Grant::new("token-late", Kind::Joining, Roles::NONE).valid(Duration::ZERO);
    let told = served.ask(served.issue(&grant), &Request::Version).await;
    let told = told.expect_err("expired").to_string();
    assert!(told.contains("it has expired"), "{told}");
    // One whose time has run out meanwhile does not come further.
    let given = token(&served, true).await;
    let noted = served.folder.path().join("keys").join("tokens");
    let noted = noted.join(&given.credential().holder().name);
    let text = fs::read_to_string(&noted).expect("it is noted");
    let expires = text.lines().last().expect("four lines");
    fs::write(&noted, text.replace(expires, "1")).expect("ours");
    let folder = tempfile::tempdir().expect("a folder");
    let told = join(&served, given, &folder.path().join("keys")).await;
    let told = told.expect_err("too late");
    assert!(told.contains(USED), "{told}");
    served.end().await;
}

/// A node in the middle: of another cluster, or with a user's certificate of this one.
#[tokio::test]
async fn who_is_in_the_middle_is_noticed() {
    let served = Served::new().await;
    let given = token(&served, true).await;
    let other = Authority::generate().expect("randomness");
    let eve = other.issue(&Grant::new("eve", Kind::Node, Roles::ALL));
    let cases: [(Credential, &str); 2] = [
        (
            eve.expect("a name"),
            "its certificate is one of another cluster",
        ),
        (
            served.user("mallory", Roles::ALL),
            "what answers there is no node: it shows another kind of certificate",
        ),
    ];
    for (credential, expected) in cases {
        let system = System::builder().log(|_| {}).build();
        let middle = Node::builder(&system, credential).listen("127.0.0.1:0");
        let middle = middle.start().expect("it starts");
        let address: SocketAddr = middle.local_address().parse().expect("an address");
        let shown = given.credential().clone();
        let asked = client::ask_as(shown, None, address, &Request::Version).await;
        let told = asked.expect_err("no node").to_string();
        assert!(told.contains(expected), "{told}");
        middle.close().await;
    }
    // The token is as good as before.
    let folder = tempfile::tempdir().expect("a folder");
    let joined = join(&served, given, &folder.path().join("keys")).await;
    joined.expect("nobody has used it");
    served.end().await;
}

#[test]
fn what_is_no_token_is_told() {
    let authority = Authority::generate().expect("randomness");
    let grant = Grant::new("alice", Kind::User, Roles::ALL);
    let alice = authority.issue(&grant).expect("a name").to_pem();
    let folder = tempfile::tempdir().expect("a folder");
    let keys = Keys::init(folder.path().join("keys")).expect("a cluster");
    let invitation = wink_runtime::remote::Invitation::new(Kind::User, Roles::SEND);
    let good = keys.invite(&invitation).expect("made here").to_text();
    let half = &good[..good.len() / 2];
    let words = [
        "",
        "wink1",
        "wink1.",
        "wink1.%%",
        "wink1.AAAA",
        half,
        &alice,
    ];
    for word in words {
        let error = Token::from_text(word).expect_err(word).to_string();
        assert!(error.starts_with("the token: it is "), "{word}: {error}");
    }
    Token::from_text(&good).expect("a token");
}
