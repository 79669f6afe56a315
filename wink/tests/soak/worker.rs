//! The machine that everything happens to.

use std::sync::Arc;

use super::ledger::{Ledger, Token};
use wink::prelude::*;

/// What a panic says that is no surprise.
pub const ON_PURPOSE: &str = "on purpose";

pub const NAME: &str = "soak/Worker";

/// How a step is to fail.
#[derive(Clone, Copy, Debug)]
pub enum How {
    Panic,
    /// It has sent something before.
    PanicAfterSending,
    Error,
    Exit,
}

/// What somebody waits for who waits.
#[derive(Clone, Copy, Debug)]
pub enum Pause {
    /// Time passes: on a driven clock, where that costs nothing.
    Time(Duration),
    /// Others have had so many turns: on threads.
    Turns(u32),
}

impl Pause {
    pub async fn over(self) {
        match self {
            Pause::Time(time) => tokio::time::sleep(time).await,
            Pause::Turns(turns) => {
                for _ in 0..turns {
                    tokio::task::yield_now().await;
                }
            }
        }
    }
}

/// Its place: the number of its supervisor, and which of that one's children it is.
#[derive(Clone)]
pub struct Place {
    pub supervisor: u32,
    pub position: u32,
    pub ledger: Arc<Ledger>,
    /// Panics at each so many starts.
    pub fragile: bool,
}

#[machine(name = "soak/Worker")]
pub mod worker {
    use super::{How, Ledger, ON_PURPOSE, Pause, Place, Token, Worker as Other};
    use std::sync::Arc;

    #[data]
    pub struct Worker {
        pub place: Place,
    }

    #[messages]
    pub enum Message {
        Work {
            token: Token,
        },
        Late {
            token: Token,
        },
        Toggle {
            token: Token,
        },
        Forward {
            token: Token,
            to: Address<Other>,
            times: u32,
        },
        Wait {
            token: Token,
            pause: Pause,
        },
        Fail {
            token: Token,
            how: How,
            to: Address<Other>,
        },
        /// Have a child.
        Hire {
            token: Token,
        },
        #[reply(u64)]
        Ask {
            token: Token,
        },
    }

    #[entry]
    fn start(worker: &Worker, cx: &mut Context) {
        let ledger = &worker.place.ledger;
        ledger.born(cx.address().handle());
        if worker.place.fragile {
            panic!("{ON_PURPOSE}");
        }
    }

    #[exit]
    fn stop(worker: &Worker) {
        let place = (worker.place.supervisor, worker.place.position);
        worker.place.ledger.story().exits.push(place);
    }

    #[receive(Work)]
    fn work(token: Token) {
        token.handled();
    }

    #[receive(Ask)]
    fn ask(token: Token) -> u64 {
        token.handled()
    }

    fn pass_on(ledger: &Arc<Ledger>, cx: &mut Context, to: &Address<Other>, times: u32) {
        for _ in 0..times {
            let token = ledger.token();
            cx.send(to, Message::Work { token });
        }
    }

    #[receive(Forward)]
    fn forward(worker: &Worker, cx: &mut Context, token: Token, to: Address<Other>, times: u32) {
        token.handled();
        pass_on(&worker.place.ledger, cx, &to, times);
    }

    #[receive(Wait)]
    async fn wait(token: Token, pause: Pause) {
        let mut token = token;
        token.begin();
        pause.over().await;
        token.handled();
    }

    #[receive(Fail)]
    fn fail(worker: &Worker, cx: &mut Context, token: Token, how: How, to: Address<Other>) {
        let mut token = token;
        token.begin();
        match how {
            How::Panic => panic!("{ON_PURPOSE}"),
            How::PanicAfterSending => {
                let token = worker.place.ledger.doomed();
                cx.send(&to, Message::Work { token });
                panic!("{ON_PURPOSE}");
            }
            How::Error => cx.error(ON_PURPOSE),
            How::Exit => {
                token.handled();
                cx.exit();
            }
        }
    }

    #[receive(Hire)]
    fn hire(worker: &Worker, cx: &mut Context, token: Token) {
        token.handled();
        let place = Place {
            supervisor: u32::MAX,
            ..worker.place.clone()
        };
        cx.spawn(Other { place });
    }

    #[state(initial)]
    pub mod open {
        #[receive(Toggle => closed)]
        fn close(token: Token) {
            token.handled();
        }

        #[receive(Late)]
        fn late(token: Token) {
            token.handled();
        }
    }

    #[state]
    #[defer(Late)]
    pub mod closed {
        #[receive(Toggle => open)]
        fn open(token: Token) {
            token.handled();
        }
    }
}

pub use worker::{Message, Worker};

/// The token of a message that came back.
pub fn token_of(message: Message) -> Token {
    match message {
        Message::Work { token }
        | Message::Late { token }
        | Message::Toggle { token }
        | Message::Forward { token, .. }
        | Message::Wait { token, .. }
        | Message::Fail { token, .. }
        | Message::Hire { token }
        | Message::Ask { token } => token,
    }
}
