//! The node that a command speaks with, and the troubles there are with it.

use crate::out;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::pin::pin;
use std::process::ExitCode;
use std::time::Duration;
use tokio::runtime::{self, Runtime};
use wink_node::client::{self, Answers, ClientError};
use wink_node::request::{Answer, Failure, Request};
use wink_runtime::remote::{Credential, Keys};

/// Why a command has failed: what to print, and the program's exit code.
#[derive(Debug)]
pub struct Trouble {
    pub text: String,
    pub code: ExitCode,
}

impl Trouble {
    pub fn new(code: u8, text: impl Into<String>) -> Self {
        Trouble {
            text: text.into(),
            code: ExitCode::from(code),
        }
    }

    /// Somebody has interrupted it, and knows that.
    pub fn interrupted() -> Self {
        Trouble::new(130, "")
    }

    fn failed(failure: Failure, reason: String) -> Self {
        let code = match failure {
            Failure::Refused => 1,
            Failure::Errored => 4,
            Failure::Late => 5,
        };
        Trouble::new(code, reason)
    }
}

impl From<String> for Trouble {
    fn from(text: String) -> Self {
        Trouble::new(1, text)
    }
}

impl From<ClientError> for Trouble {
    fn from(error: ClientError) -> Self {
        let code = match &error {
            ClientError::NoNode(..) | ClientError::NoAnswers(_) | ClientError::Lost(_) => 3,
            _ => 1,
        };
        Trouble::new(code, error.to_string())
    }
}

/// Who asks a node.
#[derive(Clone)]
pub enum Asker {
    /// The user with the keys in that directory, or where they usually are.
    User(Option<PathBuf>),
    /// The holder of that credential.
    Holder(Box<Credential>),
}

/// A node, maybe.
pub struct Node {
    address: SocketAddr,
    asker: Asker,
    /// It is this process: what interrupts this interrupts the node, which says so.
    is_own: bool,
    /// What it is asked for is not worth waiting for long, or a word.
    is_aside: bool,
}

/// After this time somebody is told that nothing has answered yet.
const SILENCE: Duration = Duration::from_millis(800);

/// How long a node that is asked something aside may take.
const ASIDE: Duration = Duration::from_millis(700);

impl Node {
    pub fn at(address: SocketAddr, asker: Asker) -> Self {
        Node {
            address,
            asker,
            is_own: false,
            is_aside: false,
        }
    }

    /// A node that is asked for what a command can go without, as a completion is.
    pub fn aside(address: SocketAddr, asker: Asker) -> Self {
        Node {
            is_aside: true,
            ..Node::at(address, asker)
        }
    }

    /// The node that this process is.
    pub fn own(address: SocketAddr, asker: Asker) -> Self {
        Node {
            is_own: true,
            ..Node::at(address, asker)
        }
    }

    async fn begin(&self, request: &Request) -> Result<Answers, Trouble> {
        let mut answers = pin!(self.connect(request));
        let patience = if self.is_aside { ASIDE } else { SILENCE };
        tokio::select! {
            answers = answers.as_mut() => return answers,
            () = tokio::time::sleep(patience) => {}
        }
        if self.is_aside {
            return Err(Trouble::new(3, format!("{} does not answer", self.address)));
        }
        let (address, patience) = (self.address, client::PATIENCE);
        eprintln!("nothing has answered at {address} yet: it is tried for {patience:?}");
        answers.await
    }

    async fn connect(&self, request: &Request) -> Result<Answers, Trouble> {
        match &self.asker {
            Asker::User(directory) => {
                let directory = keys_directory(directory.clone())?;
                Ok(client::ask(&directory, self.address, request).await?)
            }
            Asker::Holder(credential) => {
                let credential = (**credential).clone();
                Ok(client::ask_as(credential, None, self.address, request).await?)
            }
        }
    }

    /// Where it is.
    #[cfg(feature = "live")]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Asks, and hands each answer on; ready when the last has come.
    pub async fn each(
        &self,
        request: &Request,
        take: impl FnMut(Answer) -> Result<(), Trouble>,
    ) -> Result<(), Trouble> {
        let mut interrupt = pin!(tokio::signal::ctrl_c());
        let mut answers = tokio::select! {
            answers = self.begin(request) => answers?,
            _ = interrupt.as_mut(), if !self.is_own => return Err(Trouble::interrupted()),
        };
        let taken = tokio::select! {
            taken = each(&mut answers, take) => taken,
            _ = interrupt, if !self.is_own => Err(Trouble::interrupted()),
        };
        answers.finish().await;
        taken
    }

    /// As [`each`](Self::each), while nothing else goes on.
    pub fn for_each(
        &self,
        request: &Request,
        take: impl FnMut(Answer) -> Result<(), Trouble>,
    ) -> Result<(), Trouble> {
        runtime()?.block_on(self.each(request, take))
    }

    /// All answers.
    pub fn all(&self, request: &Request) -> Result<Vec<Answer>, Trouble> {
        let mut all = Vec::new();
        self.for_each(request, |answer| {
            all.push(answer);
            Ok(())
        })?;
        Ok(all)
    }

    /// Asks, and prints what is a text.
    pub fn ask(&self, request: &Request) -> Result<(), Trouble> {
        self.for_each(request, |answer| match answer {
            Answer::Text(text) => out::line(text),
            _ => Ok(()),
        })
    }

    /// Has it end, and waits until it has.
    pub fn shut_down(&self) -> Result<(), Trouble> {
        runtime()?.block_on(async {
            self.each(&Request::Shutdown, |_| Ok(())).await?;
            match client::gone(self.address).await {
                true => Ok(()),
                false => Err(Trouble::new(1, "the node says that it ends, and does not")),
            }
        })
    }

    /// Prints the node's version, when there is a node.
    pub fn version(&self) -> Result<(), Trouble> {
        let answers = self.all(&Request::Version).unwrap_or_default();
        match answers.first() {
            Some(Answer::Text(version)) => {
                out::line(format_args!("node {version} at {}", self.address))
            }
            _ => Ok(()),
        }
    }
}

async fn each(
    answers: &mut Answers,
    mut take: impl FnMut(Answer) -> Result<(), Trouble>,
) -> Result<(), Trouble> {
    loop {
        match answers.next().await? {
            Answer::Done => return Ok(()),
            Answer::Failed { failure, reason } => {
                return Err(Trouble::failed(failure, reason));
            }
            answer => take(answer)?,
        }
    }
}

/// Where the keys are, when it is not said.
pub fn keys_directory(said: Option<PathBuf>) -> Result<PathBuf, Trouble> {
    let usual = || Keys::default_directory().map_err(|error| error.to_string());
    Ok(said.map_or_else(usual, Ok)?)
}

/// What runs a command that speaks with a node.
pub fn runtime() -> Result<Runtime, Trouble> {
    let runtime = runtime::Builder::new_current_thread().enable_all().build();
    runtime.map_err(|error| Trouble::new(1, format!("the runtime does not start: {error}")))
}
