//! Writes a machine for each SCXML chart of the referee, which lies beside the repository.
//!
//! `WINK_SCXML` names another folder: every `NAME.scxml` with a `NAME.json` in it is taken.

use std::fmt::Write;
use std::path::{Path, PathBuf};

/// The charts, from this package's folder.
const CHARTS: &str = "../../../shared/referee/scxml";

const OTHER: &str = "WINK_SCXML";

fn main() {
    println!("cargo::rerun-if-env-changed={OTHER}");
    println!("cargo::rerun-if-changed=build.rs");
    let own = Path::new(env!("CARGO_MANIFEST_DIR")).join(CHARTS);
    let folder = std::env::var_os(OTHER).map_or(own, PathBuf::from);
    let mut charts = Vec::new();
    if folder.is_dir() {
        println!("cargo::rerun-if-changed={}", folder.display());
        find(&folder, &mut charts);
    }
    charts.sort();
    let mut source = String::new();
    let mut list = String::new();
    for (index, chart) in charts.iter().enumerate() {
        let name = chart
            .strip_prefix(&folder)
            .unwrap_or(chart)
            .with_extension("");
        let (chart, run) = (chart.display(), chart.with_extension("json"));
        let _ = write!(
            source,
            "mod chart_{index} {{\n    wink::machine! {{ scxml = {:?}, errors = \"report\", \
             pub mod chart }}\n}}\n",
            chart.to_string()
        );
        let _ = writeln!(
            list,
            "    entry!(chart_{index}, {:?}, {:?}),",
            name.display().to_string(),
            run.display().to_string(),
        );
    }
    let _ = writeln!(source, "const CHARTS: &[Chart] = &[\n{list}];");
    let folder = std::env::var("OUT_DIR").expect("cargo names a folder for build scripts");
    std::fs::write(Path::new(&folder).join("charts.rs"), source).expect("it can be written");
}

/// All charts in the folder that have a run.
fn find(folder: &Path, charts: &mut Vec<PathBuf>) {
    let Ok(entries) = std::fs::read_dir(folder) else {
        return;
    };
    for path in entries.flatten().map(|entry| entry.path()) {
        if path.is_dir() {
            find(&path, charts);
        } else if path.extension().is_some_and(|one| one == "scxml")
            && path.with_extension("json").is_file()
        {
            charts.push(path);
        }
    }
}
