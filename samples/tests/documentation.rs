//! What rustdoc shows of a machine: its picture and its table, drawn while documentation is built.

use std::path::Path;
use std::process::Command;

/// The page of the sample's module that is the machine.
fn page(binary: &str, module: &str) -> String {
    // Where the tests were built: what is there need not be built again.
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).parent().unwrap();
    let output = Command::new(env!("CARGO"))
        .args([
            "doc",
            "--offline",
            "--no-deps",
            "--package",
            "samples",
            "--bin",
            binary,
        ])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .env("CARGO_TARGET_DIR", target)
        .env("RUSTDOCFLAGS", "-D warnings")
        .output()
        .unwrap();
    let told = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{told}");
    let crate_name = binary.replace('-', "_");
    let page = target.join("doc").join(crate_name).join(module);
    std::fs::read_to_string(page.join("index.html")).unwrap()
}

/// Without what only rustdoc's picture has, and what it has not: colours, texts to point at.
fn bare(picture: &str) -> String {
    let mut text = picture.trim().to_owned();
    for (start, end) in [
        ("<style>", "</style>"),
        ("<title>", "</title>"),
        (" aria-label=\"", "\""),
    ] {
        while let Some(at) = text.find(start) {
            let length = text[at + start.len()..].find(end).unwrap();
            text.replace_range(at..at + start.len() + length + end.len(), "");
        }
    }
    text
}

#[test]
fn the_module_shows_its_picture_and_its_table() {
    let pages = [
        ("turnstile", "turnstile", env!("CARGO_BIN_EXE_turnstile")),
        (
            "traffic-light",
            "traffic_light",
            env!("CARGO_BIN_EXE_traffic-light"),
        ),
    ];
    for (binary, module, program) in pages {
        let page = page(binary, module);
        let start = page.find("<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"wink-chart\"");
        let start = start.unwrap_or_else(|| panic!("no picture of {module}"));
        let length = page[start..].find("</svg>").unwrap() + "</svg>".len();
        let picture = &page[start..start + length];
        let drawn = Command::new(program).arg("--diagram=svg").output().unwrap();
        let drawn = String::from_utf8(drawn.stdout).unwrap();
        assert_eq!(
            bare(picture),
            bare(&drawn),
            "the same machine, the same picture"
        );
        // rustdoc's own switch of colours is obeyed.
        assert!(picture.contains("[data-theme=ayu]"));
        let table = &page[start + length..];
        assert!(table.contains("<th>goes to</th>"), "the table follows");
    }
}
