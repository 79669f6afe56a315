//! Ticker: a named timer that ticks again and again, and an argument from outside.

use std::time::Duration;
use wink::prelude::*;

/// Ticks until it is told to stop.
#[machine(name = "time/Ticker")]
pub mod ticker {
    /// How fast, and how often so far.
    #[data]
    pub struct Ticker {
        /// Time between two ticks.
        pub interval: Duration,
        /// Ticks so far.
        pub ticks: u64,
    }

    #[messages]
    #[derive(Debug, Clone, Serialize, Deserialize)]
    pub enum Message {
        /// The timer's own message.
        Tick,
        /// Enough.
        Stop,
    }

    #[state(initial)]
    #[receive(Stop => stopped)]
    pub mod ticking {
        #[entry]
        fn arm(ticker: &Ticker, cx: &mut Context) {
            cx.every("tick", ticker.interval, Message::Tick);
        }

        #[exit]
        fn disarm(cx: &mut Context) {
            cx.cancel_timer("tick");
        }

        #[receive(Tick)]
        fn tick(ticker: &mut Ticker, cx: &mut Context) {
            ticker.ticks += 1;
            cx.log(format!("tick {}", ticker.ticks));
        }
    }

    #[state(final)]
    pub mod stopped {}
}

/// A ticker of that interval, one second when none is given.
fn ticker(interval: Option<Duration>) -> Result<ticker::Ticker, &'static str> {
    let interval = interval.unwrap_or(Duration::from_secs(1));
    if interval.is_zero() {
        return Err("the interval must be longer than nothing");
    }
    Ok(ticker::Ticker { interval, ticks: 0 })
}

wink::main!(ticker::Ticker, |interval: Option<Duration>| ticker(
    interval
));
