//! Key-value: generic servers under a supervisor, a crash on purpose, and what is left after it.

use std::path::PathBuf;
use std::sync::{Arc, OnceLock};

use wink::prelude::*;
use wink::{CallError, ExitReason, Question, Strategy, Supervisor, SupervisorBuilder};
use wink::{System, SystemEvent};

/// Numbers by name.
#[machine(name = "key-value/Kv")]
pub mod kv {
    use std::collections::BTreeMap;
    use std::fmt::Write;
    use std::path::PathBuf;

    /// What is stored, and where it is kept between two lives.
    #[data]
    pub struct Kv {
        name: &'static str,
        file: Option<PathBuf>,
        numbers: BTreeMap<String, i64>,
    }

    #[messages]
    pub enum Message {
        /// Stores a number; answers with the one that was there.
        #[reply(Option<i64>)]
        Store { key: String, number: i64 },
        /// What is stored there?
        #[reply(Option<i64>)]
        Lookup { key: String },
        /// What is stored there, divided? By zero it is the end of the machine.
        #[reply(Option<i64>)]
        Divide { key: String, by: i64 },
    }

    impl Kv {
        /// A store that begins with what its predecessor has left in the directory, if any.
        ///
        /// # Errors
        /// When what is there cannot be read.
        pub fn open(name: &'static str, directory: Option<&PathBuf>) -> Result<Self, Error> {
            println!("KV store starting: {name}");
            let file = directory.map(|directory| directory.join(name));
            let text = match &file {
                Some(file) if file.exists() => std::fs::read_to_string(file),
                _ => Ok(String::new()),
            };
            let text = text.map_err(|error| Error::raised(error.to_string()))?;
            let number = |line: &str| {
                let (key, number) = line.split_once('=')?;
                Some((key.to_owned(), number.parse().ok()?))
            };
            let numbers = text.lines().filter_map(number).collect();
            Ok(Kv {
                name,
                file,
                numbers,
            })
        }
    }

    /// Whatever ends it, the data goes as it was before the message that ended it.
    impl Drop for Kv {
        fn drop(&mut self) {
            println!("KV store terminating: {}", self.name);
            let Some(file) = &self.file else { return };
            let mut text = String::new();
            for (key, number) in &self.numbers {
                let _ = writeln!(text, "{key}={number}");
            }
            if let Err(error) = std::fs::write(file, text) {
                println!("{} could not be kept: {error}", self.name);
            }
        }
    }

    #[receive(Store)]
    fn store(kv: &mut Kv, key: String, number: i64) -> Option<i64> {
        kv.numbers.insert(key, number)
    }

    #[receive(Lookup)]
    fn lookup(kv: &Kv, key: String) -> Option<i64> {
        kv.numbers.get(&key).copied()
    }

    #[receive(Divide)]
    fn divide(kv: &Kv, key: String, by: i64) -> Option<i64> {
        kv.numbers.get(&key).map(|number| number / by)
    }
}

use kv::{Kv, Message};

/// Three stores.
fn stores(strategy: Strategy, directory: Option<&PathBuf>) -> SupervisorBuilder {
    let stores = Supervisor::builder("stores").strategy(strategy);
    ["kv1", "kv2", "kv3"]
        .into_iter()
        .fold(stores, |stores, name| {
            let directory = directory.cloned();
            stores.try_child(name, move || Kv::open(name, directory.as_ref()))
        })
}

/// Asks a store and says what came of it.
async fn ask(
    stores: &Supervisor,
    name: &str,
    question: Question<Message, Option<i64>>,
    words: &str,
) -> Result<Option<i64>, CallError> {
    println!("Calling {name}: {words}");
    let store = stores.address::<Kv>(name).expect("one of the three");
    let answer = store.call(question).await;
    match &answer {
        Ok(answer) => println!("Right {answer:?}"),
        Err(error) => println!("Left {error}"),
    }
    answer
}

/// A system that says which store threw what.
fn system(stores: &Arc<OnceLock<Supervisor>>) -> System {
    let stores = stores.clone();
    let log = move |event: &SystemEvent| {
        if let SystemEvent::Errored { machine, error, .. } = event {
            let tree = stores.get().map(Supervisor::tree);
            let path = tree.and_then(|tree| tree.find(*machine));
            let name = path.unwrap_or_else(|| machine.to_string());
            println!("{name} threw: {}", reason(error));
        }
    };
    System::builder().log(log).build()
}

/// What a panic said, without the place.
fn reason(error: &Error) -> String {
    match error.kind() {
        wink::ErrorKind::Panic { message, .. } => message.clone(),
        _ => error.to_string(),
    }
}

/// Stores, divides by zero, and looks what is left.
async fn story(strategy: Strategy, directory: Option<&PathBuf>) -> Result<(), CallError> {
    let shown = Arc::new(OnceLock::new());
    let system = system(&shown);
    let stores = stores(strategy, directory).start(&system);
    let stores = shown.get_or_init(|| stores);
    let x = || "x".to_owned();
    for (name, number) in [("kv1", 1), ("kv2", 2), ("kv3", 3)] {
        let words = format!("Store \"x\" {number}");
        let _ = ask(stores, name, Message::store(x(), number), &words).await?;
    }
    // Its caller hears at once what has become of the store.
    let crashed = ask(stores, "kv2", Message::divide(x(), 0), "Divide \"x\" 0").await;
    assert!(matches!(
        crashed,
        Err(CallError::Died(ExitReason::Errored(_)))
    ));
    for name in ["kv1", "kv2", "kv3"] {
        let _ = ask(stores, name, Message::lookup(x()), "Lookup \"x\"").await?;
    }
    println!("{}", stores.tree());
    stores.stop();
    stores.closed().await;
    Ok(())
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    // The system says what was thrown; a trace of the crash on purpose is of no use.
    std::panic::set_hook(Box::new(|_| {}));
    for strategy in [Strategy::OneForOne, Strategy::RestForOne] {
        println!("--- {strategy}");
        story(strategy, None).await?;
    }
    println!("--- {}, kept on disk", Strategy::OneForOne);
    let directory = std::env::temp_dir().join(format!("key-value-{}", std::process::id()));
    std::fs::create_dir_all(&directory)?;
    let told = story(Strategy::OneForOne, Some(&directory)).await;
    std::fs::remove_dir_all(&directory)?;
    Ok(told?)
}
