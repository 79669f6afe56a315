//! `wink serve`: the node itself.

use crate::arguments::Serve;
use crate::node::{Asker, Node, Trouble, keys_directory, runtime};
use crate::out;
use crate::start;
use std::net::SocketAddr;
use std::path::PathBuf;
use tokio::sync::oneshot;
use wink_node::request::Request;
use wink_node::serve::{self, Options, Serving};

/// Serves until it is asked to end, or until the machine that is followed has ended.
pub fn run(mut arguments: Serve, node: SocketAddr, keys: Option<PathBuf>) -> Result<(), Trouble> {
    let follow = std::mem::take(&mut arguments.follow);
    let keys = keys_directory(keys)?;
    let options = options(arguments, node, keys.clone())?;
    let (ready, serving) = oneshot::channel();
    let served = serve::serve(options, |serving| {
        greet(serving);
        // Taken by the other half, when there is something to follow.
        let _ = ready.send(serving.address);
    });
    let mut words = follow.into_iter();
    let followed = async {
        let Some(machine) = words.next() else {
            return Ok(());
        };
        let Ok(address) = serving.await else {
            return Ok(());
        };
        let node = Node::own(address, Asker::User(Some(keys)));
        let followed = start::follow(&node, machine, words.collect(), true).await;
        match node.each(&Request::Shutdown, |_| Ok(())).await {
            Ok(()) => followed,
            // The node has been interrupted, and ends without being asked here.
            Err(_) => followed.and(Err(Trouble::interrupted())),
        }
    };
    runtime()?.block_on(async {
        let (served, followed) = tokio::join!(served, followed);
        served.map_err(|error| Trouble::new(1, error.to_string()))?;
        followed
    })
}

fn options(arguments: Serve, node: SocketAddr, keys: PathBuf) -> Result<Options, Trouble> {
    let spans = [
        ("pulse", arguments.pulse, "silence", arguments.silence),
        (
            "heartbeat",
            arguments.heartbeat,
            "lost-after",
            arguments.lost_after,
        ),
    ];
    for (often, every, after, limit) in spans {
        if every >= limit {
            let wrong = format!(
                "with --{often} {every:?} and --{after} {limit:?} everybody would be taken for \
                 dead: --{after} is longer than --{often}"
            );
            return Err(Trouble::new(2, wrong));
        }
    }
    let directory = match arguments.directory {
        Some(directory) => directory,
        None => {
            beside().map_err(|error| format!("where this program is cannot be told: {error}"))?
        }
    };
    let mut options = Options::new(directory, arguments.address.unwrap_or(node), keys);
    options.heartbeat = arguments.heartbeat;
    options.lost_after = arguments.lost_after;
    options.logs = arguments.logs;
    options.log_size = arguments.log_size;
    options.log_files = arguments.log_files;
    options.pulse = arguments.pulse;
    options.adopts = true;
    options.settings.machines = arguments.machines;
    options.settings.grace = arguments.grace;
    options.settings.patience = arguments.patience;
    options.settings.silence = arguments.silence;
    Ok(options)
}

/// The directory that this program is in.
fn beside() -> std::io::Result<PathBuf> {
    let program = std::env::current_exe()?;
    Ok(program.parent().map(PathBuf::from).unwrap_or_default())
}

fn greet(serving: &Serving) {
    let (directory, address) = (serving.directory.display(), serving.address);
    let machines = match serving.machines {
        1 => "1 machine".to_owned(),
        count => format!("{count} machines"),
    };
    let logs = serving.logs.display();
    let mut said = format!("serving {machines} of {directory} at {address}\nlogs are in {logs}");
    if serving.ended > 0 {
        let ended = serving.ended;
        said += &format!("\nended {ended} that the node before had left");
    }
    // A node serves, whoever listens.
    let _ = out::line(said);
}
