//! The arguments of a machine's program.

use std::ffi::OsString;
use std::fmt::Write;
use wink_chart::Chart;
use wink_chart::export::Format;

/// What was typed after the program's name.
#[derive(Debug, PartialEq, Eq)]
pub struct Arguments {
    pub order: Order,
    /// Time passes only on `:wait`.
    pub virtual_time: bool,
    /// The machine's own arguments.
    pub rest: Vec<String>,
}

/// What the program is to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    Run,
    Describe,
    Diagram(Format),
    Help,
    Version,
}

impl Arguments {
    /// Reads the console's options up to the first argument that is none; the others are the
    /// machine's.
    pub fn read(given: impl Iterator<Item = OsString>) -> Result<Arguments, String> {
        let mut arguments = Arguments {
            order: Order::Run,
            virtual_time: false,
            rest: Vec::new(),
        };
        let mut options_are_over = false;
        for argument in given {
            let argument = argument
                .into_string()
                .map_err(|argument| format!("the argument {argument:?} is not valid UTF-8"))?;
            if options_are_over || !argument.starts_with("--") {
                options_are_over = true;
                arguments.rest.push(argument);
                continue;
            }
            match argument.as_str() {
                "--" => options_are_over = true,
                "--describe" => arguments.order = Order::Describe,
                "--diagram" => arguments.order = Order::Diagram(Format::Mermaid),
                "--help" => arguments.order = Order::Help,
                "--version" => arguments.order = Order::Version,
                "--virtual-time" => arguments.virtual_time = true,
                other => match other.strip_prefix("--diagram=") {
                    Some(format) => {
                        let format = format.parse().map_err(|error| format!("{error}"))?;
                        arguments.order = Order::Diagram(format);
                    }
                    None => return Err(unknown_option(other)),
                },
            }
        }
        Ok(arguments)
    }
}

fn unknown_option(unknown: &str) -> String {
    let known = [
        "--describe",
        "--diagram",
        "--help",
        "--version",
        "--virtual-time",
    ];
    match wink_chart::nearest(unknown, known) {
        Some(near) => format!("no option `{unknown}`: did you mean `{near}`?"),
        None => format!("no option `{unknown}`"),
    }
}

/// What `--help` prints.
pub fn help(chart: &Chart, usage: &str, program: &str) -> String {
    let usage = [program, "[OPTIONS]", usage].join(" ");
    let usage = usage.trim_end();
    let mut help = format!("{} {}", chart.name, chart.version);
    if !chart.documentation.is_empty() {
        help.push_str(": ");
        help.push_str(chart.documentation.lines().next().unwrap_or_default());
    }
    let formats: Vec<_> = Format::ALL.iter().map(|format| format.name()).collect();
    let formats = formats.join(", ");
    // Writing to a string cannot fail.
    let _ = write!(
        help,
        "

Usage: {usage}

Reads messages from the standard input, one a line, and prints what the machine does.

Options:
  --describe        print the machine's description as JSON
  --diagram=FORMAT  print a diagram: {formats}
  --virtual-time    let time pass only on `:wait 5s`, and then at once
  --help            print this
  --version         print the machine's name and version

Messages:
"
    );
    for message in chart.messages.iter() {
        let usage = message.usage();
        let about = message.documentation.lines().next().unwrap_or_default();
        let line = match &message.reply {
            Some(reply) => format!("  {usage:30}  {about} (answers: {reply})"),
            None => format!("  {usage:30}  {about}"),
        };
        let _ = writeln!(help, "{}", line.trim_end());
    }
    help.push_str(
        "\nA message can also be typed as `coin value=5` or as JSON: {\"Coin\":{\"value\":5}}.\n",
    );
    help.push_str("Lines that begin with a colon are for the console: `:help` lists them.\n");
    help
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(words: &[&str]) -> Result<Arguments, String> {
        Arguments::read(words.iter().map(OsString::from))
    }

    #[test]
    fn options_come_before_the_machines_arguments() {
        let arguments = read(&["--virtual-time", "5", "--diagram"]).unwrap();
        assert_eq!(arguments.order, Order::Run);
        assert!(arguments.virtual_time);
        assert_eq!(arguments.rest, ["5", "--diagram"]);
        assert_eq!(read(&["--", "--help"]).unwrap().rest, ["--help"]);
    }

    #[test]
    fn diagrams_come_in_formats() {
        let order = |word| read(&[word]).map(|arguments| arguments.order);
        assert_eq!(order("--diagram"), Ok(Order::Diagram(Format::Mermaid)));
        assert_eq!(order("--diagram=dot"), Ok(Order::Diagram(Format::Dot)));
        assert_eq!(
            order("--diagram=scmxl").unwrap_err(),
            "no format `scmxl`: did you mean `scxml`?"
        );
    }

    #[test]
    fn a_misspelt_option_is_told_the_nearest() {
        let problem = read(&["--diagramm"]).unwrap_err();
        assert_eq!(problem, "no option `--diagramm`: did you mean `--diagram`?");
        assert_eq!(
            read(&["--frobnicate"]).unwrap_err(),
            "no option `--frobnicate`"
        );
    }
}
