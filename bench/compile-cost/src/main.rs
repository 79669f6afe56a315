//! What a machine adds to `cargo check`: the same chart in wink and in statig, and an empty crate
//! to subtract.
//!
//! wink is there three times: without its default features it is what statig is, a machine as a
//! value; with the pictures that its documentation would show; and with all default features, which
//! bring its driver, and cargo has more crates to look at.
//!
//! `cargo run -p compile-cost` prints the table. `--rounds 15` sets how often each crate has its
//! turn; `--edit` changes a number in each source before each check instead of only its date;
//! `--strict` ends with an error when wink adds more than statig.
//!
//! The crates are written to the target directory; cargo has to be able to fetch or find their
//! dependencies once.

mod chart;

use chart::Actions;
use std::error::Error;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};
use std::time::Instant;

/// A crate whose `cargo check` is timed.
struct Subject {
    name: &'static str,
    dependency: &'static str,
    source: fn(usize) -> String,
    directory: PathBuf,
    /// Milliseconds, one a round.
    rounds: Vec<f64>,
}

/// What was asked for on the command line.
struct Options {
    rounds: usize,
    edit: bool,
    strict: bool,
}

fn main() -> ExitCode {
    match options().and_then(|options| Ok((run(&options)?, options))) {
        Ok((holds, options)) if !holds && options.strict => ExitCode::FAILURE,
        Ok(_) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("compile-cost: {error}");
            ExitCode::from(2)
        }
    }
}

fn options() -> Result<Options, Box<dyn Error>> {
    let mut options = Options {
        rounds: 15,
        edit: false,
        strict: false,
    };
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "--edit" => options.edit = true,
            "--strict" => options.strict = true,
            "--rounds" => {
                let number = arguments.next().ok_or("--rounds needs a number")?;
                options.rounds = number
                    .parse()
                    .map_err(|_| format!("`{number}` is no number"))?;
            }
            other => {
                return Err(
                    format!("no option `{other}`; there are --rounds N, --edit, --strict").into(),
                );
            }
        }
    }
    if options.rounds == 0 {
        return Err("--rounds has to be at least 1".into());
    }
    Ok(options)
}

/// Measures and prints; whether wink adds at most what statig adds.
fn run(options: &Options) -> Result<bool, Box<dyn Error>> {
    let root = target_directory()?.join("compile-cost");
    let mut subjects = subjects(&root);
    for subject in &subjects {
        subject.write(0)?;
        // Builds the dependencies and fills the incremental cache.
        subject.check(&root)?;
        subject.touch(1)?;
        subject.check(&root)?;
    }
    for round in 0..options.rounds {
        for subject in &mut subjects {
            subject.touch(if options.edit { round + 2 } else { 1 })?;
            let milliseconds = subject.check(&root)?;
            subject.rounds.push(milliseconds);
        }
    }
    Ok(report(&subjects, options))
}

fn subjects(root: &Path) -> Vec<Subject> {
    let subject = |name, dependency, source| Subject {
        name,
        dependency,
        source,
        directory: root.join(name),
        rounds: Vec::new(),
    };
    vec![
        subject("empty", "", |_| String::new()),
        subject("statig", STATIG, |edit| chart::statig(Actions::None, edit)),
        subject("wink", WINK, |edit| chart::wink(Actions::None, edit)),
        subject("wink-pictures", WINK_PICTURES, |edit| {
            chart::wink(Actions::None, edit)
        }),
        subject("wink-default-features", WINK_DEFAULT, |edit| {
            chart::wink(Actions::None, edit)
        }),
        subject("statig-actions", STATIG, |edit| {
            chart::statig(Actions::Each, edit)
        }),
        subject("wink-actions", WINK, |edit| {
            chart::wink(Actions::Each, edit)
        }),
    ]
}

const STATIG: &str = "statig = \"=0.4.1\"";
const WINK: &str = concat!(
    "wink = { path = \"",
    env!("CARGO_MANIFEST_DIR"),
    "/../../wink\", default-features = false }"
);
const WINK_PICTURES: &str = concat!(
    "wink = { path = \"",
    env!("CARGO_MANIFEST_DIR"),
    "/../../wink\", default-features = false, features = [\"pictures\"] }"
);
const WINK_DEFAULT: &str = concat!(
    "wink = { path = \"",
    env!("CARGO_MANIFEST_DIR"),
    "/../../wink\" }"
);

impl Subject {
    fn write(&self, edit: usize) -> Result<(), Box<dyn Error>> {
        std::fs::create_dir_all(self.directory.join("src"))?;
        let manifest = format!(
            "[package]\nname = \"{}\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n[dependencies]\n{}\n\n[workspace]\n",
            self.name, self.dependency
        );
        std::fs::write(self.directory.join("Cargo.toml"), manifest)?;
        self.touch(edit)
    }

    /// Writes the source, so that its date is new.
    fn touch(&self, edit: usize) -> Result<(), Box<dyn Error>> {
        std::fs::write(self.directory.join("src/lib.rs"), (self.source)(edit))?;
        Ok(())
    }

    /// How long `cargo check` takes, in milliseconds.
    #[expect(clippy::disallowed_methods, reason = "a benchmark reads the clock")]
    fn check(&self, root: &Path) -> Result<f64, Box<dyn Error>> {
        let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
        let start = Instant::now();
        let output = Command::new(cargo)
            .args(["check", "--quiet"])
            .current_dir(&self.directory)
            .env("CARGO_TARGET_DIR", root.join("target"))
            .stdin(Stdio::null())
            .output()?;
        let milliseconds = start.elapsed().as_secs_f64() * 1_000.0;
        if output.status.success() {
            return Ok(milliseconds);
        }
        Err(format!(
            "{} does not compile:\n{}",
            self.name,
            String::from_utf8_lossy(&output.stderr)
        )
        .into())
    }
}

/// Where cargo puts what this workspace's build makes.
fn target_directory() -> Result<PathBuf, Box<dyn Error>> {
    let program = std::env::current_exe()?;
    // target/PROFILE/compile-cost
    let target = program
        .ancestors()
        .nth(2)
        .ok_or("this program lies in no target directory")?;
    Ok(target.to_path_buf())
}

fn report(subjects: &[Subject], options: &Options) -> bool {
    let empty = &subjects[0];
    let what = if options.edit { "an edit" } else { "a touch" };
    println!(
        "cargo check after {what}, median of {} rounds",
        options.rounds
    );
    println!("| crate | ms | fastest to slowest | adds to the empty crate, ms |");
    println!("| --- | ---: | ---: | ---: |");
    let added = |subject: &Subject| {
        let differences = subject
            .rounds
            .iter()
            .zip(&empty.rounds)
            .map(|(own, empty)| own - empty);
        quantile(differences.collect(), 0.5)
    };
    for subject in subjects {
        let rounds = || subject.rounds.clone();
        println!(
            "| {} | {:.0} | {:.0}-{:.0} | {:.0} |",
            subject.name,
            quantile(rounds(), 0.5),
            quantile(rounds(), 0.0),
            quantile(rounds(), 1.0),
            added(subject),
        );
    }
    let find = |name: &str| subjects.iter().find(|subject| subject.name == name);
    let times = |ours: &str, theirs: &str| match (find(ours), find(theirs)) {
        (Some(ours), Some(theirs)) => added(ours) / added(theirs),
        _ => f64::NAN,
    };
    let plain = times("wink", "statig");
    if let (Some(with), Some(without)) = (find("wink-pictures"), find("wink")) {
        let differences = with.rounds.iter().zip(&without.rounds);
        let difference = quantile(
            differences.map(|(with, without)| with - without).collect(),
            0.5,
        );
        let whole = quantile(without.rounds.clone(), 0.5);
        println!(
            "\npictures in the documentation add {difference:.1} ms to `cargo check`, {:.1} %",
            difference / whole * 100.0
        );
    }
    println!(
        "\nwink adds {plain:.2} times what statig adds; with an action in each row {:.2} times; \
         with its driver {:.2} times",
        times("wink-actions", "statig-actions"),
        times("wink-default-features", "statig"),
    );
    plain <= 1.0
}

fn quantile(mut figures: Vec<f64>, part: f64) -> f64 {
    figures.sort_by(f64::total_cmp);
    figures[((figures.len() - 1) as f64 * part).round() as usize]
}
