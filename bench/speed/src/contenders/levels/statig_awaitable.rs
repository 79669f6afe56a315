//! statig, awaitable.

use crate::workload::{Move, level};
use statig::prelude::*;

/// What the handlers and actions work on.
#[derive(Default)]
pub struct Machine {
    pub checksum: u64,
}

#[state_machine(initial = "State::north_east_up()")]
impl Machine {
    #[superstate(entry_action = "enter_north", exit_action = "exit_north")]
    async fn north(event: &Move) -> Outcome<State> {
        match event {
            Move::Far => Transition(State::south_east_up()),
            _ => Super,
        }
    }

    #[action]
    async fn enter_north(&mut self) {
        level::enter(&mut self.checksum, level::NORTH);
    }

    #[action]
    async fn exit_north(&mut self) {
        level::exit(&mut self.checksum, level::NORTH);
    }

    #[superstate(
        superstate = "north",
        entry_action = "enter_north_east",
        exit_action = "exit_north_east"
    )]
    async fn north_east(event: &Move) -> Outcome<State> {
        match event {
            Move::Middle => Transition(State::north_west_up()),
            _ => Super,
        }
    }

    #[action]
    async fn enter_north_east(&mut self) {
        level::enter(&mut self.checksum, level::NORTH_EAST);
    }

    #[action]
    async fn exit_north_east(&mut self) {
        level::exit(&mut self.checksum, level::NORTH_EAST);
    }

    #[state(
        superstate = "north_east",
        entry_action = "enter_north_east_up",
        exit_action = "exit_north_east_up"
    )]
    async fn north_east_up(event: &Move) -> Outcome<State> {
        match event {
            Move::Near => Transition(State::north_east_down()),
            _ => Super,
        }
    }

    #[action]
    async fn enter_north_east_up(&mut self) {
        level::enter(&mut self.checksum, level::NORTH_EAST_UP);
    }

    #[action]
    async fn exit_north_east_up(&mut self) {
        level::exit(&mut self.checksum, level::NORTH_EAST_UP);
    }

    #[state(
        superstate = "north_east",
        entry_action = "enter_north_east_down",
        exit_action = "exit_north_east_down"
    )]
    async fn north_east_down(event: &Move) -> Outcome<State> {
        match event {
            Move::Near => Transition(State::north_east_up()),
            _ => Super,
        }
    }

    #[action]
    async fn enter_north_east_down(&mut self) {
        level::enter(&mut self.checksum, level::NORTH_EAST_DOWN);
    }

    #[action]
    async fn exit_north_east_down(&mut self) {
        level::exit(&mut self.checksum, level::NORTH_EAST_DOWN);
    }

    #[superstate(
        superstate = "north",
        entry_action = "enter_north_west",
        exit_action = "exit_north_west"
    )]
    async fn north_west(event: &Move) -> Outcome<State> {
        match event {
            Move::Middle => Transition(State::north_east_up()),
            _ => Super,
        }
    }

    #[action]
    async fn enter_north_west(&mut self) {
        level::enter(&mut self.checksum, level::NORTH_WEST);
    }

    #[action]
    async fn exit_north_west(&mut self) {
        level::exit(&mut self.checksum, level::NORTH_WEST);
    }

    #[state(
        superstate = "north_west",
        entry_action = "enter_north_west_up",
        exit_action = "exit_north_west_up"
    )]
    async fn north_west_up(event: &Move) -> Outcome<State> {
        match event {
            Move::Near => Transition(State::north_west_down()),
            _ => Super,
        }
    }

    #[action]
    async fn enter_north_west_up(&mut self) {
        level::enter(&mut self.checksum, level::NORTH_WEST_UP);
    }

    #[action]
    async fn exit_north_west_up(&mut self) {
        level::exit(&mut self.checksum, level::NORTH_WEST_UP);
    }

    #[state(
        superstate = "north_west",
        entry_action = "enter_north_west_down",
        exit_action = "exit_north_west_down"
    )]
    async fn north_west_down(event: &Move) -> Outcome<State> {
        match event {
            Move::Near => Transition(State::north_west_up()),
            _ => Super,
        }
    }

    #[action]
    async fn enter_north_west_down(&mut self) {
        level::enter(&mut self.checksum, level::NORTH_WEST_DOWN);
    }

    #[action]
    async fn exit_north_west_down(&mut self) {
        level::exit(&mut self.checksum, level::NORTH_WEST_DOWN);
    }

    #[superstate(entry_action = "enter_south", exit_action = "exit_south")]
    async fn south(event: &Move) -> Outcome<State> {
        match event {
            Move::Far => Transition(State::north_east_up()),
            _ => Super,
        }
    }

    #[action]
    async fn enter_south(&mut self) {
        level::enter(&mut self.checksum, level::SOUTH);
    }

    #[action]
    async fn exit_south(&mut self) {
        level::exit(&mut self.checksum, level::SOUTH);
    }

    #[superstate(
        superstate = "south",
        entry_action = "enter_south_east",
        exit_action = "exit_south_east"
    )]
    async fn south_east(event: &Move) -> Outcome<State> {
        match event {
            Move::Middle => Transition(State::south_west_up()),
            _ => Super,
        }
    }

    #[action]
    async fn enter_south_east(&mut self) {
        level::enter(&mut self.checksum, level::SOUTH_EAST);
    }

    #[action]
    async fn exit_south_east(&mut self) {
        level::exit(&mut self.checksum, level::SOUTH_EAST);
    }

    #[state(
        superstate = "south_east",
        entry_action = "enter_south_east_up",
        exit_action = "exit_south_east_up"
    )]
    async fn south_east_up(event: &Move) -> Outcome<State> {
        match event {
            Move::Near => Transition(State::south_east_down()),
            _ => Super,
        }
    }

    #[action]
    async fn enter_south_east_up(&mut self) {
        level::enter(&mut self.checksum, level::SOUTH_EAST_UP);
    }

    #[action]
    async fn exit_south_east_up(&mut self) {
        level::exit(&mut self.checksum, level::SOUTH_EAST_UP);
    }

    #[state(
        superstate = "south_east",
        entry_action = "enter_south_east_down",
        exit_action = "exit_south_east_down"
    )]
    async fn south_east_down(event: &Move) -> Outcome<State> {
        match event {
            Move::Near => Transition(State::south_east_up()),
            _ => Super,
        }
    }

    #[action]
    async fn enter_south_east_down(&mut self) {
        level::enter(&mut self.checksum, level::SOUTH_EAST_DOWN);
    }

    #[action]
    async fn exit_south_east_down(&mut self) {
        level::exit(&mut self.checksum, level::SOUTH_EAST_DOWN);
    }

    #[superstate(
        superstate = "south",
        entry_action = "enter_south_west",
        exit_action = "exit_south_west"
    )]
    async fn south_west(event: &Move) -> Outcome<State> {
        match event {
            Move::Middle => Transition(State::south_east_up()),
            _ => Super,
        }
    }

    #[action]
    async fn enter_south_west(&mut self) {
        level::enter(&mut self.checksum, level::SOUTH_WEST);
    }

    #[action]
    async fn exit_south_west(&mut self) {
        level::exit(&mut self.checksum, level::SOUTH_WEST);
    }

    #[state(
        superstate = "south_west",
        entry_action = "enter_south_west_up",
        exit_action = "exit_south_west_up"
    )]
    async fn south_west_up(event: &Move) -> Outcome<State> {
        match event {
            Move::Near => Transition(State::south_west_down()),
            _ => Super,
        }
    }

    #[action]
    async fn enter_south_west_up(&mut self) {
        level::enter(&mut self.checksum, level::SOUTH_WEST_UP);
    }

    #[action]
    async fn exit_south_west_up(&mut self) {
        level::exit(&mut self.checksum, level::SOUTH_WEST_UP);
    }

    #[state(
        superstate = "south_west",
        entry_action = "enter_south_west_down",
        exit_action = "exit_south_west_down"
    )]
    async fn south_west_down(event: &Move) -> Outcome<State> {
        match event {
            Move::Near => Transition(State::south_west_up()),
            _ => Super,
        }
    }

    #[action]
    async fn enter_south_west_down(&mut self) {
        level::enter(&mut self.checksum, level::SOUTH_WEST_DOWN);
    }

    #[action]
    async fn exit_south_west_down(&mut self) {
        level::exit(&mut self.checksum, level::SOUTH_WEST_DOWN);
    }
}
