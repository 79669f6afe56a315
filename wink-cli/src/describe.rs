//! `wink describe` and `wink diagram`: what a machine says of itself.

use crate::node::{Node, Trouble};
use crate::out;
use std::path::Path;
use std::str::FromStr;
use wink_chart::export::Format;
use wink_node::executable;
use wink_node::request::{Answer, Request};

/// What a machine is written as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Output {
    Text(Format),
    /// The picture as pixels.
    #[cfg(feature = "png")]
    Png,
}

impl FromStr for Output {
    type Err = String;

    fn from_str(name: &str) -> Result<Output, String> {
        if name == "png" {
            #[cfg(feature = "png")]
            return Ok(Output::Png);
            #[cfg(not(feature = "png"))]
            return Err(
                "this `wink` was built without pixels: take `--format svg`, or \
                 `cargo install wink-cli --features png`"
                    .to_owned(),
            );
        }
        match name.parse() {
            Ok(format) => Ok(Output::Text(format)),
            Err(unknown) => Err(format!("{unknown}")),
        }
    }
}

impl Output {
    /// The format that the machine itself is asked for.
    fn format(self) -> Format {
        match self {
            Output::Text(format) => format,
            #[cfg(feature = "png")]
            Output::Png => Format::Svg,
        }
    }

    fn print(self, text: &str) -> Result<(), Trouble> {
        let bytes = match self {
            Output::Text(_) => text.as_bytes().to_vec(),
            #[cfg(feature = "png")]
            Output::Png => {
                let pixels = wink_chart::export::png(text, 2.0);
                pixels.map_err(|error| error.to_string())?
            }
        };
        out::bytes(&bytes)
    }
}

/// The description of a program, which is read and not run; or of a machine of the node.
pub fn run(node: &Node, machine: String, output: Output) -> Result<(), Trouble> {
    let path = Path::new(&machine);
    if path.is_file() {
        let program = executable::describe(path).map_err(|error| format!("`{machine}` {error}"))?;
        return output.print(&output.format().write(&program.chart));
    }
    let request = Request::Describe {
        target: machine.clone(),
        format: output.format().name().to_owned(),
    };
    let answers = node.all(&request).map_err(|mut trouble| {
        trouble.text = format!("`{machine}` is no file, and {}", trouble.text);
        trouble
    })?;
    for answer in answers {
        if let Answer::Text(text) = answer {
            output.print(&text)?;
        }
    }
    Ok(())
}
