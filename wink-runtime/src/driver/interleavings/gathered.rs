//! What many steps send to another loop, handed over together.

use shuttle::future::block_on;

use super::machine::Message;
use super::mail::{be_cheap, of, passer};
use super::{Model, search};

/// How many messages that line says were left unread.
fn unread(line: &str) -> usize {
    let Some((before, _)) = line.split_once(" left unread") else {
        return 0;
    };
    let count = before
        .rsplit("; ")
        .next()
        .and_then(|part| part.split(' ').next());
    count.and_then(|count| count.parse().ok()).expect(line)
}

#[test]
fn what_many_steps_pass_on_together_arrives_once_and_in_order() {
    search(|| {
        let model = Model::new(2);
        be_cheap(&model);
        // There is ample room, until there is none.
        let (near, far) = (model.spawn(0, 16), model.spawn(1, 8));
        let threads = [0, 1].map(|from| passer(&near, &far, from, 5));
        for thread in threads {
            thread.join().expect("it ends");
        }
        // Each answers when what came before has been handled.
        assert!(block_on(near.call(Message::count())).is_ok());
        assert_eq!(block_on(far.call(Message::count())), Ok(10));
        let (notes, said) = model.end();
        for from in [0, 1] {
            assert_eq!(of(&notes[1], from), [0, 1, 2, 3, 4]);
        }
        assert!(said.iter().all(|line| !line.contains("unread")), "{said:?}");
    });
}

#[test]
fn what_many_steps_pass_on_to_one_that_ends_is_handled_or_told_as_lost_not_both() {
    search(|| {
        let model = Model::new(2);
        be_cheap(&model);
        let (near, far) = (model.spawn(0, 16), model.spawn(1, 16));
        let passer = passer(&near, &far, 0, 6);
        let ending = far.clone();
        let killer = Model::thread(async move {
            ending.handle().kill();
            ending.closed().await;
        });
        passer.join().expect("it ends");
        killer.join().expect("it ends");
        assert!(block_on(near.call(Message::count())).is_ok());
        let (notes, said) = model.end();
        let lost = said
            .iter()
            .filter(|line| line.contains("was not delivered"));
        let unread: usize = said.iter().map(|line| unread(line)).sum();
        assert_eq!(
            notes[1].len() + lost.count() + unread,
            6,
            "{notes:?} {said:?}"
        );
        assert!(
            notes[1]
                .iter()
                .map(|(_, number)| *number)
                .eq(0..notes[1].len() as u8)
        );
    });
}
