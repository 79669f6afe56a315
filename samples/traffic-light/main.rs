//! A traffic light: nested states that change by the clock, a fault that interrupts them, and
//! a transition without an event.

use wink::prelude::*;

/// Red, green, yellow, and blinking when something is wrong.
#[machine(name = "traffic_light/TrafficLight")]
pub mod traffic_light {
    /// What went wrong so far.
    #[data]
    #[derive(Default)]
    pub struct TrafficLight {
        faults: u32,
    }

    #[messages]
    #[derive(Debug, Clone, Serialize, Deserialize)]
    pub enum Message {
        /// A lamp is broken.
        Fault,
        /// Somebody has repaired it.
        Repaired,
        /// A pedestrian wants to cross.
        Walk,
    }

    #[state(initial)]
    #[receive(Fault => blinking)]
    #[ignore(Repaired)]
    pub mod working {
        /// Pedestrians may cross already.
        #[state(initial)]
        #[after("4s" => green)]
        #[ignore(Walk)]
        pub mod red {}

        /// A pedestrian's wish is kept until the light changes.
        #[state]
        #[after("5s" => yellow)]
        #[defer(Walk)]
        pub mod green {}

        #[state]
        #[after("1s" => red)]
        pub mod yellow {
            #[receive(Walk)]
            fn soon(cx: &mut Context) {
                cx.log("it will be red in a moment");
            }
        }
    }

    #[state]
    #[receive(Repaired => working)]
    #[ignore(Fault | Walk)]
    pub mod blinking {
        #[entry]
        fn count(light: &mut TrafficLight) {
            light.faults += 1;
        }

        #[always(if light.faults >= 3 => dark)]
        fn give_up(light: &TrafficLight, cx: &mut Context) {
            cx.log(format!("{} faults: switched off", light.faults));
        }

        #[state(initial)]
        #[after("500ms" => off)]
        pub mod on {}

        #[state]
        #[after("500ms" => on)]
        pub mod off {}
    }

    /// Somebody has to come.
    #[state(final)]
    pub mod dark {}
}

wink::main!(traffic_light::TrafficLight);
