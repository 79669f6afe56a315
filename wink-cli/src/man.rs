//! `wink man`: pages for `man`, from what `--help` says.

use crate::arguments::Arguments;
use clap::{Command, CommandFactory};
use std::fs;
use std::path::Path;

/// Writes `wink.1`, `wink-start.1` and so on into the directory.
pub fn run(directory: &Path) -> Result<(), String> {
    let failed = |error| format!("{} cannot be written: {error}", directory.display());
    fs::create_dir_all(directory).map_err(failed)?;
    let mut command = Arguments::command();
    command.build();
    page(&command, "wink", directory).map_err(failed)?;
    for part in command
        .get_subcommands()
        .filter(|part| part.get_name() != "help")
    {
        let name = format!("wink-{}", part.get_name());
        page(part, &name, directory).map_err(failed)?;
    }
    Ok(())
}

fn page(command: &Command, name: &str, directory: &Path) -> std::io::Result<()> {
    let mut file = fs::File::create(directory.join(format!("{name}.1")))?;
    clap_mangen::Man::new(command.clone())
        .title(name)
        .render(&mut file)
}
