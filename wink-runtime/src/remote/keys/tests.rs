use super::*;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

fn fresh() -> (tempfile::TempDir, PathBuf) {
    let around = tempfile::tempdir().expect("a directory");
    let directory = around.path().join("config").join("wink");
    (around, directory)
}

fn mode(path: &Path) -> u32 {
    let metadata = fs::metadata(path).expect("it is there");
    metadata.permissions().mode() & 0o777
}

#[test]
fn a_cluster_is_made_once_and_only_its_owner_reads_it() {
    let (_around, directory) = fresh();
    let keys = Keys::init(&directory).expect("a new cluster");
    assert_eq!(mode(&directory), 0o700);
    for name in ["authority.pem", "node.pem", "user.pem"] {
        assert_eq!(mode(&directory.join(name)), 0o600, "{name}");
    }
    let node = keys.node().expect("a node");
    assert_eq!(node.holder().to_string(), "node `node`");
    assert_eq!(node.holder().roles, Roles::ALL);
    assert_eq!(keys.user().expect("a user").holder().kind, Kind::User);
    assert!(matches!(Keys::init(&directory), Err(KeyError::Exists(_))));
    let again = Keys::open_or_init(&directory).expect("the same");
    assert_eq!(
        again.node().expect("a node").certificate(),
        node.certificate()
    );
    let beside = fs::read_dir(directory.parent().expect("a parent")).expect("readable");
    assert_eq!(beside.count(), 1, "nothing else is left");
}

#[test]
fn keys_that_others_may_read_are_refused() {
    let (_around, directory) = fresh();
    let keys = Keys::open_or_init(&directory).expect("a new cluster");
    let node = directory.join("node.pem");
    fs::set_permissions(&node, fs::Permissions::from_mode(0o640)).expect("ours");
    let error = keys.node().expect_err("the group may read it");
    assert!(error.to_string().contains("mode is 640"), "{error}");
    fs::set_permissions(&directory, fs::Permissions::from_mode(0o755)).expect("ours");
    let error = Keys::open(&directory).expect_err("everybody may look into it");
    assert!(
        matches!(error, KeyError::Open { mode: 0o755, .. }),
        "{error}"
    );
}

#[test]
fn what_is_missing_is_said() {
    let (_around, directory) = fresh();
    let error = Keys::open(&directory).expect_err("nothing is there");
    assert!(error.to_string().contains("wink init"), "{error}");
    let keys = Keys::init(&directory).expect("a new cluster");
    fs::remove_file(directory.join("authority.pem")).expect("ours");
    assert!(matches!(keys.authority(), Err(KeyError::NoAuthority(_))));
    fs::write(directory.join("user.pem"), "nonsense").expect("ours");
    let error = keys.user().expect_err("no credential");
    assert!(error.to_string().contains("user.pem"), "{error}");
}

#[test]
fn certificates_say_what_their_holders_may() {
    let authority = Authority::generate().expect("an authority");
    for roles in [
        Roles::NONE,
        Roles::SEND,
        Roles::START | Roles::OBSERVE,
        Roles::ALL,
    ] {
        for kind in [Kind::Node, Kind::User, Kind::Joining] {
            let grant = Grant::new("alice-2", kind, roles);
            let credential = authority.issue(&grant).expect("a certificate");
            let text = credential.to_pem();
            let read = Credential::from_pem(&text, "a test").expect("the same");
            let holder = Holder {
                name: "alice-2".into(),
                kind,
                roles,
            };
            assert_eq!(read.holder(), &holder);
        }
    }
    assert!(!Roles::SEND.has(Roles::START | Roles::SEND));
    let text = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
    Credential::from_pem(text, "a test").expect_err("no certificate");
}

#[test]
fn names_are_names() {
    let authority = Authority::generate().expect("an authority");
    for name in ["", "Alice", "a.b", "-a", "a-", "a b", "ä", &"a".repeat(64)] {
        let grant = Grant::new(name, Kind::User, Roles::ALL);
        let error = authority.issue(&grant).expect_err(name);
        assert!(matches!(error, KeyError::Name(_)), "{name}: {error}");
    }
}

#[test]
fn a_credential_does_not_print_its_key() {
    let authority = Authority::generate().expect("an authority");
    let grant = Grant::new("alice", Kind::User, Roles::SEND);
    let credential = authority.issue(&grant).expect("a certificate");
    assert_eq!(format!("{credential:?}"), "Credential(user `alice`)");
}
