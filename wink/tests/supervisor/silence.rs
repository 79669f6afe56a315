//! A child that one step holds up gives no sign of life: its supervisor takes it for dead.

use std::sync::{Mutex, mpsc};

use wink::prelude::*;
use wink::{ChildSpec, Supervisor, System, SystemEvent};

/// Holds up its loop for as long as it is told to.
#[machine(name = "tests/Stuck")]
pub mod stuck {
    use std::sync::mpsc;

    #[data]
    #[derive(Default)]
    pub struct Stuck;

    #[messages]
    pub enum Message {
        Hold {
            tell: mpsc::Sender<()>,
            gate: mpsc::Receiver<()>,
        },
        #[reply(&'static str)]
        Alive,
    }

    #[receive(Hold)]
    fn hold(tell: mpsc::Sender<()>, gate: mpsc::Receiver<()>) {
        let _ = tell.send(());
        let _ = gate.recv();
    }

    #[receive(Alive)]
    fn alive() -> &'static str {
        "alive"
    }
}

use stuck::{Message, Stuck};

#[test]
fn a_silent_child_is_killed_and_started_again() {
    let (say, said) = mpsc::channel();
    let say = Mutex::new(say);
    // The supervisor lives in one loop, its child in the other.
    let system = System::builder()
        .loops(2)
        // Each is run by its own thread only.
        .spin(Duration::ZERO)
        .blocked_after(Duration::from_millis(2))
        .silence(Duration::MAX)
        .log(move |event| {
            if let SystemEvent::Log { line, .. } = event {
                let _ = say.lock().expect("nobody panics").send(line.to_string());
            }
        })
        .build();
    let spec = ChildSpec::new("a").silence(Duration::from_millis(5));
    let root = Supervisor::builder("root")
        .intensity(1_000, Duration::from_secs(1))
        .child(spec, Stuck::default)
        .start(&system);
    let a = root.address::<Stuck>("a").expect("it was declared");
    let (go, gate) = mpsc::channel();
    let (tell, told) = mpsc::channel();
    a.try_send(Message::Hold { tell, gate }).expect("it runs");
    told.recv().expect("the step begins");
    let line = said.recv().expect("the supervisor says so");
    assert!(
        line.starts_with("child `a`: no sign of life for "),
        "{line}"
    );
    drop(go);
    let runtime = tokio::runtime::Builder::new_current_thread().build();
    let runtime = runtime.expect("a runtime");
    // At the same address.
    assert_eq!(runtime.block_on(a.call(Message::alive())), Ok("alive"));
    assert!(root.tree().children[0].restarts >= 1, "{}", root.tree());
}
