//! Pool: workers share a queue of work, and one that fails takes nothing but its own piece along.

use wink::prelude::*;

/// Divides, and takes its time.
#[machine(name = "pool/Worker")]
pub mod worker {
    use std::time::Duration;

    /// Remembers nothing.
    #[data]
    pub struct Worker;

    #[messages]
    pub enum Message {
        /// Divide a hundred by this.
        Divide {
            /// Anything but nothing.
            by: u32,
        },
    }

    #[receive(Divide)]
    async fn divide(cx: &mut Context, by: u32) {
        tokio::time::sleep(Duration::from_secs(1)).await;
        match 100_u32.checked_div(by) {
            Some(quotient) => cx.log(format!("100 / {by} = {quotient}")),
            None => cx.error(format!("100 / {by} is nothing that I know")),
        }
    }
}

/// Gives work to whoever has least of it, and hires a worker for each that is lost.
#[machine(name = "pool/Office")]
pub mod office {
    use super::worker::{self, Worker};
    use wink::{Dispatch, Pool};

    /// How many work here.
    const WORKERS: usize = 2;

    /// The workers and what waits for them.
    #[data]
    pub struct Office {
        pool: Pool<Worker>,
    }

    impl Default for Office {
        fn default() -> Self {
            let pool = Pool::builder(Dispatch::LeastLoaded).queue(4).build();
            Office { pool }
        }
    }

    #[messages]
    #[derive(Debug, Clone, Serialize, Deserialize)]
    pub enum Message {
        /// Have a hundred divided by this.
        Divide {
            /// By how much.
            by: u32,
        },
    }

    #[entry]
    fn open(office: &Office, cx: &mut Context) {
        (0..WORKERS).for_each(|_| hire(office, cx));
    }

    fn hire(office: &Office, cx: &mut Context) {
        let worker = cx.spawn(Worker);
        office.pool.add(&worker);
    }

    #[receive(Divide)]
    fn divide(office: &Office, cx: &mut Context, by: u32) {
        match office.pool.try_send(worker::Message::Divide { by }) {
            // That it was handled is told elsewhere.
            Ok(job) => drop(job),
            Err(_) => cx.log(format!("no room for {by}: {} wait", office.pool.queued())),
        }
    }

    #[child(errored)]
    fn lose(office: &Office, cx: &mut Context, child: &Child, error: &Error) {
        cx.log(format!(
            "{child} failed: {error}; {} wait",
            office.pool.queued()
        ));
        hire(office, cx);
    }
}

wink::main!(office::Office);
