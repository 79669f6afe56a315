//! `wink new`: a project that builds at once.

use crate::node::Trouble;
use crate::out;
use std::fs;
use std::path::Path;

/// Makes the folder and its files.
pub fn run(directory: &Path, wink: Option<&Path>) -> Result<(), Trouble> {
    let name = package_name(directory)?;
    let dependency = dependency(wink)?;
    let shown = directory.display();
    let failed = |error| format!("`{shown}` cannot be made: {error}");
    if directory.exists() {
        return Err(format!("`{shown}` exists already").into());
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
    out::line(format_args!(
        "made {shown}: try `cargo run` and `cargo test` there"
    ))
}

/// What cargo refuses as a package's name, or cannot build a program of.
const RESERVED: [&str; 62] = [
    "Self",
    "abstract",
    "alloc",
    "as",
    "async",
    "await",
    "become",
    "box",
    "break",
    "build",
    "const",
    "continue",
    "core",
    "crate",
    "deps",
    "do",
    "dyn",
    "else",
    "enum",
    "examples",
    "extern",
    "false",
    "final",
    "fn",
    "for",
    "gen",
    "if",
    "impl",
    "in",
    "incremental",
    "let",
    "loop",
    "macro",
    "match",
    "mod",
    "move",
    "mut",
    "override",
    "priv",
    "proc_macro",
    "pub",
    "ref",
    "return",
    "self",
    "static",
    "std",
    "struct",
    "super",
    "test",
    "trait",
    "true",
    "try",
    "type",
    "typeof",
    "unsafe",
    "unsized",
    "use",
    "virtual",
    "where",
    "while",
    "wink",
    "yield",
];

fn package_name(directory: &Path) -> Result<String, String> {
    let Some(name) = directory.file_name() else {
        return Err(format!(
            "`{}` is no name for a new folder",
            directory.display()
        ));
    };
    let name = &*name.to_string_lossy();
    if RESERVED.contains(&name) {
        return Err(format!(
            "`{name}` is no package name: Rust or cargo has it for something else"
        ));
    }
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
        for taken in ["test", "std", "async", "build", "wink"] {
            assert!(package_name(Path::new(taken)).is_err(), "{taken}");
        }
        assert_eq!(
            package_name(Path::new("..")).unwrap_err(),
            "`..` is no name for a new folder"
        );
        assert!(package_name(Path::new("a b")).is_err());
    }
}
