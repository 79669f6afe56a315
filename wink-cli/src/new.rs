//! `wink new`: a project that builds at once.

use std::fs;
use std::path::Path;

/// Makes the folder and its files.
pub fn run(directory: &Path, wink: Option<&Path>) -> Result<(), String> {
    let name = package_name(directory)?;
    let dependency = dependency(wink)?;
    let shown = directory.display();
    let failed = |error| format!("`{shown}` cannot be made: {error}");
    if directory.exists() {
        return Err(format!("`{shown}` exists already"));
    }
    fs::create_dir_all(directory.join("src")).map_err(failed)?;
    let files = [
        ("Cargo.toml", include_str!("../template/Cargo.toml.txt")),
        (".gitignore", "/target\n"),
        ("README.md", include_str!("../template/README.md")),
        ("src/main.rs", include_str!("../template/main.rs")),
    ];
    for (file, text) in files {
        let text = text
            .replace("{{name}}", &name)
            .replace("{{dependency}}", &dependency);
        fs::write(directory.join(file), text).map_err(failed)?;
    }
    println!("made {shown}: try `cargo run` and `cargo test` there");
    Ok(())
}

fn package_name(directory: &Path) -> Result<String, String> {
    let name = directory
        .file_name()
        .and_then(|name| name.to_str())
        .unwrap_or_default();
    let is_plain = |letter: char| letter.is_ascii_alphanumeric() || letter == '-' || letter == '_';
    match name.chars().next() {
        Some(first) if first.is_ascii_alphabetic() && name.chars().all(is_plain) => {
            Ok(name.to_owned())
        }
        _ => Err(format!(
            "`{name}` is no package name: it begins with a letter and has only letters, digits, \
             `-` and `_`"
        )),
    }
}

fn dependency(wink: Option<&Path>) -> Result<String, String> {
    // A program built in a clone makes projects that use the clone, and so build at once.
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).with_file_name("wink");
    let clone = Some(&*beside).filter(|folder| folder.join("Cargo.toml").is_file());
    let Some(folder) = wink.or(clone) else {
        let version = env!("CARGO_PKG_VERSION");
        return Ok(format!(
            "wink = {{ version = \"{version}\", features = [\"console\"] }}"
        ));
    };
    let folder = folder
        .canonicalize()
        .map_err(|error| format!("`{}` is no folder of wink: {error}", folder.display()))?;
    if !folder.join("Cargo.toml").is_file() {
        return Err(format!(
            "`{}` is no folder of wink: it has no Cargo.toml",
            folder.display()
        ));
    }
    // A TOML literal string holds anything but an apostrophe and control characters.
    match folder.to_str() {
        Some(path) if !path.contains(['\'', '\n']) => Ok(format!(
            "wink = {{ path = '{path}', features = [\"console\"] }}"
        )),
        _ => Err(format!(
            "`{}` cannot be written in a Cargo.toml",
            folder.display()
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_must_do_for_cargo() {
        assert_eq!(package_name(Path::new("a/gate-2")), Ok("gate-2".to_owned()));
        assert!(package_name(Path::new("2gates")).is_err());
        assert!(package_name(Path::new("..")).is_err());
        assert!(package_name(Path::new("a b")).is_err());
    }
}
