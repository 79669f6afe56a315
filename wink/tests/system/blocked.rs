//! A loop that a step holds up is told of by the machine's name, and again when it goes on.

use std::sync::mpsc;

use wink::prelude::*;
use wink::{Identity, SpawnOptions, System, SystemEvent};

/// What a step waits for, blocking its thread.
pub type Gate = mpsc::Receiver<()>;

/// Blocks the thread of its loop.
#[machine]
pub mod block {
    use super::Gate;

    #[data]
    #[derive(Default)]
    pub struct Block {
        pub at_start: Option<Gate>,
    }

    #[messages]
    pub enum Message {
        Hold {
            gate: Gate,
        },
        #[reply(u32)]
        Alive,
    }

    #[entry]
    fn begin(block: &mut Block) {
        if let Some(gate) = block.at_start.take() {
            let _ = gate.recv();
        }
    }

    #[receive(Hold)]
    fn hold(gate: Gate) {
        let _ = gate.recv();
    }

    #[receive(Alive)]
    fn alive() -> u32 {
        1
    }
}

/// Blocks it in an asynchronous step.
#[machine]
pub mod waiter {
    use super::Gate;

    #[data]
    pub struct Waiter;

    #[messages]
    pub enum Message {
        Hold { gate: Gate },
    }

    #[receive(Hold)]
    async fn hold(gate: Gate) {
        let _ = gate.recv();
    }
}

use block::Block;

/// A system that tells of a loop that is held up for a millisecond, and what it tells.
fn system(loops: usize) -> (System, mpsc::Receiver<SystemEvent>) {
    let (tell, told) = mpsc::channel();
    let log = move |event: &SystemEvent| {
        if let SystemEvent::LoopBlocked { .. } | SystemEvent::LoopGoesOn { .. } = event {
            let _ = tell.send(event.clone());
        }
    };
    let builder = System::builder().loops(loops).log(log);
    (
        builder.blocked_after(Duration::from_millis(1)).build(),
        told,
    )
}

/// Waits until that machine is told to hold up its loop.
fn blocked(told: &mpsc::Receiver<SystemEvent>, by: Identity) -> (u32, Option<&'static str>) {
    loop {
        match told.recv().unwrap() {
            SystemEvent::LoopBlocked {
                number,
                machine: Some(machine),
                message,
                time,
            } if machine == by => {
                assert!(time >= Duration::from_millis(1));
                return (number, message);
            }
            // A slow computer may hold up any loop for a moment.
            _ => {}
        }
    }
}

/// Waits until its loop is told to go on.
fn goes_on(told: &mpsc::Receiver<SystemEvent>, by: Identity) -> u32 {
    loop {
        if let SystemEvent::LoopGoesOn {
            number,
            machine: Some(machine),
            ..
        } = told.recv().unwrap()
            && machine == by
        {
            return number;
        }
    }
}

fn run<T>(future: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread().build();
    runtime.unwrap().block_on(future)
}

#[test]
fn a_step_that_blocks_is_told_by_machine_and_message_and_that_it_goes_on() {
    let (system, told) = system(2);
    let (first, second) = (
        system.spawn(Block::default()),
        system.spawn(Block::default()),
    );
    let (go, gate) = mpsc::channel();
    first.try_send(block::Message::Hold { gate }).unwrap();
    let (number, message) = blocked(&told, first.identity());
    assert_eq!(message, Some("Hold"));
    // The other loop is another thread.
    assert_eq!(run(second.call(block::Message::alive())), Ok(1));
    drop(go);
    assert_eq!(goes_on(&told, first.identity()), number);
    assert_eq!(run(first.call(block::Message::alive())), Ok(1));
}

#[test]
fn a_start_that_blocks_is_told_too() {
    let (system, told) = system(1);
    let (go, gate) = mpsc::channel();
    let at_start = Some(gate);
    let stuck = system.spawn(Block { at_start });
    assert_eq!(blocked(&told, stuck.identity()), (0, None));
    drop(go);
    assert_eq!(goes_on(&told, stuck.identity()), 0);
}

#[test]
fn a_constructor_that_blocks_is_told_too() {
    let (system, told) = system(1);
    let (go, gate) = mpsc::channel::<()>();
    let make = move || {
        let _ = gate.recv();
        Ok(Block::default())
    };
    let stuck = system.spawn_kept(make, &SpawnOptions::new());
    assert_eq!(blocked(&told, stuck.identity()), (0, None));
    drop(go);
    assert_eq!(goes_on(&told, stuck.identity()), 0);
}

#[test]
fn an_asynchronous_step_that_blocks_instead_of_waiting_is_told_too() {
    let (system, told) = system(1);
    let stuck = system.spawn(waiter::Waiter);
    let (go, gate) = mpsc::channel();
    stuck.try_send(waiter::Message::Hold { gate }).unwrap();
    let (number, message) = blocked(&told, stuck.identity());
    assert_eq!((number, message), (0, Some("Hold")));
    drop(go);
    assert_eq!(goes_on(&told, stuck.identity()), 0);
}

#[test]
fn what_is_told_says_who_where_and_how_long() {
    let (system, told) = system(1);
    let stuck = system.spawn(Block::default());
    let (go, gate) = mpsc::channel();
    stuck.try_send(block::Message::Hold { gate }).unwrap();
    let machine = Some(stuck.identity());
    blocked(&told, stuck.identity());
    drop(go);
    goes_on(&told, stuck.identity());
    let (number, time) = (1, Duration::from_millis(1_250));
    let message = Some("Hold");
    let event = SystemEvent::LoopBlocked {
        number,
        machine,
        message,
        time,
    };
    assert_eq!(
        event.to_string(),
        "loop 1 is blocked: wink/Block#1 has been handling `Hold` for 1.2s"
    );
    let message = None;
    let event = SystemEvent::LoopBlocked {
        number,
        machine,
        message,
        time,
    };
    assert_eq!(
        event.to_string(),
        "loop 1 is blocked: wink/Block#1 has been in a step without a message for 1.2s"
    );
    let event = SystemEvent::LoopGoesOn {
        number,
        machine,
        time,
    };
    assert_eq!(
        event.to_string(),
        "loop 1 goes on: wink/Block#1 held it up for 1.2s"
    );
}
