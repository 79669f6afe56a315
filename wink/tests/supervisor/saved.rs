//! Children that go on from their last snapshot.

use super::machines::{Log, calm, pass, system};
use wink::prelude::*;
use wink::{Activity, CallError, Saved, Supervisor, System};

/// Counts, and can be saved.
#[machine(name = "tests/Ledger")]
pub mod ledger {
    #[data]
    #[derive(Clone, Default, Serialize, Deserialize)]
    pub struct Ledger {
        pub sum: u32,
        pub starts: u32,
    }

    #[messages]
    #[derive(Serialize, Deserialize)]
    pub enum Message {
        Add {
            number: u32,
        },
        #[reply(u32)]
        Sum,
        #[reply(u32)]
        Starts,
        /// Changes the sum and panics.
        Spoil,
        Close,
        /// Waits while it is closed.
        Late {
            number: u32,
        },
        Remind,
        Quit,
    }

    #[entry]
    fn start(ledger: &mut Ledger) {
        ledger.starts += 1;
    }

    #[receive(Add)]
    fn add(ledger: &mut Ledger, number: u32) {
        ledger.sum += number;
    }

    #[receive(Sum)]
    fn sum(ledger: &Ledger) -> u32 {
        ledger.sum
    }

    #[receive(Starts)]
    fn starts(ledger: &Ledger) -> u32 {
        ledger.starts
    }

    #[receive(Spoil)]
    fn spoil(ledger: &mut Ledger) {
        ledger.sum = 666;
        std::panic::resume_unwind(Box::new("spoilt"));
    }

    #[receive(Remind)]
    fn remind(cx: &mut Context) {
        cx.set_timer(
            "remind",
            Duration::from_secs(10),
            Message::Add { number: 1_000 },
        );
    }

    #[receive(Quit)]
    fn quit(cx: &mut Context) {
        cx.exit();
    }

    #[state(initial)]
    #[receive(Close => closed)]
    pub mod open {
        #[receive(Late)]
        fn late(ledger: &mut Ledger, number: u32) {
            ledger.sum += number;
        }
    }

    #[state]
    #[ignore(Close)]
    #[defer(Late)]
    #[after("5s" => open)]
    pub mod closed {}
}

use ledger::{Ledger, Message};

fn books(system: &System, saved: Saved) -> (Supervisor, Address<Ledger>) {
    let books = Supervisor::builder("books")
        .intensity(3, Duration::from_secs(1))
        .saved_child("main", saved, Ledger::default)
        .start(system);
    let main = books.address::<Ledger>("main").unwrap();
    (books, main)
}

#[tokio::test(start_paused = true)]
async fn a_child_goes_on_from_before_the_step_that_failed() {
    let system = system();
    let (books, main) = books(&system, Saved::in_memory());
    main.send(Message::Add { number: 7 }).await.unwrap();
    main.send(Message::Spoil).await.unwrap();
    main.send(Message::Add { number: 1 }).await.unwrap();
    assert_eq!(main.call(Message::sum()).await, Ok(8));
    assert_eq!(
        main.call(Message::starts()).await,
        Ok(1),
        "it has not begun anew"
    );
    assert_eq!(books.tree().children[0].restarts, 1);
}

#[tokio::test(start_paused = true)]
async fn states_timers_and_deferred_messages_are_there_again_once() {
    let system = system();
    let (_books, main) = books(&system, Saved::in_memory());
    main.send(Message::Remind).await.unwrap();
    main.send(Message::Close).await.unwrap();
    main.send(Message::Late { number: 20 }).await.unwrap();
    pass(Duration::from_secs(2)).await;
    main.send(Message::Spoil).await.unwrap();
    calm().await;
    let view = main.inspect().await.unwrap();
    assert_eq!((&*view.states[0], view.deferred), ("closed", 1));
    assert_eq!(main.call(Message::sum()).await, Ok(0));
    pass(Duration::from_secs(4)).await;
    assert_eq!(
        main.call(Message::sum()).await,
        Ok(20),
        "open again after five seconds"
    );
    pass(Duration::from_secs(6)).await;
    assert_eq!(
        main.call(Message::sum()).await,
        Ok(1_020),
        "reminded after ten"
    );
}

#[tokio::test(start_paused = true)]
async fn fewer_snapshots_forget_more() {
    let system = system();
    let (_books, main) = books(&system, Saved::in_memory().each(3));
    // The start is a step too.
    for number in [1, 10, 100] {
        main.send(Message::Add { number }).await.unwrap();
    }
    main.send(Message::Spoil).await.unwrap();
    assert_eq!(main.call(Message::sum()).await, Ok(11));
}

#[tokio::test(start_paused = true)]
async fn the_next_program_goes_on_from_the_file() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("main.json");
    for expected in [5, 10] {
        let system = system();
        let (_books, main) = books(&system, Saved::in_file(&file));
        main.send(Message::Add { number: 5 }).await.unwrap();
        assert_eq!(main.call(Message::sum()).await, Ok(expected));
        assert!(system.shutdown().await.is_complete());
    }
    let text = std::fs::read_to_string(&file).unwrap();
    assert!(text.contains(r#""sum":10"#), "{text}");
    // One whose work is done leaves nothing.
    let system = system();
    let (_books, main) = books(&system, Saved::in_file(&file));
    main.send(Message::Quit).await.unwrap();
    assert_eq!(
        main.call(Message::sum()).await,
        Ok(0),
        "permanent, it begins anew"
    );
    assert!(!file.exists());
}

#[tokio::test(start_paused = true)]
async fn at_once_the_file_is_there_before_the_end() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("main.json");
    let system = system();
    let (_books, main) = books(&system, Saved::in_file(&file).at_once());
    main.send(Message::Add { number: 5 }).await.unwrap();
    assert_eq!(main.call(Message::sum()).await, Ok(5));
    let text = std::fs::read_to_string(&file).unwrap();
    assert!(text.contains(r#""sum":5"#), "{text}");
}

#[tokio::test(start_paused = true)]
async fn a_file_that_does_not_fit_is_a_start_that_fails_and_says_why() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("main.json");
    for text in ["", "{", "[1]", r#"{"machine":"tests/Other"}"#] {
        std::fs::write(&file, text).unwrap();
        let system = system();
        let (books, main) = books(&system, Saved::in_file(&file));
        let Err(CallError::Died(reason)) = main.call(Message::sum()).await else {
            panic!("{text:?} was taken");
        };
        assert!(reason.is_failure());
        let reason = books.closed().await;
        let error = format!("{reason:#}");
        assert!(error.contains("main.json` cannot be restored: "), "{error}");
        assert!(error.ends_with("; move it away to start anew"), "{error}");
        assert_eq!(
            std::fs::read_to_string(&file).unwrap(),
            text,
            "it is left alone"
        );
    }
}

#[tokio::test(start_paused = true)]
async fn a_directory_that_is_not_there_is_told_and_nothing_else_fails() {
    let log = Log::default();
    let lines = log.clone();
    let system = System::builder()
        .log(move |event| lines.push(event.to_string()))
        .build();
    let (_books, main) = books(
        &system,
        Saved::in_file("/nowhere/at/all/main.json").at_once(),
    );
    main.send(Message::Add { number: 5 }).await.unwrap();
    assert_eq!(main.call(Message::sum()).await, Ok(5));
    let lines = log.take().join("\n");
    assert!(
        lines.contains("`/nowhere/at/all/main.json` cannot be written: "),
        "{lines}"
    );
    assert_eq!(main.inspect().await.unwrap().activity, Activity::Ready);
}

#[tokio::test(start_paused = true)]
async fn delays_depend_on_the_systems_seed() {
    let mut delays = Vec::new();
    for seed in [1, 1, 2] {
        let system = System::builder().seed(seed).log(|_| {}).build();
        assert_eq!(system.seed(), seed);
        let back_off = wink::BackOff::new(Duration::from_secs(8), Duration::from_secs(8));
        let books = Supervisor::builder("books")
            .back_off(back_off)
            .child("main", Ledger::default)
            .start(&system);
        let main = books.address::<Ledger>("main").unwrap();
        main.send(Message::Spoil).await.unwrap();
        let before = system.now();
        assert_eq!(main.call(Message::sum()).await, Ok(0));
        delays.push(system.now() - before);
    }
    assert_eq!(delays[0], delays[1]);
    assert_ne!(delays[0], delays[2]);
}

/// A book that goes on, one on disk, and one whose constructor may fail.
#[supervisor(intensity = "3 in 1s")]
pub mod library {
    use super::ledger::Ledger;
    use std::path::PathBuf;
    use wink::Saved;

    #[data]
    pub struct Settings {
        pub file: PathBuf,
    }

    #[child(saved = in_memory)]
    fn draft() -> Ledger {
        Ledger::default()
    }

    #[child(saved = on_disk)]
    fn fair_copy() -> Result<Ledger, Error> {
        Ok(Ledger::default())
    }

    fn on_disk(settings: &Settings) -> Saved {
        Saved::in_file(&settings.file)
    }

    #[child]
    fn scratch() -> Ledger {
        Ledger::default()
    }
}

#[tokio::test(start_paused = true)]
async fn a_declared_child_goes_on_from_its_last_snapshot() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("fair-copy.json");
    let sums = |library: library::Library| async move {
        let mut sums = Vec::new();
        for book in [library.draft(), library.fair_copy(), library.scratch()] {
            book.send(Message::Add { number: 2 }).await.unwrap();
            book.send(Message::Spoil).await.unwrap();
            sums.push(book.call(Message::sum()).await.unwrap());
        }
        sums
    };
    let first = system();
    let settings = library::Settings { file: file.clone() };
    let library = library::start(&first, settings);
    assert_eq!(sums(library).await, [2, 2, 0]);
    assert!(first.shutdown().await.is_complete());
    let second = system();
    let library = library::start(&second, library::Settings { file });
    assert_eq!(
        sums(library).await,
        [2, 4, 0],
        "only the disk outlives a program"
    );
}
