//! The last steps of a loop.

use super::machines::{Message, Till, alone, pass, quiet};
use wink::prelude::*;
use wink::{CallError, StepRecord, Supervisor};

fn lines(steps: &[std::sync::Arc<StepRecord>]) -> Vec<String> {
    let lines = steps.iter().map(|step| step.to_string());
    lines.collect()
}

fn pay(coins: u32) -> Message {
    Message::Pay {
        coins,
        from: "Ann".to_owned(),
    }
}

#[test]
fn steps_say_what_they_were_given_and_what_they_did() {
    alone(async {
        let system = quiet().recent_steps(16).build();
        let till = system.spawn(Till::default());
        let other = system.spawn(Till::default());
        for message in [Message::Open, pay(5)] {
            till.send(message).await.unwrap();
        }
        let give = Message::Give {
            to: till.clone(),
            times: 1,
        };
        other.send(give).await.unwrap();
        assert_eq!(till.call(Message::total()).await, Ok(5));
        pass(Duration::from_millis(1)).await;
        let steps = system.recent_steps().await;
        let expected = [
            "tests/Till#1 (start): done, [] -> [closed]",
            "tests/Till#2 (start): done, [] -> [closed]",
            "tests/Till#1 Open: handled, [closed] -> [open]",
            "tests/Till#1 Pay { coins: 5, from: \"Ann\" }: handled, [open]\n    \
             log: thank you\n    coins: 0 -> 5\n    last: None -> \"Ann\"",
            "tests/Till#2 Give { to: tests/Till#1 at loop 0, times: 1 }: handled, [closed]\n    \
             send Pay to tests/Till#1",
            "tests/Till#1 Total: handled, [open]\n    answer",
            "tests/Till#1 Pay { coins: 0, from: \"a till\" } from tests/Till#2: handled, \
             [open]\n    log: thank you\n    last: \"Ann\" -> \"a till\"",
        ];
        let mut found = lines(&steps);
        let mut expected: Vec<String> = expected.map(str::to_owned).into();
        // The order of two machines that do not speak of the same thing is the loop's affair.
        found.sort();
        expected.sort();
        assert_eq!(found, expected);
        let text = serde_json::to_string(&*steps[0]).unwrap();
        assert!(text.contains(r#""machine":"tests/Till#1""#), "{text}");
    });
}

#[test]
fn only_the_last_ones_are_kept_and_none_unless_it_is_asked_for() {
    alone(async {
        let system = quiet().recent_steps(3).build();
        let till = system.spawn(Till::default());
        for coins in 0..10 {
            till.send(pay(coins)).await.unwrap();
        }
        pass(Duration::from_millis(1)).await;
        let steps = lines(&system.recent_steps().await);
        assert_eq!(steps.len(), 3);
        assert!(steps[2].contains("coins: 9"), "{steps:?}");
        assert!(steps[2].contains("ignored"), "{steps:?}");
        let silent = quiet().build();
        let till = silent.spawn(Till::default());
        assert_eq!(till.call(Message::total()).await, Ok(0));
        assert!(silent.recent_steps().await.is_empty());
    });
}

#[test]
fn an_error_brings_the_last_steps_of_its_machine() {
    alone(async {
        let system = quiet().recent_steps(100).build();
        let till = system.spawn(Till::default());
        till.send(Message::Open).await.unwrap();
        till.send(pay(7)).await.unwrap();
        till.send(Message::Snap).await.unwrap();
        let late = till.call(Message::total());
        let reason = till.closed().await;
        let error = reason.error().unwrap();
        let steps = lines(error.recent_steps());
        assert_eq!(steps.len(), 4, "{steps:?}");
        assert!(steps[2].contains("coins: 0 -> 7"), "{steps:?}");
        let last = error.recent_steps().last().unwrap();
        assert_eq!((last.outcome, &*last.input), ("failed", "Snap"));
        assert!(last.error.as_ref().unwrap().contains("the spring is gone"));
        // Who asks, who supervises, who listens: all have the same error.
        let Err(CallError::Died(told)) = late.await else {
            panic!("nobody answers");
        };
        assert_eq!(told.error().unwrap().recent_steps().len(), 4);
    });
}

#[test]
fn the_failing_step_of_a_child_comes_to_whoever_asked() {
    alone(async {
        let system = quiet().recent_steps(100).build();
        let tills = Supervisor::builder("tills")
            .child("main", Till::default)
            .start(&system);
        let main = tills.address::<Till>("main").unwrap();
        main.send(Message::Break).await.unwrap();
        assert_eq!(main.call(Message::total()).await, Ok(0), "it is back");
        let steps = system.recent_steps().await;
        let own = steps.iter().filter(|step| step.machine == main.identity());
        let own: Vec<String> = own.map(|step| step.input.to_string()).collect();
        assert_eq!(own, ["(start)", "Break", "(start)", "Total"]);
    });
}

#[test]
fn an_asynchronous_step_is_told_when_it_is_over() {
    alone(async {
        let system = quiet().recent_steps(100).build();
        let till = system.spawn(Till::default());
        till.send(Message::Count { seconds: 3 }).await.unwrap();
        pass(Duration::from_secs(1)).await;
        let steps = system.recent_steps().await;
        assert_eq!(steps.len(), 1, "the start");
        pass(Duration::from_secs(3)).await;
        let steps = system.recent_steps().await;
        assert_eq!(steps[1].took, Duration::from_secs(3));
        assert_eq!(steps[1].outcome, "handled");
        assert_eq!(steps[1].changes[0].to_string(), "coins: 0 -> 1");
    });
}
