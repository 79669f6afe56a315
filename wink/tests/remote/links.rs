//! Monitors and links across nodes.

use super::machines::{Counter, Message, Two};
use wink::prelude::*;
use wink::{ExitReason, LinkMode, Task};

/// Watches a counter, and writes down how it ended.
#[machine]
pub mod warden {
    use super::super::machines::Counter;

    #[data]
    pub struct Warden {
        pub watched: Address<Counter>,
        pub heard: Vec<String>,
    }

    #[messages]
    #[derive(Debug, Serialize, Deserialize)]
    pub enum Message {
        #[reply(Vec<String>)]
        Heard,
    }

    #[entry]
    fn begin(warden: &mut Warden, cx: &mut Context) {
        let watched = warden.watched.clone();
        cx.monitor(&watched);
    }

    #[state(initial)]
    pub mod watching {
        #[receive(Heard)]
        fn heard(warden: &Warden) -> Vec<String> {
            warden.heard.clone()
        }

        #[down]
        fn down(warden: &mut Warden, down: &Down) {
            let is_it = down.machine() == warden.watched;
            warden.heard.push(format!("{is_it}: {:#}", down.reason()));
        }
    }
}

async fn warden(two: &Two, watched: &Address<Counter>) -> Address<warden::Warden> {
    let warden = two.here_system.spawn(warden::Warden {
        watched: watched.clone(),
        heard: Vec::new(),
    });
    let heard = warden.call(warden::Message::heard()).await;
    assert_eq!(heard, Ok(Vec::new()));
    warden
}

#[tokio::test(start_paused = true)]
async fn a_machine_hears_of_the_end_of_one_on_another_node() {
    let two = Two::new();
    let (_, here) = two.counter().await;
    let warden = warden(&two, &here).await;
    here.send(Message::Panic).await.expect("it lives");
    here.closed().await;
    let heard = warden
        .call(warden::Message::heard())
        .await
        .expect("an answer");
    assert_eq!(heard.len(), 1, "{heard:?}");
    assert!(
        heard[0].starts_with("true: panicked") && heard[0].ends_with("boom"),
        "{heard:?}"
    );
}

#[tokio::test(start_paused = true)]
async fn a_lost_node_is_the_end_of_its_machines() {
    let two = Two::new();
    let (_, here) = two.counter().await;
    let warden = warden(&two, &here).await;
    two.network.cut();
    here.closed().await;
    let heard = warden
        .call(warden::Message::heard())
        .await
        .expect("an answer");
    assert_eq!(heard.len(), 1, "{heard:?}");
    assert!(
        heard[0].starts_with("true: lost with node there"),
        "{heard:?}"
    );
}

#[tokio::test(start_paused = true)]
async fn a_linked_machine_there_falls_with_the_one_here() {
    let two = Two::new();
    let (there, here) = two.counter().await;
    let task = Task::new("here");
    task.link(&here, LinkMode::Peer).expect("both live");
    let managed = task.manage(async { Err::<(), _>("disk full") }).await;
    managed.expect_err("it failed");
    let reason = there.closed().await;
    assert!(reason.to_string().contains("linked here"), "{reason}");
    let again = here.closed().await;
    assert_eq!(again.to_string(), reason.to_string());
}

/// Nobody is left to tell it: what it has heard of the link before must do.
#[tokio::test(start_paused = true)]
async fn a_linked_machine_there_falls_with_the_node_here() {
    let two = Two::new();
    let (there, here) = two.counter().await;
    let task = Task::new("here");
    task.link(&here, LinkMode::Peer).expect("both live");
    assert_eq!(here.call(Message::sum()).await, Ok(0));
    two.network.cut();
    let reason = format!("{:#}", there.closed().await);
    assert!(
        reason.contains("linked here") && reason.contains("lost with node here"),
        "{reason}"
    );
    drop(task);
}

#[tokio::test(start_paused = true)]
async fn who_is_linked_no_longer_goes_on_without_the_node() {
    let two = Two::new();
    let (there, here) = two.counter().await;
    let task = Task::new("here");
    task.link(&here, LinkMode::Peer).expect("both live");
    task.handle().unlink(&here, LinkMode::Peer);
    assert_eq!(here.call(Message::sum()).await, Ok(0));
    two.network.cut();
    here.closed().await;
    tokio::time::sleep(Duration::from_secs(60)).await;
    assert_eq!(there.ended(), None);
}

#[tokio::test(start_paused = true)]
async fn a_task_here_falls_with_a_linked_machine_there() {
    let two = Two::new();
    let (_, here) = two.counter().await;
    let task = Task::new("here");
    task.handle()
        .link(&here, LinkMode::Peer)
        .expect("both live");
    here.send(Message::Fail("no beans".into()))
        .await
        .expect("it lives");
    let managed = task
        .manage(std::future::pending::<Result<(), String>>())
        .await;
    let error = managed.expect_err("its counter failed");
    assert!(format!("{error:?}").contains("no beans"), "{error:?}");
    assert!(matches!(here.ended(), Some(ExitReason::Errored(_))));
}
