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

/// The interval in seconds is the first argument; one second when there is none.
fn from_arguments(arguments: &[String]) -> Result<ticker::Ticker, String> {
    let seconds = match arguments {
        [] => 1.0,
        [seconds] => seconds
            .parse()
            .map_err(|_| format!("`{seconds}` is no number of seconds"))?,
        _ => return Err("usage: ticker [SECONDS]".to_owned()),
    };
    let interval = Duration::try_from_secs_f64(seconds).map_err(|error| error.to_string())?;
    Ok(ticker::Ticker { interval, ticks: 0 })
}

wink::main!(ticker::Ticker, |arguments| from_arguments(arguments));
