//! rust-fsm. It has no hierarchy, actions, guards or fields: the chart is flattened, what is to be
//! done is its output and is done outside, and so is the guard.

use crate::contender::{Contender, Kind};
use crate::workload::player::*;
use crate::workload::{Key, Mixed, Player};
use rust_fsm::state_machine;

state_machine! {
    #[derive(Clone, Copy, Debug)]
    player(Off)

    Off => {
        Power => Idle [SwitchOn],
        Ping => Off [Ping],
    },
    Idle => {
        Power => Off [SwitchOffFromIdle],
        Play => Playing [Start],
        Volume => Idle [Volume],
        Ping => Idle [Ping],
    },
    Playing => {
        Power => Off [SwitchOffFromPlaying],
        Pause => Paused [Pause],
        Stop => Idle [StopFromPlaying],
        Seek => Playing [Seek],
        Volume => Playing [Volume],
        Tick => Playing [Tick],
        TickAtTheEnd => Idle [End],
        Ping => Playing [Ping],
    },
    Paused => {
        Power => Off [SwitchOffFromPaused],
        Play => Playing [Resume],
        Stop => Idle [StopFromPaused],
        Seek => Paused [Seek],
        Volume => Paused [Volume],
        Ping => Paused [Ping],
    }
}

/// rust-fsm, flattened, with actions, guard and fields outside.
pub struct RustFsm {
    machine: player::StateMachine,
    player: Player,
}

impl RustFsm {
    #[inline(always)]
    fn input(&self, event: Key) -> player::Input {
        match event {
            Key::Power => player::Input::Power,
            Key::Play => player::Input::Play,
            Key::Pause => player::Input::Pause,
            Key::Stop => player::Input::Stop,
            Key::Seek { .. } => player::Input::Seek,
            Key::Volume { .. } => player::Input::Volume,
            Key::Tick if self.player.position < LENGTH => player::Input::Tick,
            Key::Tick => player::Input::TickAtTheEnd,
            Key::Ping => player::Input::Ping,
        }
    }

    #[inline(always)]
    fn note(&mut self, tags: &[u64]) {
        for tag in tags {
            self.player.mark(*tag);
        }
    }

    #[inline(always)]
    fn perform(&mut self, output: player::Output, event: Key) {
        use player::Output;
        match (output, event) {
            (Output::SwitchOn, _) => self.note(&[ENTER_ON, ENTER_IDLE]),
            (Output::SwitchOffFromIdle, _) => self.note(&[EXIT_IDLE, EXIT_ON]),
            (Output::SwitchOffFromPlaying, _) => self.note(&[EXIT_PLAYING, EXIT_ACTIVE, EXIT_ON]),
            (Output::SwitchOffFromPaused, _) => self.note(&[EXIT_PAUSED, EXIT_ACTIVE, EXIT_ON]),
            (Output::Start, _) => self.note(&[EXIT_IDLE, ENTER_ACTIVE, ENTER_PLAYING]),
            (Output::Resume, _) => self.note(&[EXIT_PAUSED, ENTER_PLAYING]),
            (Output::Pause, _) => self.note(&[EXIT_PLAYING, ENTER_PAUSED]),
            (Output::StopFromPlaying, _) => self.note(&[EXIT_PLAYING, EXIT_ACTIVE, ENTER_IDLE]),
            (Output::StopFromPaused, _) => self.note(&[EXIT_PAUSED, EXIT_ACTIVE, ENTER_IDLE]),
            (Output::End, _) => {
                self.player.position = 0;
                self.note(&[EXIT_PLAYING, EXIT_ACTIVE, ENTER_IDLE]);
            }
            (Output::Tick, _) => self.player.tick(),
            (Output::Ping, _) => self.player.mark(PING),
            (Output::Seek, Key::Seek { to }) => self.player.seek(to),
            (Output::Volume, Key::Volume { step }) => self.player.louder(step),
            (Output::Seek | Output::Volume, _) => unreachable!("only these events lead to them"),
        }
    }
}

impl Contender for RustFsm {
    type Workload = Mixed;
    type Event = Key;
    const NAME: &'static str = "rust-fsm (flattened, actions outside)";
    const KIND: Kind = Kind::Peer;

    fn start() -> Self {
        Self {
            machine: player::StateMachine::new(),
            player: Player::default(),
        }
    }

    fn event(event: Key) -> Key {
        event
    }

    #[inline(always)]
    fn step(&mut self, event: Key) {
        let input = self.input(event);
        if let Ok(Some(output)) = self.machine.consume(&input) {
            self.perform(output, event);
        }
    }

    fn checksum(&self) -> u64 {
        self.player.checksum
    }
}
