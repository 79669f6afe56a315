//! Asks a built machine about itself.

use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

/// Runs the machine's program with one of its options and prints what it prints.
pub fn relay(binary: &Path, option: &str) -> Result<(), String> {
    let shown = binary.display();
    // A bare name is a file here, never something on the PATH.
    let program = match binary.parent() {
        Some(parent) if parent.as_os_str().is_empty() => Path::new(".").join(binary),
        _ => binary.to_owned(),
    };
    let output = Command::new(&program)
        .arg(option)
        .stdin(Stdio::null())
        .stderr(Stdio::inherit())
        .output()
        .map_err(|error| format!("`{shown}` cannot be run: {error}"))?;
    if !output.status.success() {
        return Err(format!(
            "`{shown} {option}` failed ({}): is its main `wink::main!(…)`?",
            output.status
        ));
    }
    // A closed pipe is no error: somebody has seen enough.
    let _ = std::io::stdout().write_all(&output.stdout);
    Ok(())
}
