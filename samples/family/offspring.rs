//! The child: beside its parent in one process, or a program of its own.

use std::time::Duration;
use wink::prelude::*;

/// Bears so much, then fails.
#[machine(name = "family/Child")]
pub mod child {
    /// Knows how much.
    #[data]
    pub struct Child {
        /// How long it plays.
        pub patience: Duration,
    }

    #[messages]
    #[derive(Debug, Clone, Serialize, Deserialize)]
    pub enum Message {
        /// It has had enough.
        Enough,
    }

    #[state(initial)]
    #[receive(Enough => fed_up)]
    pub mod playing {
        #[entry]
        fn play(child: &Child, cx: &mut Context) {
            cx.set_timer("patience", child.patience, Message::Enough);
        }
    }

    #[state]
    #[ignore(Enough)]
    pub mod fed_up {
        #[entry]
        fn cry(cx: &mut Context) {
            cx.error("AHHHHH");
        }
    }
}

/// What a child bears when nobody says.
pub const PATIENCE: Duration = Duration::from_secs(10);
