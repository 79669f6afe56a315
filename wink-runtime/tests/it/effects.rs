//! What a step asks for leaves when it has completed.

use crate::machines::turnstile::{Message, Turnstile};
use wink_runtime::{Effect, Start};

#[test]
fn effects_wait_for_whoever_takes_them() {
    let mut gate = Turnstile::default().start();
    let _ = gate.dispatch(Message::Push);
    let _ = gate.dispatch(Message::Push);
    for _ in 0..2 {
        let Some(Effect::Log(line)) = gate.poll_effect() else {
            panic!("no line")
        };
        assert_eq!(line, "pay first");
    }
    assert!(gate.poll_effect().is_none());
}
