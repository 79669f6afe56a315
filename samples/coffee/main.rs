//! A coffee machine: functions that wait. While the water is heated, orders are kept.

use std::time::Duration;
use wink::prelude::*;

/// The parts that do the work. A test uses others.
pub trait Hardware: Send + 'static {
    /// Heats the water; ends when it is hot enough.
    fn heat(&mut self) -> impl Future<Output = ()> + Send;
    /// Brews one cup.
    fn brew(&mut self, strong: bool) -> impl Future<Output = Result<(), String>> + Send;
}

/// Hardware that takes its time and never fails.
#[derive(Default)]
pub struct Kitchen;

impl Hardware for Kitchen {
    async fn heat(&mut self) {
        tokio::time::sleep(Duration::from_secs(20)).await;
    }

    async fn brew(&mut self, strong: bool) -> Result<(), String> {
        let seconds = if strong { 12 } else { 8 };
        tokio::time::sleep(Duration::from_secs(seconds)).await;
        Ok(())
    }
}

/// Heats, brews, and counts cups.
#[machine(name = "coffee/Coffee")]
pub mod coffee {
    /// The hardware and what has been served.
    #[data]
    #[derive(Default)]
    pub struct Coffee<H: Hardware> {
        hardware: H,
        cups: u32,
    }

    #[messages]
    #[derive(Debug, Clone, Serialize, Deserialize)]
    pub enum Message {
        /// Switch it on.
        On,
        /// One cup, please.
        Brew {
            /// With more beans.
            strong: bool,
        },
        /// Switch it off.
        Off,
        /// How many cups were there?
        #[reply(u32)]
        Cups,
    }

    #[receive(Cups)]
    fn cups(coffee: &Coffee<H>) -> u32 {
        coffee.cups
    }

    #[state(initial)]
    #[receive(On => hot)]
    #[ignore(Brew | Off)]
    pub mod cold {}

    /// Entered when the water is hot: what arrives meanwhile waits in the mailbox.
    #[state]
    #[receive(Off => cold)]
    #[ignore(On)]
    #[after("10m" => cold)]
    pub mod hot {
        #[entry]
        async fn heat(coffee: &mut Coffee<H>, cx: &mut Context) {
            coffee.hardware.heat().await;
            cx.log("ready");
        }

        #[receive(Brew => hot_enough | broken)]
        async fn brew(coffee: &mut Coffee<H>, cx: &mut Context, strong: bool) -> Goto {
            match coffee.hardware.brew(strong).await {
                Ok(()) => {
                    coffee.cups += 1;
                    cx.log(format!("cup {}", coffee.cups));
                    Goto::HotEnough
                }
                Err(problem) => {
                    cx.log(problem);
                    Goto::Broken
                }
            }
        }

        /// The last cup kept the water warm: the time-out of `hot` goes on.
        #[state]
        pub mod hot_enough {}
    }

    /// Needs a hand.
    #[state]
    #[receive(Off => cold)]
    #[ignore(On | Brew)]
    pub mod broken {}
}

wink::main!(coffee::Coffee<Kitchen>);

#[cfg(test)]
mod tests {
    use super::*;

    /// Breaks at the second cup, at once.
    #[derive(Default)]
    struct Fragile(u32);

    impl Hardware for Fragile {
        async fn heat(&mut self) {}

        async fn brew(&mut self, _strong: bool) -> Result<(), String> {
            self.0 += 1;
            if self.0 < 2 {
                Ok(())
            } else {
                Err("the pump is dry".to_owned())
            }
        }
    }

    #[tokio::test]
    async fn a_broken_pump_is_a_state() {
        let mut coffee = coffee::Coffee::<Fragile>::default().start_async().await;
        coffee.dispatch_async(coffee::Message::On).await;
        coffee
            .dispatch_async(coffee::Message::Brew { strong: true })
            .await;
        assert!(coffee.is_in(coffee::State::HotEnough));
        coffee
            .dispatch_async(coffee::Message::Brew { strong: true })
            .await;
        assert!(coffee.is_in(coffee::State::Broken));
    }
}
