//! wink, with async functions of which none waits.

use crate::contender::{Contender, Kind, ready};
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
    async fn ping(player: &mut Player) {
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
        async fn enter(player: &mut Player) {
            player.player.mark(ENTER_ON);
        }

        #[exit]
        async fn exit(player: &mut Player) {
            player.player.mark(EXIT_ON);
        }

        #[receive(Volume)]
        async fn louder(player: &mut Player, step: u32) {
            player.player.louder(step);
        }

        #[state(initial)]
        #[receive(Play => active)]
        mod idle {
            #[entry]
            async fn enter(player: &mut Player) {
                player.player.mark(ENTER_IDLE);
            }

            #[exit]
            async fn exit(player: &mut Player) {
                player.player.mark(EXIT_IDLE);
            }
        }

        #[state]
        #[receive(Stop => idle)]
        mod active {
            #[entry]
            async fn enter(player: &mut Player) {
                player.player.mark(ENTER_ACTIVE);
            }

            #[exit]
            async fn exit(player: &mut Player) {
                player.player.mark(EXIT_ACTIVE);
            }

            #[receive(Seek)]
            async fn seek(player: &mut Player, to: u32) {
                player.player.seek(to);
            }

            #[state(initial)]
            #[receive(Pause => paused)]
            mod playing {
                #[entry]
                async fn enter(player: &mut Player) {
                    player.player.mark(ENTER_PLAYING);
                }

                #[exit]
                async fn exit(player: &mut Player) {
                    player.player.mark(EXIT_PLAYING);
                }

                #[receive(Tick if player.player.position < LENGTH)]
                async fn tick(player: &mut Player) {
                    player.player.tick();
                }

                #[receive(Tick => idle)]
                async fn end(player: &mut Player) {
                    player.player.position = 0;
                }
            }

            #[state]
            #[receive(Play => playing)]
            mod paused {
                #[entry]
                async fn enter(player: &mut Player) {
                    player.player.mark(ENTER_PAUSED);
                }

                #[exit]
                async fn exit(player: &mut Player) {
                    player.player.mark(EXIT_PAUSED);
                }
            }
        }
    }
}

/// wink, async.
pub struct WinkAsync(wink::Instance<player::Player>);

impl Contender for WinkAsync {
    type Workload = Mixed;
    type Event = player::Message;
    const NAME: &'static str = "wink, async";
    const KIND: Kind = Kind::WinkAsync;

    fn start() -> Self {
        Self(ready(player::Player::default().start_async()))
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
        _ = ready(self.0.dispatch_async(event));
    }

    fn checksum(&self) -> u64 {
        self.0.data().player.checksum
    }
}
