//! Histories, shallow and deep.

use wink::prelude::*;

#[machine]
mod player {
    #[data]
    #[derive(Default)]
    pub struct Player {
        pub ran: Vec<&'static str>,
    }

    #[messages]
    pub enum Message {
        Next,
        Menu,
        Resume,
        ResumeDeep,
        Again,
        Inner,
    }

    #[state(initial)]
    #[receive(Menu => menu)]
    #[ignore(Resume | ResumeDeep | Inner | Next)]
    mod playing {
        #[exit]
        fn leave(player: &mut Player) {
            player.ran.push("-playing");
        }
        #[receive(Again => history(playing))]
        fn again(player: &mut Player) {
            player.ran.push("again");
        }

        #[state(initial)]
        #[receive(Next => slow)]
        mod song {
            #[entry]
            fn enter(player: &mut Player) {
                player.ran.push("+song");
            }
            #[exit]
            fn leave(player: &mut Player) {
                player.ran.push("-song");
            }

            #[state(initial)]
            mod normal {}
            #[state]
            #[receive(Next => video)]
            #[receive(Inner => history(playing))]
            mod slow {}
        }
        #[state]
        #[ignore(Next)]
        mod video {}
    }

    #[state]
    #[ignore(_)]
    mod menu {
        #[receive(Resume => history(playing))]
        fn resume(player: &mut Player) {
            player.ran.push("resume");
        }
        #[receive(ResumeDeep => deep_history(playing))]
        fn resume_deep(player: &mut Player) {
            player.ran.push("deep");
        }
    }
}

use player::{Message, Player, State};

fn after(messages: impl IntoIterator<Item = Message>) -> wink::Instance<Player> {
    let mut player = Player::default().start();
    for message in messages {
        let _ = player.dispatch(message);
    }
    player
}

#[test]
fn a_shallow_history_remembers_the_child() {
    use Message::{Menu, Next, Resume};
    assert!(after([Menu, Resume]).is_in(State::Normal));
    assert!(
        after([Next, Menu, Resume]).is_in(State::Normal),
        "not what was inside the child"
    );
    assert!(after([Next, Next, Menu, Resume]).is_in(State::Video));
}

#[test]
fn a_deep_history_remembers_the_resting_state() {
    use Message::{Menu, Next, ResumeDeep};
    assert!(after([Menu, ResumeDeep]).is_in(State::Normal));
    assert!(after([Next, Menu, ResumeDeep]).is_in(State::Slow));
    assert!(after([Next, Next, Menu, ResumeDeep]).is_in(State::Video));
}

#[test]
fn the_row_s_function_runs_between_exits_and_entries() {
    use Message::{Menu, Resume};
    let player = after([Menu, Resume]);
    assert_eq!(
        player.data().ran,
        ["+song", "-song", "-playing", "resume", "+song"]
    );
}

#[test]
fn an_own_history_that_was_never_recorded_is_the_initial_child() {
    use Message::{Again, Next};
    // `playing` itself is not left by this row, so nothing is recorded either.
    let player = after([Next, Again]);
    assert!(player.is_in(State::Normal));
    assert_eq!(player.data().ran, ["+song", "-song", "again", "+song"]);
}

#[test]
fn a_history_is_read_as_it_was_before_when_its_state_stays_active() {
    use Message::{Again, Menu, Next, Resume};
    let player = after([Next, Next, Menu, Resume, Again]);
    assert!(player.is_in(State::Video));
}

#[test]
fn a_target_around_the_source_through_history_leaves_the_source() {
    use Message::{Inner, Next};
    let player = after([Next, Inner]);
    assert!(player.is_in(State::Normal));
    assert_eq!(player.data().ran, ["+song", "-song", "+song"]);
}
