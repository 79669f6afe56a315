//! Children that live in the loop of another one.

use super::machines::Log;
use super::machines::store::{Message, Store};
use wink::prelude::*;
use wink::{ChildSpec, NotSupervised, Restart, Supervisor, System};

/// Three loops, among which machines are spread.
fn system() -> System {
    System::builder().loops(3).log(|_| {}).build()
}

fn place(address: &Address<Store>) -> String {
    let shown = format!("{address:?}");
    let (_, place) = shown.split_once(" at ").expect("it is somewhere");
    place.to_owned()
}

#[supervisor(intensity = "3 in 5s")]
pub mod shop {
    use super::super::machines::Log;
    use super::super::machines::store::Store;

    #[data]
    pub struct Settings {
        pub log: Log,
    }

    #[child]
    fn till(settings: &Settings) -> Store {
        Store::maker("till", &settings.log)()
    }

    #[child]
    fn kitchen(settings: &Settings) -> Store {
        Store::maker("kitchen", &settings.log)()
    }

    #[child(beside = till, restart = transient)]
    fn clerk(settings: &Settings) -> Store {
        Store::maker("clerk", &settings.log)()
    }
}

#[tokio::test]
async fn a_child_lives_in_the_loop_of_its_neighbour() {
    let log = Log::default();
    let system = system();
    let shop = shop::start(&system, shop::Settings { log: log.clone() });
    assert_ne!(
        place(&shop.till()),
        place(&shop.kitchen()),
        "they are spread"
    );
    assert_eq!(place(&shop.clerk()), place(&shop.till()));
    assert!(shop.clerk().call(Message::divide(0)).await.is_err());
    assert_eq!(shop.clerk().call(Message::number()).await, Ok(0), "again");
    assert_eq!(place(&shop.clerk()), place(&shop.till()));

    for _ in 0..5 {
        let spec = ChildSpec::new("help").beside("kitchen");
        let help = shop.add(spec, Store::maker("help", &log)).expect("it runs");
        assert_eq!(place(&help), place(&shop.kitchen()));
        assert_eq!(help.call(Message::number()).await, Ok(0));
    }
    let spec = ChildSpec::new("lost").beside("kitschen");
    let refused = shop.add(spec, Store::maker("lost", &log)).unwrap_err();
    assert_eq!(
        refused.to_string(),
        "nothing to live beside: there is no child `kitschen`: did you mean `kitchen`?"
    );
    shop.stop();
    shop.closed().await;
    let late = shop.add("late", Store::maker("late", &log));
    assert_eq!(late.unwrap_err(), NotSupervised::Stopping);
}

#[tokio::test]
async fn new_neighbours_of_a_supervisor_that_starts_again_are_neighbours() {
    let log = Log::default();
    let system = system();
    let temporary = |name| ChildSpec::new(name).restart(Restart::Temporary);
    let inner = Supervisor::builder("inner")
        .intensity(0, Duration::from_secs(5))
        .child(temporary("till"), Store::maker("till", &log))
        .child(
            temporary("clerk").beside("till"),
            Store::maker("clerk", &log),
        )
        .child("oven", Store::maker("oven", &log));
    let shop = Supervisor::builder("shop").supervisor(inner).start(&system);
    let child = |path: &str| shop.address::<Store>(path).expect("a declared child");
    let before = child("inner/till");
    assert_eq!(child("inner/oven").call(Message::number()).await, Ok(0));
    for name in ["inner/till", "inner/clerk"] {
        let child = child(name);
        child.stop();
        child.closed().await;
    }
    // The supervisor gives up for the oven's sake, and those that had ended are others.
    assert!(child("inner/oven").call(Message::divide(0)).await.is_err());
    assert_eq!(child("inner/oven").call(Message::number()).await, Ok(0));
    assert_ne!(child("inner/till"), before);
    assert_eq!(place(&child("inner/clerk")), place(&child("inner/till")));
}

#[test]
#[should_panic(
    expected = "supervisor `shop`, child `clerk`: it is to live beside one declared \
                           before it, but there is no child `tull`: did you mean `till`?"
)]
fn nobody_lives_beside_somebody_unknown() {
    let log = Log::default();
    let _ = Supervisor::builder("shop")
        .child("till", Store::maker("till", &log))
        .child(
            ChildSpec::new("clerk").beside("tull"),
            Store::maker("clerk", &log),
        );
}
