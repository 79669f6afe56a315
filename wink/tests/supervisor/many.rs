//! Thousands of children that come and go.

use super::machines::store::{Message, Store};
use super::machines::{Log, calm, system};
use wink::{ChildSpec, ExitReason, Restart, Supervisor};

#[tokio::test(start_paused = true)]
async fn two_thousand_children_under_one_supervisor() {
    let log = Log::default();
    let system = system();
    let root = Supervisor::builder("root").start(&system);
    let mut stores = Vec::new();
    for number in 0..2_000 {
        let name = format!("worker {number}");
        stores.push(root.add(name, Store::maker("worker", &log)).unwrap());
    }
    for (store, to) in stores.iter().zip(0..) {
        store.send(Message::Set { to }).await.unwrap();
    }
    assert_eq!(stores[1_234].call(Message::number()).await, Ok(1_234));
    assert!(stores[1_234].call(Message::divide(0)).await.is_err());
    assert_eq!(stores[1_234].call(Message::number()).await, Ok(0));
    assert_eq!(stores[1_235].call(Message::number()).await, Ok(1_235));
    assert!(root.remove_machine(stores[7].identity()));
    assert_eq!(stores[7].closed().await, ExitReason::Stopped);
    calm().await;
    assert_eq!(root.tree().children.len(), 1_999);
    root.stop();
    assert_eq!(root.closed().await, ExitReason::Stopped);
    system.wait().await;
}

#[tokio::test(start_paused = true)]
async fn temporary_children_leave_nothing_behind() {
    let log = Log::default();
    let system = system();
    let root = Supervisor::builder("root").start(&system);
    for _ in 0..1_000 {
        let spec = ChildSpec::new("job").restart(Restart::Temporary);
        let job = root.add(spec, Store::maker("job", &log)).unwrap();
        job.send(Message::Fail).await.unwrap();
        assert!(job.closed().await.is_failure());
    }
    calm().await;
    assert!(root.tree().children.is_empty());
    // The supervisor alone.
    assert_eq!(system.machines().len(), 1);
    assert_eq!(root.handle().ended(), None);
}
