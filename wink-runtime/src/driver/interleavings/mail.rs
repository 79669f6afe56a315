//! Whole loops: mail from outside, between loops, and to machines that end.

use std::future::{Future, poll_fn};
use std::sync::atomic::Ordering;
use std::task::Poll;

use shuttle::future::block_on;
use shuttle::thread;

use super::machine::{Clerk, Message};
use super::{Model, search};
use crate::{Address, CallError};

/// What one sender's messages were, in the order in which they were noted.
pub(super) fn of(notes: &[(u8, u8)], sender: u8) -> Vec<u8> {
    let own = notes.iter().filter(|(from, _)| *from == sender);
    own.map(|(_, number)| *number).collect()
}

/// Letters are known to cost little.
pub(super) fn be_cheap(model: &Model) {
    for home in &model.homes {
        home.cost.store(1, Ordering::Relaxed);
    }
}

/// A thread that has one clerk pass on so many messages to the other.
pub(super) fn passer(
    near: &Address<Clerk>,
    far: &Address<Clerk>,
    from: u8,
    count: u8,
) -> thread::JoinHandle<()> {
    let (near, far) = (near.clone(), far.clone());
    Model::thread(async move {
        for number in 0..count {
            let to = far.clone();
            let message = Message::Pass { to, from, number };
            near.send(message).await.expect("it runs");
        }
    })
}

#[test]
fn what_waits_for_room_arrives_once_and_in_order() {
    search(|| {
        let model = Model::new(1);
        let clerk = model.spawn(0, 1);
        let senders = [0, 1].map(|from| {
            let clerk = clerk.clone();
            Model::thread(async move {
                for number in 0..3 {
                    clerk
                        .send(Message::Note { from, number })
                        .await
                        .expect("it runs");
                }
            })
        });
        for sender in senders {
            sender.join().expect("it ends");
        }
        let noted = block_on(clerk.call(Message::count()));
        assert_eq!(noted, Ok(6));
        let (notes, said) = model.end();
        assert_eq!(
            (of(&notes[0], 0), of(&notes[0], 1)),
            (vec![0, 1, 2], vec![0, 1, 2])
        );
        assert_eq!(notes[0].len(), 6);
        assert!(said.iter().all(|line| !line.contains("unread")), "{said:?}");
    });
}

#[test]
fn what_is_passed_on_between_loops_arrives_once_and_in_order() {
    search(|| {
        let model = Model::new(2);
        let (near, far) = (model.spawn(0, 2), model.spawn(1, 1));
        let passer = passer(&near, &far, 0, 3);
        let direct = far.clone();
        let sender = Model::thread(async move {
            for number in 0..2 {
                direct
                    .send(Message::Note { from: 1, number })
                    .await
                    .expect("it runs");
            }
        });
        passer.join().expect("it ends");
        sender.join().expect("it ends");
        // Each answers when what came before has been handled.
        assert_eq!(block_on(near.call(Message::count())), Ok(0));
        assert_eq!(block_on(far.call(Message::count())), Ok(5));
        let (notes, _) = model.end();
        assert_eq!(of(&notes[1], 0), [0, 1, 2]);
        assert_eq!(of(&notes[1], 1), [0, 1]);
        assert_eq!((notes[0].len(), notes[1].len()), (0, 5));
    });
}

/// Two loops, each of which may run the other in the middle of its turn, while somebody asks.
#[test]
fn volleys_between_loops_come_to_their_end_and_hold_nobody_up() {
    search(|| {
        let model = Model::new(2);
        // So that each is run for the other from the first letter on.
        be_cheap(&model);
        let clerks = [model.spawn(0, 4), model.spawn(1, 4)];
        let players = [0, 1].map(|from| {
            let (own, other) = (
                clerks[usize::from(from)].clone(),
                clerks[usize::from(1 - from)].clone(),
            );
            Model::thread(async move {
                let first = Message::Volley {
                    own: own.clone(),
                    other,
                    from,
                    left: 3,
                };
                own.send(first).await.expect("it runs");
                assert!(own.call(Message::count()).await.is_ok());
            })
        });
        for player in players {
            player.join().expect("it ends");
        }
        // What is still on its way comes to its end, whoever looks.
        while clerks.iter().fold(0, |noted, clerk| {
            noted + block_on(clerk.call(Message::count())).expect("it answers")
        }) < 8
        {
            thread::yield_now();
        }
        let (notes, _) = model.end();
        assert_eq!(
            (of(&notes[0], 0), of(&notes[1], 0)),
            (vec![3, 1], vec![2, 0])
        );
        assert_eq!(
            (of(&notes[1], 1), of(&notes[0], 1)),
            (vec![3, 1], vec![2, 0])
        );
    });
}

#[test]
fn who_asks_is_answered_whoever_runs_the_loop() {
    search(|| {
        let model = Model::new(2);
        let clerks = [model.spawn(0, 1), model.spawn(1, 1)];
        let askers = [0, 1].map(|from| {
            let clerks = clerks.clone();
            Model::thread(async move {
                for number in 0..2 {
                    let clerk = &clerks[usize::from((from + number) % 2)];
                    clerk
                        .send(Message::Note { from, number })
                        .await
                        .expect("it runs");
                    let noted = clerk.call(Message::count()).await.expect("it answers");
                    assert!((1..=2).contains(&noted), "{noted}");
                }
            })
        });
        for asker in askers {
            asker.join().expect("it ends");
        }
        let (notes, _) = model.end();
        assert_eq!(notes.concat().len(), 4);
    });
}

#[test]
fn a_crowd_is_answered_beside_one_who_only_sends() {
    search(|| {
        let model = Model::new(1);
        let clerk = model.spawn(0, 1);
        model.homes[0].crowd.gather();
        let askers = [0, 1, 2].map(|from| {
            let clerk = clerk.clone();
            Model::thread(async move {
                for number in 0..2 {
                    if from < 2 {
                        let noted = clerk.call(Message::count()).await.expect("it answers");
                        assert!(noted <= 2, "{noted}");
                    } else {
                        let note = Message::Note { from, number };
                        clerk.send(note).await.expect("it runs");
                    }
                }
            })
        });
        for asker in askers {
            asker.join().expect("it ends");
        }
        assert_eq!(block_on(clerk.call(Message::count())), Ok(2));
        let (notes, _) = model.end();
        assert_eq!(of(&notes[0], 2), [0, 1]);
    });
}

#[test]
fn threads_that_take_turns_at_a_loop_are_all_answered() {
    search(|| {
        let model = Model::new(1);
        let clerk = model.spawn(0, 1);
        let home = &model.homes[0];
        home.crowd.set_inside(true);
        assert!(home.crowd.meet());
        home.crowd.set_inside(false);
        let askers = [0, 1, 2].map(|from| {
            let clerk = clerk.clone();
            Model::thread(async move {
                for number in 0..3 {
                    let noted = clerk.call(Message::count()).await.expect("it answers");
                    assert!(
                        noted >= u32::from(number),
                        "{noted}: its own are among them"
                    );
                    let note = Message::Note { from, number };
                    clerk.send(note).await.expect("it runs");
                }
            })
        });
        for asker in askers {
            asker.join().expect("it ends");
        }
        assert_eq!(block_on(clerk.call(Message::count())), Ok(9));
        let (notes, _) = model.end();
        for from in 0..3 {
            assert_eq!(of(&notes[0], from), [0, 1, 2]);
        }
    });
}

#[test]
fn who_asks_straight_hears_of_an_end_in_that_very_step() {
    search(|| {
        let model = Model::new(1);
        let clerk = model.spawn(0, 2);
        let sender = {
            let clerk = clerk.clone();
            Model::thread(async move {
                // It may have failed meanwhile.
                let _ = clerk.send(Message::Fail).await;
            })
        };
        match block_on(clerk.call(Message::count())) {
            Ok(noted) => assert_eq!(noted, 0),
            Err(error) => assert!(matches!(error, CallError::Died(_)), "{error}"),
        }
        sender.join().expect("it ends");
        assert!(block_on(clerk.closed()).error().is_some());
        assert!(block_on(clerk.call(Message::count())).is_err());
        model.end();
    });
}

#[test]
fn everybody_hears_of_an_end() {
    search(|| {
        let model = Model::new(2);
        let (clerk, passer) = (model.spawn(0, 1), model.spawn(1, 1));
        let sending = clerk.clone();
        let sender = thread_that_counts(async move {
            let mut accepted = 0;
            for number in 0..3 {
                accepted += usize::from(
                    sending
                        .send(Message::Note { from: 0, number })
                        .await
                        .is_ok(),
                );
            }
            accepted
        });
        let (asked, passing) = (clerk.clone(), passer.clone());
        let asker = Model::thread(async move {
            let to = asked.clone();
            let message = Message::Pass {
                to,
                from: 1,
                number: 0,
            };
            passing.send(message).await.expect("the other one runs");
            match asked.call(Message::count()).await {
                Ok(noted) => assert!(noted <= 4, "{noted}"),
                Err(CallError::Died(_)) => {}
                Err(error) => panic!("it is told why: {error}"),
            }
        });
        let failing = clerk.clone();
        let killer = Model::thread(async move {
            // Either it goes in, or somebody was faster to stop the clerk.
            let _ = failing.send(Message::Fail).await;
            failing.closed().await;
        });
        let accepted = sender.join().expect("it ends");
        asker.join().expect("it ends");
        killer.join().expect("it ends");
        let (notes, _) = model.end();
        let noted = of(&notes[0], 0);
        assert!(noted.len() <= accepted, "{noted:?} of {accepted}");
        assert_eq!(noted, (0..3).take(noted.len()).collect::<Vec<_>>());
    });
}

fn thread_that_counts(
    life: impl Future<Output = usize> + Send + 'static,
) -> thread::JoinHandle<usize> {
    thread::spawn(move || block_on(life))
}

#[test]
fn what_is_sent_in_one_step_keeps_its_order() {
    search(|| {
        let model = Model::new(2);
        let (near, far) = (model.spawn(0, 1), model.spawn(1, 2));
        for from in [0, 1] {
            let (to, count) = (far.clone(), 3);
            let message = Message::Flood { to, from, count };
            block_on(near.send(message)).expect("it runs");
        }
        // Answered when all of it has found room, and then when all of it is noted.
        assert_eq!(block_on(near.call(Message::count())), Ok(0));
        assert_eq!(block_on(far.call(Message::count())), Ok(6));
        let (notes, _) = model.end();
        assert_eq!(notes[1], [(0, 0), (0, 1), (0, 2), (1, 0), (1, 1), (1, 2)]);
    });
}

#[test]
fn what_steps_of_two_loops_send_at_once_keeps_its_order_beside_one_from_outside() {
    search(|| {
        let model = Model::new(3);
        let clerks = [model.spawn(0, 1), model.spawn(1, 1)];
        let far = model.spawn(2, 2);
        let floods = [0, 1].map(|from| {
            let own = clerks[usize::from(from)].clone();
            let to = far.clone();
            Model::thread(async move {
                let message = Message::Flood { to, from, count: 4 };
                own.send(message).await.expect("it runs");
                // Answered when all of it has found room.
                assert_eq!(own.call(Message::count()).await, Ok(0));
            })
        });
        for number in 0..2 {
            let note = Message::Note { from: 2, number };
            block_on(far.send(note)).expect("it runs");
        }
        for flood in floods {
            flood.join().expect("it ends");
        }
        assert_eq!(block_on(far.call(Message::count())), Ok(10));
        let (notes, _) = model.end();
        assert_eq!(of(&notes[2], 0), [0, 1, 2, 3]);
        assert_eq!(of(&notes[2], 1), [0, 1, 2, 3]);
        assert_eq!(of(&notes[2], 2), [0, 1]);
        assert_eq!(notes[2].len(), 10);
    });
}

#[test]
fn a_timer_is_seen_to_whoever_has_run_the_step_that_set_it() {
    search(|| {
        let model = Model::new(2);
        let clerks = [model.spawn(0, 2), model.spawn(1, 2)];
        let askers = clerks.clone().map(|clerk| {
            Model::thread(async move {
                for _ in 0..2 {
                    clerk.call(Message::count()).await.expect("it answers");
                }
                clerk.send(Message::Later).await.expect("it runs");
                // Answered by whoever runs the loop, or not at all: it has ended.
                let _ = clerk.call(Message::count()).await;
                clerk.closed().await;
            })
        });
        for asker in askers {
            asker.join().expect("it ends");
        }
        model.end();
    });
}

#[test]
fn who_waits_longest_gets_the_room() {
    search(|| {
        let model = Model::new(1);
        let clerk = model.spawn(0, 1);
        // One future sends all of it: these wait in the order in which they are polled.
        let sends = [0, 1, 2, 3].map(|number| {
            let clerk = clerk.clone();
            Box::pin(async move { clerk.send(Message::Note { from: 0, number }).await })
        });
        let mut sends = sends.map(Some);
        block_on(poll_fn(|context| {
            for send in &mut sends {
                if let Some(waiting) = send
                    && let Poll::Ready(sent) = waiting.as_mut().poll(context)
                {
                    sent.expect("it runs");
                    *send = None;
                }
            }
            match sends.iter().all(Option::is_none) {
                true => Poll::Ready(()),
                false => Poll::Pending,
            }
        }));
        assert_eq!(block_on(clerk.call(Message::count())), Ok(4));
        let (notes, _) = model.end();
        assert_eq!(of(&notes[0], 0), [0, 1, 2, 3]);
    });
}

#[test]
fn two_that_wait_for_each_others_room_are_told_apart() {
    search(|| {
        let model = Model::new(2);
        let clerks = [model.spawn(0, 1), model.spawn(1, 1)];
        let floods = [0, 1].map(|from| {
            let own = clerks[usize::from(from)].clone();
            let to = clerks[usize::from(1 - from)].clone();
            Model::thread(async move {
                let message = Message::Flood { to, from, count: 3 };
                own.send(message).await.expect("nothing has happened yet");
            })
        });
        for flood in floods {
            flood.join().expect("it ends");
        }
        // One of them answers in any case: not both can have failed.
        let answers = clerks
            .clone()
            .map(|clerk| block_on(async move { clerk.call(Message::count()).await }));
        let (notes, said) = model.end();
        let deadlocks = said.iter().filter(|line| line.starts_with("deadlock:"));
        match deadlocks.count() {
            0 => assert_eq!((notes[0].len(), notes[1].len()), (3, 3), "{said:?}"),
            1 => assert!(answers.iter().any(Result::is_ok), "{answers:?}"),
            more => panic!("{more} circles: {said:?}"),
        }
    });
}

#[test]
fn what_a_killed_sender_has_sent_is_handled_or_told_as_lost_not_both() {
    search(|| {
        let model = Model::new(2);
        let (near, far) = (model.spawn(0, 1), model.spawn(1, 1));
        let sending = near.clone();
        let to = far.clone();
        let sender = Model::thread(async move {
            let count = 3;
            let message = Message::Flood { to, from: 0, count };
            sending.send(message).await.expect("nobody has killed it");
            sending.handle().kill();
            sending.closed().await;
        });
        sender.join().expect("it ends");
        // Asked after all that was sent.
        let noted = block_on(far.call(Message::count()));
        let (notes, said) = model.end();
        assert_eq!(noted, Ok(u32::try_from(notes[1].len()).expect("a few")));
        let is_about = |text: &str| said.iter().filter(|line| line.contains(text)).count();
        let lost = is_about("was not delivered");
        // It may be killed before it has read what it is to send.
        let expected = match is_about("left unread") {
            0 => 3,
            _ => 0,
        };
        assert_eq!(notes[1].len() + lost, expected, "{notes:?} {said:?}");
        assert_eq!(notes[1], [(0, 0), (0, 1), (0, 2)][..notes[1].len()]);
    });
}
