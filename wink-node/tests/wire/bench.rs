//! What these tests work with: a node in a folder of its own.

use std::fs;
use std::net::SocketAddr;
use std::path::Path;
use tempfile::TempDir;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use wink_node::client::{self, Answers, ClientError};
use wink_node::request::{Answer, Request};
use wink_node::serve::{self, Options, ServeError};
use wink_runtime::remote::{Credential, Grant, Keys, Kind, Roles};

pub struct Served {
    pub folder: TempDir,
    pub address: SocketAddr,
    serving: JoinHandle<Result<(), ServeError>>,
}

impl Served {
    #[allow(clippy::disallowed_methods, reason = "a test is a driver")]
    pub async fn new() -> Served {
        let folder = tempfile::tempdir().expect("a folder");
        let options = options(folder.path(), "127.0.0.1:0");
        let (ready, address) = oneshot::channel();
        let serving = tokio::spawn(serve::serve(options, |serving| {
            let _ = ready.send(serving.address);
        }));
        Served {
            address: address.await.expect("it serves"),
            folder,
            serving,
        }
    }

    pub fn keys(&self) -> Keys {
        Keys::open(self.folder.path().join("keys")).expect("made by the node")
    }

    /// Who made the cluster.
    pub fn owner(&self) -> Credential {
        self.keys().user().expect("made by the node")
    }

    pub fn user(&self, name: &str, roles: Roles) -> Credential {
        self.issue(&Grant::new(name, Kind::User, roles))
    }

    pub fn issue(&self, grant: &Grant) -> Credential {
        let authority = self.keys().authority().expect("made here");
        authority.issue(grant).expect("a name")
    }

    pub async fn ask(&self, who: Credential, what: &Request) -> Result<Vec<Answer>, ClientError> {
        all(client::ask_as(who, None, self.address, what).await?).await
    }

    /// Why it fails.
    pub async fn refused(&self, who: Credential, what: &Request) -> String {
        match self.ask(who, what).await.expect("it is let in").pop() {
            Some(Answer::Failed { reason, .. }) => reason,
            other => panic!("{what:?} was not refused, but {other:?}"),
        }
    }

    pub async fn lives(&self) {
        let told = self.ask(self.owner(), &Request::List).await;
        assert_eq!(told.expect("it lives"), [Answer::Done]);
    }

    pub async fn end(self) {
        let told = self.ask(self.owner(), &Request::Shutdown).await;
        assert_eq!(told.expect("it may"), [Answer::Done]);
        self.serving.await.expect("no panic").expect("no error");
    }
}

async fn all(mut answers: Answers) -> Result<Vec<Answer>, ClientError> {
    let mut told = Vec::new();
    loop {
        told.push(answers.next().await?);
        if let Some(Answer::Done | Answer::Failed { .. }) = told.last() {
            answers.finish().await;
            return Ok(told);
        }
    }
}

pub fn options(folder: &Path, address: &str) -> Options {
    let machines = folder.join("machines");
    fs::create_dir_all(&machines).expect("ours");
    let address = address.parse().expect("an address");
    let mut options = Options::new(machines, address, folder.join("keys"));
    options.home = folder.join("home");
    options
}

/// Requests of all kinds, each with the roles that it needs.
pub fn requests() -> Vec<(&'static str, Request)> {
    let (target, text) = (":1".to_owned(), "x".to_owned());
    let start = |follow| Request::Start {
        name: "no/Machine".to_owned(),
        address: None,
        arguments: Vec::new(),
        follow,
    };
    let stop = Request::Stop {
        target: target.clone(),
    };
    let send = Request::Send {
        target: target.clone(),
        text: text.clone(),
    };
    let call = Request::Call {
        target: target.clone(),
        text,
        deadline: 1,
    };
    let logs = Request::Logs {
        target: target.clone(),
        follow: false,
        lines: 1,
    };
    let describe = Request::Describe {
        target,
        format: "json".to_owned(),
    };
    vec![
        ("start", start(false)),
        ("start,observe", start(true)),
        ("stop", stop),
        ("send", send),
        ("send", call),
        ("observe", Request::List),
        ("observe", Request::Available),
        ("observe", logs),
        ("observe", describe),
        ("", Request::Version),
    ]
}
