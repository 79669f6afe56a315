//! At: something to be done at a calendar time. The timer follows the wall clock, whatever
//! time that is set to meanwhile.

use wink::prelude::*;

/// Waits for the next full minute, then ends.
#[machine(name = "time/At")]
pub mod at {
    use std::time::SystemTime;

    /// It remembers nothing.
    #[data]
    #[derive(Default)]
    pub struct At;

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
        fn set_alarm(cx: &mut Context) {
            let since = cx.calendar().duration_since(SystemTime::UNIX_EPOCH);
            let minute = Duration::from_secs(since.unwrap_or_default().as_secs() / 60 * 60 + 60);
            cx.set_timer_at("minute", SystemTime::UNIX_EPOCH + minute, Message::Minute);
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

wink::main!(at::At);
