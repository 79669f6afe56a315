//! Weak addresses, and the names of a system.

use wink_runtime::{Address, WeakAddress};

use super::probe::{Deaf, Log, note, pass, quiet};

#[tokio::test(start_paused = true)]
async fn a_weak_address_leads_to_its_machine_while_that_runs() {
    let log = Log::default();
    let system = quiet();
    let a = system.spawn(Deaf::new("a", &log));
    let weak = a.downgrade();
    assert_eq!(weak, a);
    assert_eq!(weak, a.downgrade());
    assert_ne!(weak, system.spawn(Deaf::new("b", &log)).downgrade());
    assert_eq!(weak.to_string(), "tests/Deaf#1");
    assert_eq!(format!("{weak:?}"), "WeakAddress(tests/Deaf#1)");
    // The machine runs although nobody else has its address.
    drop(a);
    let again = weak.upgrade().expect("it runs");
    again.send(note("hello")).await.expect("it runs");
    // What is sent is handled; a question says when.
    let asked = again.call(super::probe::Message::kept());
    assert_eq!(asked.await, Ok(0));
    again.stop();
    again.closed().await;
    assert_eq!(log.take(), ["a: hello", "a: leaves"]);
    assert_eq!(weak.upgrade(), None, "whoever still has its address");
    assert_eq!(again.ended(), Some(wink_runtime::ExitReason::Stopped));
    assert_eq!(weak.identity(), again.identity());
}

#[tokio::test(start_paused = true)]
async fn a_weak_address_never_leads_to_a_later_tenant() {
    let log = Log::default();
    let system = quiet();
    let weak: Vec<WeakAddress<Deaf>> = {
        let spawn = |_| system.spawn(Deaf::new("old", &log));
        let machines: Vec<Address<Deaf>> = (0..10).map(spawn).collect();
        machines.iter().for_each(Address::stop);
        pass(std::time::Duration::from_millis(1)).await;
        machines.iter().map(Address::downgrade).collect()
    };
    let spawn = |_| system.spawn(Deaf::new("new", &log));
    let later: Vec<_> = (0..10).map(spawn).collect();
    pass(std::time::Duration::from_millis(1)).await;
    assert!(weak.iter().all(|weak| weak.upgrade().is_none()));
    assert!(weak.iter().all(|weak| later.iter().all(|new| weak != new)));
}

#[tokio::test(start_paused = true)]
async fn a_system_has_names_of_its_own() {
    let log = Log::default();
    let (system, other) = (quiet(), quiet());
    let a = system.spawn(Deaf::new("a", &log));
    system.registry().register("a", &a).expect("it is free");
    let found: Address<Deaf> = system.clone().registry().find("a").expect("it is there");
    assert_eq!(found, a);
    assert!(other.registry().names().is_empty());
    a.stop();
    a.closed().await;
    assert!(system.registry().names().is_empty());
}
