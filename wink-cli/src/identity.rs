//! `wink init` and `wink join`: how a computer comes to its keys.

use crate::node::{Asker, Node, Trouble, keys_directory};
use crate::out;
use std::io::Read;
use std::net::SocketAddr;
use std::path::PathBuf;
use wink_node::request::{Answer, Request};
use wink_runtime::remote::{Applicant, Given, KeyError, Keys, Token};

/// The longest text that may hold a token, in bytes.
const LONGEST: u64 = 16 * 1024;

fn failed(error: KeyError) -> Trouble {
    Trouble::new(1, error.to_string())
}

/// Makes a cluster.
pub fn init(directory: Option<PathBuf>) -> Result<(), Trouble> {
    let directory = keys_directory(directory)?;
    let keys = Keys::init(&directory).map_err(failed)?;
    let cluster = keys.node().map_err(failed)?.cluster();
    out::line(format_args!("made cluster {cluster}"))?;
    out::line(format_args!("its keys are in {}", directory.display()))
}

/// Joins the cluster of the node at that address.
pub fn join(address: SocketAddr, token: &str, directory: Option<PathBuf>) -> Result<(), Trouble> {
    let directory = keys_directory(directory)?;
    let mut text = token.to_owned();
    if token == "-" {
        text.clear();
        let read = std::io::stdin().take(LONGEST).read_to_string(&mut text);
        read.map_err(|error| format!("the token cannot be read: {error}"))?;
    }
    let token = Token::from_text(&text).map_err(failed)?;
    Keys::is_free(&directory, &token).map_err(failed)?;
    let credential = token.credential().clone();
    let cluster = credential.cluster();
    let applicant = Applicant::new(token).map_err(failed)?;
    let request = Request::Join {
        node: hexadecimal(applicant.node_key()),
        user: hexadecimal(applicant.user_key()),
    };
    let node = Node::at(address, Asker::Holder(Box::new(credential)));
    let mut given = Given::default();
    node.for_each(&request, |answer| {
        if let Answer::Joined { node, user } = answer {
            given = Given { node, user };
        }
        Ok(())
    })?;
    let keys = applicant.keep(&given, &directory).map_err(failed)?;
    out::line(format_args!("joined cluster {cluster}"))?;
    for holder in [keys.node(), keys.user()].into_iter().flatten() {
        let holder = holder.holder();
        let roles = holder.roles;
        out::line(format_args!("here is {holder}, which may {roles}"))?;
    }
    out::line(format_args!("the keys are in {}", directory.display()))
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
