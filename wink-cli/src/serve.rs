//! `wink serve`: the node itself.

use crate::arguments::Serve;
use crate::node::{Trouble, runtime};
use std::net::SocketAddr;
use wink_node::serve::{self, Options};

/// Serves until it is asked to end.
pub fn run(arguments: Serve, node: SocketAddr) -> Result<(), Trouble> {
    let address = arguments.address.unwrap_or(node);
    let mut options = Options::new(arguments.directory, address);
    options.logs = arguments.logs;
    options.log_size = arguments.log_size;
    options.log_files = arguments.log_files;
    options.pulse = arguments.pulse;
    options.adopts = true;
    options.settings.machines = arguments.machines;
    options.settings.grace = arguments.grace;
    options.settings.patience = arguments.patience;
    options.settings.silence = arguments.silence;
    let served = runtime()?.block_on(serve::serve(options, |serving| {
        let (directory, address) = (serving.directory.display(), serving.address);
        let machines = match serving.machines {
            1 => "1 machine".to_owned(),
            count => format!("{count} machines"),
        };
        println!("serving {machines} of {directory} at {address}");
        println!("logs are in {}", serving.logs.display());
        if serving.ended > 0 {
            println!("ended {} that the node before had left", serving.ended);
        }
    }));
    served.map_err(|error| Trouble::new(1, error.to_string()))
}
