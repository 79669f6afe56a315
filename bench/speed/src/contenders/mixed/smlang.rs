//! smlang. It has no hierarchy, so the chart is flattened: an action does the exits and entries of
//! its transition.

use crate::contender::{Contender, Kind};
use crate::workload::player::*;
use crate::workload::{Key, Mixed, Player};
use smlang::statemachine;

statemachine! {
    derive_events: [Clone, Copy],
    transitions: {
        *Off + Power / switch_on = Idle,
        Idle + Power / switch_off_from_idle = Off,
        Playing + Power / switch_off_from_playing = Off,
        Paused + Power / switch_off_from_paused = Off,
        Idle + Play / start = Playing,
        Paused + Play / resume = Playing,
        Playing + Pause / pause = Paused,
        Playing + Stop / stop_from_playing = Idle,
        Paused + Stop / stop_from_paused = Idle,
        Playing | Paused + Seek(u32) / seek,
        Idle | Playing | Paused + Volume(u32) / louder,
        Playing + Tick [before_the_end] / tick,
        Playing + Tick / end = Idle,
        Off | Idle | Playing | Paused + Ping / ping,
    }
}

/// What the actions work on.
pub struct Context {
    player: Player,
}

/// The actions that do nothing but exits and entries.
macro_rules! actions {
    ($($name:ident: $($tag:ident)*;)*) => {
        $(fn $name(&mut self) -> Result<(), ()> {
            $(self.player.mark($tag);)*
            Ok(())
        })*
    };
}

impl StateMachineContext for Context {
    actions! {
        switch_on: ENTER_ON ENTER_IDLE;
        switch_off_from_idle: EXIT_IDLE EXIT_ON;
        switch_off_from_playing: EXIT_PLAYING EXIT_ACTIVE EXIT_ON;
        switch_off_from_paused: EXIT_PAUSED EXIT_ACTIVE EXIT_ON;
        start: EXIT_IDLE ENTER_ACTIVE ENTER_PLAYING;
        resume: EXIT_PAUSED ENTER_PLAYING;
        pause: EXIT_PLAYING ENTER_PAUSED;
        stop_from_playing: EXIT_PLAYING EXIT_ACTIVE ENTER_IDLE;
        stop_from_paused: EXIT_PAUSED EXIT_ACTIVE ENTER_IDLE;
        ping: PING;
    }

    fn before_the_end(&self) -> Result<bool, ()> {
        Ok(self.player.position < LENGTH)
    }

    fn end(&mut self) -> Result<(), ()> {
        self.player.position = 0;
        self.stop_from_playing()
    }

    fn tick(&mut self) -> Result<(), ()> {
        self.player.tick();
        Ok(())
    }

    fn seek(&mut self, to: u32) -> Result<(), ()> {
        self.player.seek(to);
        Ok(())
    }

    fn louder(&mut self, step: u32) -> Result<(), ()> {
        self.player.louder(step);
        Ok(())
    }
}

/// smlang, flattened.
pub struct Smlang(StateMachine<Context>);

impl Contender for Smlang {
    type Workload = Mixed;
    type Event = Events;
    const NAME: &'static str = "smlang (flattened)";
    const KIND: Kind = Kind::Peer;

    fn start() -> Self {
        Self(StateMachine::new(Context {
            player: Player::default(),
        }))
    }

    fn event(event: Key) -> Events {
        match event {
            Key::Power => Events::Power,
            Key::Play => Events::Play,
            Key::Pause => Events::Pause,
            Key::Stop => Events::Stop,
            Key::Seek { to } => Events::Seek(to),
            Key::Volume { step } => Events::Volume(step),
            Key::Tick => Events::Tick,
            Key::Ping => Events::Ping,
        }
    }

    #[inline(always)]
    fn step(&mut self, event: Events) {
        _ = self.0.process_event(event);
    }

    fn checksum(&self) -> u64 {
        self.0.context().player.checksum
    }
}
