//! `wink describe` and `wink diagram`: what a machine says of itself.

use crate::node::{Node, Trouble};
use std::io::Write;
use std::path::Path;
use wink_chart::export::Format;
use wink_node::executable;
use wink_node::request::{Answer, Request};

/// The description of a program, which is read and not run; or of a machine of the node.
pub fn run(node: &Node, machine: String, format: Format) -> Result<(), Trouble> {
    let path = Path::new(&machine);
    if path.is_file() {
        let program = executable::describe(path).map_err(|error| format!("`{machine}` {error}"))?;
        print(&format.write(&program.chart));
        return Ok(());
    }
    let request = Request::Describe {
        target: machine.clone(),
        format: format.name().to_owned(),
    };
    let answers = node.all(&request).map_err(|mut trouble| {
        trouble.text = format!("`{machine}` is no file, and {}", trouble.text);
        trouble
    })?;
    for answer in answers {
        if let Answer::Text(text) = answer {
            print(&text);
        }
    }
    Ok(())
}

fn print(text: &str) {
    // A closed pipe is no error: somebody has seen enough.
    let _ = std::io::stdout().write_all(text.as_bytes());
}
