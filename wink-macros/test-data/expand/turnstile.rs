/// A gate that opens for a coin.
pub mod turnstile {
    /// What the gate remembers, whatever state it is in.
    #[data]
    #[derive(Default)]
    pub struct Turnstile {
        /// How much was paid.
        pub coins: u32,
    }

    /// Everything the gate can be sent.
    #[messages]
    #[derive(Debug, Clone, Serialize, Deserialize)]
    pub enum Message {
        /// Somebody pays.
        Coin {
            /// How much.
            value: u32,
        },
        /// Somebody pushes.
        Push,
        /// How much was paid?
        #[reply(u32)]
        Total,
    }

    #[receive(Total)]
    fn total(gate: &Turnstile) -> u32 {
        gate.coins
    }

    /// Nobody can pass.
    #[state(initial)]
    pub mod locked {
        #[receive(Coin if value >= 2 => unlocked)]
        #[receive(Coin)]
        fn pay(gate: &mut Turnstile, value: u32) {
            gate.coins += value;
        }

        #[receive(Push)]
        fn refuse(cx: &mut Context) {
            cx.log("pay first");
        }
    }

    /// One person can pass.
    #[state]
    #[receive(Push => locked)]
    #[after("5s" => locked)]
    pub mod unlocked {
        #[entry]
        fn green(gate: &mut Turnstile) {
            gate.coins += 100;
        }
        #[exit]
        fn red(gate: &mut Turnstile) {
            gate.coins += 1000;
        }

        #[receive(Coin => unlocked | locked)]
        fn extra(gate: &mut Turnstile, value: u32) -> Goto {
            gate.coins += value;
            if value > 10 { Goto::Unlocked } else { Goto::Locked }
        }
    }
}
