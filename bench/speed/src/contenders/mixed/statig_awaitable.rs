//! statig, awaitable.

use crate::workload::player::*;
use crate::workload::{Key, Player};
use statig::prelude::*;

/// What the handlers and actions work on.
#[derive(Default)]
pub struct Machine {
    pub player: Player,
}

#[state_machine(initial = "State::off()")]
impl Machine {
    #[state(superstate = "root")]
    async fn off(&mut self, event: &Key) -> Outcome<State> {
        match event {
            Key::Power => Transition(State::idle()),
            _ => Super,
        }
    }

    #[superstate]
    async fn root(&mut self, event: &Key) -> Outcome<State> {
        match event {
            Key::Ping => {
                self.player.mark(PING);
                Handled
            }
            _ => Super,
        }
    }

    #[superstate(
        superstate = "root",
        entry_action = "enter_on",
        exit_action = "exit_on"
    )]
    async fn on(&mut self, event: &Key) -> Outcome<State> {
        match event {
            Key::Power => Transition(State::off()),
            Key::Volume { step } => {
                self.player.louder(*step);
                Handled
            }
            _ => Super,
        }
    }

    #[state(
        superstate = "on",
        entry_action = "enter_idle",
        exit_action = "exit_idle"
    )]
    async fn idle(&mut self, event: &Key) -> Outcome<State> {
        match event {
            Key::Play => Transition(State::playing()),
            _ => Super,
        }
    }

    #[superstate(
        superstate = "on",
        entry_action = "enter_active",
        exit_action = "exit_active"
    )]
    async fn active(&mut self, event: &Key) -> Outcome<State> {
        match event {
            Key::Stop => Transition(State::idle()),
            Key::Seek { to } => {
                self.player.seek(*to);
                Handled
            }
            _ => Super,
        }
    }

    #[state(
        superstate = "active",
        entry_action = "enter_playing",
        exit_action = "exit_playing"
    )]
    async fn playing(&mut self, event: &Key) -> Outcome<State> {
        match event {
            Key::Pause => Transition(State::paused()),
            Key::Tick if self.player.position < LENGTH => {
                self.player.tick();
                Handled
            }
            Key::Tick => {
                self.player.position = 0;
                Transition(State::idle())
            }
            _ => Super,
        }
    }

    #[state(
        superstate = "active",
        entry_action = "enter_paused",
        exit_action = "exit_paused"
    )]
    async fn paused(&mut self, event: &Key) -> Outcome<State> {
        match event {
            Key::Play => Transition(State::playing()),
            _ => Super,
        }
    }

    #[action]
    async fn enter_on(&mut self) {
        self.player.mark(ENTER_ON);
    }

    #[action]
    async fn exit_on(&mut self) {
        self.player.mark(EXIT_ON);
    }

    #[action]
    async fn enter_idle(&mut self) {
        self.player.mark(ENTER_IDLE);
    }

    #[action]
    async fn exit_idle(&mut self) {
        self.player.mark(EXIT_IDLE);
    }

    #[action]
    async fn enter_active(&mut self) {
        self.player.mark(ENTER_ACTIVE);
    }

    #[action]
    async fn exit_active(&mut self) {
        self.player.mark(EXIT_ACTIVE);
    }

    #[action]
    async fn enter_playing(&mut self) {
        self.player.mark(ENTER_PLAYING);
    }

    #[action]
    async fn exit_playing(&mut self) {
        self.player.mark(EXIT_PLAYING);
    }

    #[action]
    async fn enter_paused(&mut self) {
        self.player.mark(ENTER_PAUSED);
    }

    #[action]
    async fn exit_paused(&mut self) {
        self.player.mark(EXIT_PAUSED);
    }
}
