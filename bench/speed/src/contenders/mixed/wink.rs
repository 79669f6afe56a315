//! wink.

use crate::contender::{Contender, Kind};
use crate::workload::{Key, Mixed};
use wink::prelude::*;

#[machine]
mod player {
    use crate::workload::player::*;

    #[data]
    #[derive(Default)]
    pub struct Player {
        pub player: crate::workload::Player,
    }

    #[messages]
    #[derive(Clone, Copy)]
    pub enum Message {
        Power,
        Play,
        Pause,
        Stop,
        Seek { to: u32 },
        Volume { step: u32 },
        Tick,
        Ping,
    }

    #[receive(Ping)]
    fn ping(player: &mut Player) {
        player.player.mark(PING);
    }

    #[state(initial)]
    #[receive(Power => on)]
    #[ignore(Play | Pause | Stop | Seek | Volume | Tick)]
    mod off {}

    #[state]
    #[receive(Power => off)]
    #[ignore(Play | Pause | Stop | Seek | Tick)]
    mod on {
        #[entry]
        fn enter(player: &mut Player) {
            player.player.mark(ENTER_ON);
        }

        #[exit]
        fn exit(player: &mut Player) {
            player.player.mark(EXIT_ON);
        }

        #[receive(Volume)]
        fn louder(player: &mut Player, step: u32) {
            player.player.louder(step);
        }

        #[state(initial)]
        #[receive(Play => active)]
        mod idle {
            #[entry]
            fn enter(player: &mut Player) {
                player.player.mark(ENTER_IDLE);
            }

            #[exit]
            fn exit(player: &mut Player) {
                player.player.mark(EXIT_IDLE);
            }
        }

        #[state]
        #[receive(Stop => idle)]
        mod active {
            #[entry]
            fn enter(player: &mut Player) {
                player.player.mark(ENTER_ACTIVE);
            }

            #[exit]
            fn exit(player: &mut Player) {
                player.player.mark(EXIT_ACTIVE);
            }

            #[receive(Seek)]
            fn seek(player: &mut Player, to: u32) {
                player.player.seek(to);
            }

            #[state(initial)]
            #[receive(Pause => paused)]
            mod playing {
                #[entry]
                fn enter(player: &mut Player) {
                    player.player.mark(ENTER_PLAYING);
                }

                #[exit]
                fn exit(player: &mut Player) {
                    player.player.mark(EXIT_PLAYING);
                }

                #[receive(Tick if player.player.position < LENGTH)]
                fn tick(player: &mut Player) {
                    player.player.tick();
                }

                #[receive(Tick => idle)]
                fn end(player: &mut Player) {
                    player.player.position = 0;
                }
            }

            #[state]
            #[receive(Play => playing)]
            mod paused {
                #[entry]
                fn enter(player: &mut Player) {
                    player.player.mark(ENTER_PAUSED);
                }

                #[exit]
                fn exit(player: &mut Player) {
                    player.player.mark(EXIT_PAUSED);
                }
            }
        }
    }
}

/// wink.
pub struct Wink(wink::Instance<player::Player>);

impl Contender for Wink {
    type Workload = Mixed;
    type Event = player::Message;
    const NAME: &'static str = "wink";
    const KIND: Kind = Kind::Wink;

    fn start() -> Self {
        Self(player::Player::default().start())
    }

    fn event(event: Key) -> player::Message {
        match event {
            Key::Power => player::Message::Power,
            Key::Play => player::Message::Play,
            Key::Pause => player::Message::Pause,
            Key::Stop => player::Message::Stop,
            Key::Seek { to } => player::Message::Seek { to },
            Key::Volume { step } => player::Message::Volume { step },
            Key::Tick => player::Message::Tick,
            Key::Ping => player::Message::Ping,
        }
    }

    #[inline(always)]
    fn step(&mut self, event: player::Message) {
        _ = self.0.dispatch(event);
    }

    fn checksum(&self) -> u64 {
        self.0.data().player.checksum
    }
}
