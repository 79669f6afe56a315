//! Who may come in, over QUIC: certificates and roles.

use super::machines::{Cluster, Counter, Log, Message, logged};
use std::time::Duration;
use wink::remote::{Credential, Grant, Keys, Kind, Node, ReachError, Roles};
use wink::{Address, System};

struct Served {
    node: Node,
    _system: System,
    log: Log,
    counter: Address<Counter>,
}

fn served(credential: Credential) -> Served {
    let (system, log) = logged();
    let node = Node::builder(&system, credential).listen("127.0.0.1:0");
    let node = node.start().expect("it starts");
    let counter = system.spawn(Counter::default());
    node.publish("counter", &counter).expect("it can travel");
    Served {
        node,
        _system: system,
        log,
        counter,
    }
}

async fn reach(credential: Credential, served: &Served) -> Result<Address<Counter>, ReachError> {
    let (system, _) = logged();
    let node = Node::builder(&system, credential)
        .start()
        .expect("it starts");
    let reached = node.reach("counter", served.node.local_address()).await;
    node.close().await;
    reached
}

#[tokio::test]
async fn a_stranger_is_refused_at_the_handshake() {
    let (ours, theirs) = (Cluster::new(), Cluster::new());
    let served = served(ours.node("there"));
    let error = reach(theirs.node("stranger"), &served)
        .await
        .expect_err("another cluster");
    assert!(matches!(error, ReachError::Connect(_)), "{error}");
    assert_eq!(reach(ours.node("here"), &served).await.map(drop), Ok(()));
}

/// The server is the one that trusts nobody; the client would trust it.
#[tokio::test]
async fn a_credential_of_another_authority_does_not_help() {
    let (ours, theirs) = (Cluster::new(), Cluster::new());
    let served = served(ours.node("there"));
    // Their certificate and key, but our authority's certificate beside them.
    let certificate = |text: &str| {
        text.split_inclusive("-----END CERTIFICATE-----\n")
            .map(str::to_owned)
            .collect::<Vec<_>>()
    };
    let (own, foreign) = (ours.node("x").to_pem(), theirs.node("x").to_pem());
    let (own, foreign) = (certificate(&own), certificate(&foreign));
    let mixed = format!("{}{}{}", foreign[0], own[1], foreign[2]);
    let mixed = Credential::from_pem(&mixed, "a test").expect("well formed");
    let error = reach(mixed, &served).await.expect_err("not ours");
    assert!(error.to_string().contains("certificate"), "{error}");
    // It has not come so far that it was greeted; others go on.
    assert_eq!(reach(ours.node("here"), &served).await.map(drop), Ok(()));
    assert!(served.log.has("refused"), "{:?}", served.log.lines());
}

#[tokio::test]
async fn an_expired_certificate_is_refused() {
    let cluster = Cluster::new();
    let served = served(cluster.node("there"));
    let expired = Grant::new("late", Kind::Node, Roles::ALL).valid(Duration::ZERO);
    let expired = cluster.authority.issue(&expired).expect("a credential");
    let error = reach(expired, &served).await.expect_err("it is over");
    assert!(error.to_string().contains("certificate"), "{error}");
}

#[tokio::test]
async fn a_user_cannot_pass_for_a_node() {
    let cluster = Cluster::new();
    let served = served(cluster.credential("alice", Kind::User, Roles::ALL));
    let error = reach(cluster.node("here"), &served)
        .await
        .expect_err("no node's certificate");
    assert!(error.to_string().contains("certificate"), "{error}");
}

#[tokio::test]
async fn roles_are_kept() {
    let cluster = Cluster::new();
    let served = served(cluster.node("there"));
    let observer = cluster.credential("bob", Kind::User, Roles::OBSERVE | Roles::START);
    let error = reach(observer, &served).await.expect_err("may not send");
    assert_eq!(
        error.to_string(),
        "`counter` cannot be reached: user `bob` may not send (it may: start, observe)"
    );
    let joining = cluster.credential("new", Kind::Joining, Roles::ALL);
    reach(joining, &served).await.expect_err("may only join");
    // A sender cannot stop; the machine goes on and both nodes say what happened.
    let (system, log) = logged();
    let sender = cluster.credential("carol", Kind::User, Roles::SEND);
    let node = Node::builder(&system, sender).start().expect("it starts");
    let counter = node
        .reach::<Counter>("counter", served.node.local_address())
        .await;
    let counter = counter.expect("it may send");
    let told = counter.try_stop().expect_err("it may not").to_string();
    assert!(
        told.contains("user `carol` may not stop machines"),
        "{told}"
    );
    counter.stop();
    counter.send(Message::Add(1)).await.expect("it lives");
    while !served.log.has("may not stop") {
        assert_eq!(counter.call(Message::sum()).await, Ok(1));
    }
    assert!(log.has("not stopped: user `carol` may not stop"));
    assert_eq!(served.counter.ended(), None);
    node.close().await;
}

#[tokio::test]
async fn a_credential_that_was_withdrawn_opens_nothing() {
    let cluster = Cluster::new();
    let served = served(cluster.node("there"));
    let (system, _) = logged();
    let carol = || cluster.credential("carol", Kind::User, Roles::SEND);
    let node = Node::builder(&system, carol()).start().expect("it starts");
    let counter = node
        .reach::<Counter>("counter", served.node.local_address())
        .await;
    let counter = counter.expect("it may send");
    served.node.refuse(["carol".to_owned()]);
    let reason = counter.closed().await;
    assert!(reason.error().is_some(), "{reason}");
    let error = reach(carol(), &served).await.expect_err("it was withdrawn");
    let told = error.to_string();
    assert!(
        told.contains("credential of user `carol` was withdrawn"),
        "{told}"
    );
    let dave = cluster.credential("dave", Kind::User, Roles::SEND);
    assert_eq!(reach(dave, &served).await.map(drop), Ok(()));
    node.close().await;
}

#[tokio::test]
async fn a_directory_of_keys_is_all_that_two_nodes_need() {
    let around = tempfile::tempdir().expect("a directory");
    let keys = Keys::open_or_init(around.path().join("keys")).expect("a new cluster");
    let served = served(keys.node().expect("a node"));
    let user = keys.user().expect("a user");
    let (system, _) = logged();
    let node = Node::builder(&system, user).start().expect("it starts");
    let counter = node
        .reach::<Counter>("counter", served.node.local_address())
        .await;
    let counter = counter.expect("it may");
    counter.send(Message::Add(2)).await.expect("it lives");
    assert_eq!(counter.call(Message::sum()).await, Ok(2));
    node.close().await;
    served.node.close().await;
}

#[tokio::test]
async fn addresses_that_are_none_are_told_apart() {
    let cluster = Cluster::new();
    let (system, _) = logged();
    let node = Node::builder(&system, cluster.node("here"))
        .start()
        .expect("it starts");
    for (address, part) in [
        ("127.0.0.1", "write `host:port`"),
        ("127.0.0.1:abc", "`abc` is no port"),
        ("127.0.0.1:70000", "`70000` is no port"),
        (":-1", "`-1` is no port"),
    ] {
        let error = node.connect(address).await.expect_err(address);
        assert!(error.to_string().contains(part), "{address}: {error}");
    }
    let taken = served(cluster.node("there"));
    let twice = Node::builder(&system, cluster.node("there")).listen(taken.node.local_address());
    let error = twice.start().expect_err("the port is taken");
    assert!(
        error.to_string().starts_with("cannot listen at 127.0.0.1:"),
        "{error}"
    );
}
