//! Data that lives as long as its state is active.

use std::cell::RefCell;
use std::rc::Rc;
use wink::prelude::*;

/// Tells when it is dropped.
pub struct Guard(pub Rc<RefCell<Vec<&'static str>>>);

impl Drop for Guard {
    fn drop(&mut self) {
        self.0.borrow_mut().push("dropped");
    }
}

#[machine]
mod game {
    use std::cell::RefCell;
    use std::rc::Rc;

    #[data]
    #[derive(Default)]
    pub struct Game {
        pub rounds: u32,
        pub ran: Rc<RefCell<Vec<&'static str>>>,
        pub seen: Vec<(u32, u32)>,
    }

    #[messages]
    pub enum Message {
        Start,
        Score { points: u32 },
        Next,
        Stop,
    }

    #[state(initial)]
    #[receive(Start => playing)]
    #[ignore(_)]
    mod idle {}

    #[state]
    #[ignore(Start)]
    mod playing {
        struct Score {
            total: u32,
            guard: Guard,
        }

        #[entry]
        fn begin(game: &mut Game) -> Score {
            game.rounds += 1;
            Score {
                total: 0,
                guard: Guard(Rc::clone(&game.ran)),
            }
        }

        #[exit]
        fn end(game: &mut Game, score: &Score) {
            game.ran.borrow_mut().push("exit");
            game.seen.push((score.total, 0));
        }

        #[receive(Score if score.total < 10)]
        #[ignore(Score)]
        fn score(score: &mut Score, points: u32) {
            score.total += points;
        }
        #[receive(Stop => idle)]
        fn stop(score: &mut Score) {
            score.total += 100;
            score.guard.0.borrow_mut().push("action");
        }

        #[state(initial)]
        mod first {
            #[entry]
            fn count() -> u32 {
                7
            }
            #[receive(Next => second)]
            fn next(game: &mut Game, score: &Score, own: &mut u32) {
                *own += 1;
                game.seen.push((score.total, *own));
            }
        }

        #[state]
        #[ignore(Next)]
        mod second {}
    }
}

use game::{Game, Message};

#[test]
fn locals_live_as_long_as_their_state() {
    let mut game = Game::default().start();
    let _ = game.dispatch(Message::Start);
    let _ = game.dispatch(Message::Score { points: 4 });
    let _ = game.dispatch(Message::Score { points: 6 });
    let _ = game.dispatch(Message::Score { points: 5 });
    let _ = game.dispatch(Message::Next);
    assert_eq!(
        game.data().seen,
        [(10, 8)],
        "both the parent's and the state's own"
    );
    let _ = game.dispatch(Message::Stop);
    assert_eq!(game.data().seen, [(10, 8), (10, 0)]);
    assert_eq!(
        *game.data().ran.borrow(),
        ["exit", "action", "dropped"],
        "the action still has what the state remembered"
    );
}
