//! At: something to be done at a calendar time. The machine has no clock of its own: what
//! the wall clock said when it was made is handed in, like everything else.

use std::time::{Duration, SystemTime, UNIX_EPOCH};
use wink::prelude::*;

/// Waits for the next full minute, then ends.
#[machine(name = "time/At")]
pub mod at {
    /// What it knows of the calendar.
    #[data]
    pub struct At {
        /// The wall clock at the machine's time zero, since 1970.
        pub origin: Duration,
    }

    #[messages]
    #[derive(Debug, Clone, Serialize, Deserialize)]
    pub enum Message {
        /// A minute has begun.
        Minute,
    }

    #[state(initial)]
    #[receive(Minute => finished)]
    pub mod waiting {
        #[entry]
        fn set_alarm(at: &At, cx: &mut Context) {
            let wall = at.origin + cx.now().since(Time::ZERO);
            let past = Duration::from_nanos((wall.as_nanos() % 60_000_000_000) as u64);
            cx.set_timer("minute", Duration::from_secs(60) - past, Message::Minute);
        }
    }

    #[state(final)]
    pub mod finished {
        #[entry]
        fn ring(cx: &mut Context) {
            cx.log("a full minute");
        }
    }
}

/// The one place where the clock is read, before the machine begins.
#[allow(clippy::disallowed_methods)]
fn now() -> at::At {
    let origin = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    at::At { origin }
}

wink::main!(at::At, now());
