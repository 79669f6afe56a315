//! The node that a command speaks with, and the troubles there are with it.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;
use tokio::runtime::{self, Runtime};
use wink_node::client::{self, Answers, ClientError};
use wink_node::request::{Answer, Failure, Request};
use wink_node::transport;

/// Why a command has failed: what to print, and the program's exit code.
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
        Trouble::new(3, error.to_string())
    }
}

/// A node, maybe.
pub struct Node {
    address: SocketAddr,
    home: PathBuf,
}

impl Node {
    pub fn at(address: SocketAddr) -> Self {
        Node {
            address,
            home: transport::home(),
        }
    }

    /// Asks, and hands each answer on; ready when the last has come.
    pub async fn each(
        &self,
        request: &Request,
        mut take: impl FnMut(Answer) -> Result<(), Trouble>,
    ) -> Result<(), Trouble> {
        let mut answers: Answers = client::ask(&self.home, self.address, request).await?;
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
        self.for_each(request, |answer| {
            if let Answer::Text(text) = answer {
                println!("{text}");
            }
            Ok(())
        })
    }

    /// Prints the node's version, when there is a node.
    pub fn version(&self) {
        if let Ok(answers) = self.all(&Request::Version)
            && let Some(Answer::Text(version)) = answers.first()
        {
            println!("node {version} at {}", self.address);
        }
    }
}

/// What runs a command that speaks with a node.
pub fn runtime() -> Result<Runtime, Trouble> {
    let runtime = runtime::Builder::new_current_thread().enable_all().build();
    runtime.map_err(|error| Trouble::new(1, format!("the runtime does not start: {error}")))
}
