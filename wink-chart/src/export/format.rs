//! The formats by name.

use super::{dot, json, markdown, mermaid, plantuml, scxml, xstate};
use crate::{Chart, nearest};
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;
use core::str::FromStr;

/// What a chart can be written as.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Format {
    /// A Mermaid `stateDiagram-v2`.
    Mermaid,
    /// A Graphviz `digraph`.
    Dot,
    /// A PlantUML state diagram.
    PlantUml,
    /// A document of the W3C's SCXML 1.0.
    Scxml,
    /// The configuration of an XState 5 machine, as JSON.
    XState,
    /// The transition table, as Markdown.
    Markdown,
    /// The whole description, as JSON.
    Json,
    /// A picture, laid out by wink itself.
    #[cfg(feature = "svg")]
    Svg,
}

impl Format {
    /// All formats that this build has.
    pub const ALL: &'static [Format] = &[
        Format::Mermaid,
        Format::Dot,
        Format::PlantUml,
        Format::Scxml,
        Format::XState,
        Format::Markdown,
        Format::Json,
        #[cfg(feature = "svg")]
        Format::Svg,
    ];

    /// The format's name, as it is written on a command line.
    pub const fn name(self) -> &'static str {
        match self {
            Format::Mermaid => "mermaid",
            Format::Dot => "dot",
            Format::PlantUml => "plantuml",
            Format::Scxml => "scxml",
            Format::XState => "xstate",
            Format::Markdown => "markdown",
            Format::Json => "json",
            #[cfg(feature = "svg")]
            Format::Svg => "svg",
        }
    }

    /// The chart in this format, ended by a line break.
    pub fn write(self, chart: &Chart) -> String {
        match self {
            Format::Mermaid => mermaid(chart),
            Format::Dot => dot(chart),
            Format::PlantUml => plantuml(chart),
            Format::Scxml => scxml(chart),
            Format::XState => xstate(chart),
            Format::Markdown => markdown(chart),
            Format::Json => json(chart),
            #[cfg(feature = "svg")]
            Format::Svg => super::svg(chart),
        }
    }
}

impl fmt::Display for Format {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.name())
    }
}

/// No format has this name. Says which ones there are, and which was most likely meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownFormat {
    name: String,
}

impl fmt::Display for UnknownFormat {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names = Format::ALL.iter().map(|format| format.name());
        write!(formatter, "no format `{}`: ", self.name)?;
        if let Some(near) = nearest(&self.name.to_lowercase(), names.clone()) {
            return write!(formatter, "did you mean `{near}`?");
        }
        let names: Vec<_> = names.collect();
        write!(formatter, "there are {}", names.join(", "))
    }
}

impl core::error::Error for UnknownFormat {}

impl FromStr for Format {
    type Err = UnknownFormat;

    /// The format of this name; some go by the ending of their files too.
    fn from_str(name: &str) -> Result<Format, UnknownFormat> {
        let same = |format: &&Format| format.name() == name;
        if let Some(format) = Format::ALL.iter().find(same) {
            return Ok(*format);
        }
        match name {
            "mmd" => Ok(Format::Mermaid),
            "gv" | "graphviz" => Ok(Format::Dot),
            "puml" => Ok(Format::PlantUml),
            "md" => Ok(Format::Markdown),
            _ => Err(UnknownFormat {
                // What was typed may be long, and is repeated to whoever typed it.
                name: name.chars().take(40).collect(),
            }),
        }
    }
}
