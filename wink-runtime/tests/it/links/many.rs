//! Many links at one task.

use wink_runtime::{LinkMode, Task};

use super::heard;

#[test]
fn four_thousand_monitors_hear_once_each_in_the_order_in_which_they_came() {
    let hub = Task::new("hub");
    let mut monitors: Vec<Task> = (0..4_000).map(|_| Task::new("monitor")).collect();
    for monitor in &monitors {
        monitor.link(&hub, LinkMode::Monitor).expect("both run");
    }
    assert_eq!(hub.handle().watchers(), 4_000);
    drop(hub);
    for monitor in &mut monitors {
        assert_eq!(heard(monitor).len(), 1);
    }
}

#[test]
fn monitors_that_go_leave_nothing_behind() {
    let hub = Task::new("hub");
    for _ in 0..4_000 {
        let monitor = Task::new("monitor");
        monitor.link(&hub, LinkMode::Peer).expect("both run");
    }
    assert_eq!(hub.handle().watchers(), 0);
}
