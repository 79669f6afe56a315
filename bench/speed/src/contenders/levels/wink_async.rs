//! wink, with async functions of which none waits.

use crate::contender::{Contender, Kind, ready};
use crate::workload::{Levels, Move};
use wink::prelude::*;

#[machine]
mod levels {
    use crate::workload::level;

    #[data]
    #[derive(Default)]
    pub struct Levels {
        pub checksum: u64,
    }

    #[messages]
    #[derive(Clone, Copy)]
    pub enum Message {
        Near,
        Middle,
        Far,
    }

    #[state(initial)]
    #[receive(Far => south)]
    mod north {
        #[entry]
        async fn enter(levels: &mut Levels) {
            level::enter(&mut levels.checksum, level::NORTH);
        }

        #[exit]
        async fn exit(levels: &mut Levels) {
            level::exit(&mut levels.checksum, level::NORTH);
        }

        #[state(initial)]
        #[receive(Middle => north_west)]
        mod north_east {
            #[entry]
            async fn enter(levels: &mut Levels) {
                level::enter(&mut levels.checksum, level::NORTH_EAST);
            }

            #[exit]
            async fn exit(levels: &mut Levels) {
                level::exit(&mut levels.checksum, level::NORTH_EAST);
            }

            #[state(initial)]
            #[receive(Near => north_east_down)]
            mod north_east_up {
                #[entry]
                async fn enter(levels: &mut Levels) {
                    level::enter(&mut levels.checksum, level::NORTH_EAST_UP);
                }

                #[exit]
                async fn exit(levels: &mut Levels) {
                    level::exit(&mut levels.checksum, level::NORTH_EAST_UP);
                }
            }

            #[state]
            #[receive(Near => north_east_up)]
            mod north_east_down {
                #[entry]
                async fn enter(levels: &mut Levels) {
                    level::enter(&mut levels.checksum, level::NORTH_EAST_DOWN);
                }

                #[exit]
                async fn exit(levels: &mut Levels) {
                    level::exit(&mut levels.checksum, level::NORTH_EAST_DOWN);
                }
            }
        }

        #[state]
        #[receive(Middle => north_east)]
        mod north_west {
            #[entry]
            async fn enter(levels: &mut Levels) {
                level::enter(&mut levels.checksum, level::NORTH_WEST);
            }

            #[exit]
            async fn exit(levels: &mut Levels) {
                level::exit(&mut levels.checksum, level::NORTH_WEST);
            }

            #[state(initial)]
            #[receive(Near => north_west_down)]
            mod north_west_up {
                #[entry]
                async fn enter(levels: &mut Levels) {
                    level::enter(&mut levels.checksum, level::NORTH_WEST_UP);
                }

                #[exit]
                async fn exit(levels: &mut Levels) {
                    level::exit(&mut levels.checksum, level::NORTH_WEST_UP);
                }
            }

            #[state]
            #[receive(Near => north_west_up)]
            mod north_west_down {
                #[entry]
                async fn enter(levels: &mut Levels) {
                    level::enter(&mut levels.checksum, level::NORTH_WEST_DOWN);
                }

                #[exit]
                async fn exit(levels: &mut Levels) {
                    level::exit(&mut levels.checksum, level::NORTH_WEST_DOWN);
                }
            }
        }
    }

    #[state]
    #[receive(Far => north)]
    mod south {
        #[entry]
        async fn enter(levels: &mut Levels) {
            level::enter(&mut levels.checksum, level::SOUTH);
        }

        #[exit]
        async fn exit(levels: &mut Levels) {
            level::exit(&mut levels.checksum, level::SOUTH);
        }

        #[state(initial)]
        #[receive(Middle => south_west)]
        mod south_east {
            #[entry]
            async fn enter(levels: &mut Levels) {
                level::enter(&mut levels.checksum, level::SOUTH_EAST);
            }

            #[exit]
            async fn exit(levels: &mut Levels) {
                level::exit(&mut levels.checksum, level::SOUTH_EAST);
            }

            #[state(initial)]
            #[receive(Near => south_east_down)]
            mod south_east_up {
                #[entry]
                async fn enter(levels: &mut Levels) {
                    level::enter(&mut levels.checksum, level::SOUTH_EAST_UP);
                }

                #[exit]
                async fn exit(levels: &mut Levels) {
                    level::exit(&mut levels.checksum, level::SOUTH_EAST_UP);
                }
            }

            #[state]
            #[receive(Near => south_east_up)]
            mod south_east_down {
                #[entry]
                async fn enter(levels: &mut Levels) {
                    level::enter(&mut levels.checksum, level::SOUTH_EAST_DOWN);
                }

                #[exit]
                async fn exit(levels: &mut Levels) {
                    level::exit(&mut levels.checksum, level::SOUTH_EAST_DOWN);
                }
            }
        }

        #[state]
        #[receive(Middle => south_east)]
        mod south_west {
            #[entry]
            async fn enter(levels: &mut Levels) {
                level::enter(&mut levels.checksum, level::SOUTH_WEST);
            }

            #[exit]
            async fn exit(levels: &mut Levels) {
                level::exit(&mut levels.checksum, level::SOUTH_WEST);
            }

            #[state(initial)]
            #[receive(Near => south_west_down)]
            mod south_west_up {
                #[entry]
                async fn enter(levels: &mut Levels) {
                    level::enter(&mut levels.checksum, level::SOUTH_WEST_UP);
                }

                #[exit]
                async fn exit(levels: &mut Levels) {
                    level::exit(&mut levels.checksum, level::SOUTH_WEST_UP);
                }
            }

            #[state]
            #[receive(Near => south_west_up)]
            mod south_west_down {
                #[entry]
                async fn enter(levels: &mut Levels) {
                    level::enter(&mut levels.checksum, level::SOUTH_WEST_DOWN);
                }

                #[exit]
                async fn exit(levels: &mut Levels) {
                    level::exit(&mut levels.checksum, level::SOUTH_WEST_DOWN);
                }
            }
        }
    }
}

/// wink, async.
pub struct WinkAsync(wink::Instance<levels::Levels>);

impl Contender for WinkAsync {
    type Workload = Levels;
    type Event = levels::Message;
    const NAME: &'static str = "wink, async";
    const KIND: Kind = Kind::WinkAsync;

    fn start() -> Self {
        Self(ready(levels::Levels::default().start_async()))
    }

    fn event(event: Move) -> levels::Message {
        match event {
            Move::Near => levels::Message::Near,
            Move::Middle => levels::Message::Middle,
            Move::Far => levels::Message::Far,
        }
    }

    #[inline(always)]
    fn step(&mut self, event: levels::Message) {
        _ = ready(self.0.dispatch_async(event));
    }

    fn checksum(&self) -> u64 {
        self.0.data().checksum
    }
}
