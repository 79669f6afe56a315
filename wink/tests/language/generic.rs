//! Machines whose data is generic, so that they can be tested with a fake.

use wink::prelude::*;

/// Something that gives light.
pub trait Lamp {
    /// What it is called.
    const NAME: &'static str;
    /// Gives light, or none.
    fn set(&mut self, on: bool);
}

/// Remembers what it was told.
#[derive(Default)]
pub struct Fake(pub Vec<bool>);

impl Lamp for Fake {
    const NAME: &'static str = "fake";
    fn set(&mut self, on: bool) {
        self.0.push(on);
    }
}

#[machine]
mod switch {
    #[data]
    pub struct Switch<L: Lamp, const STEPS: usize>
    where
        L: 'static,
    {
        pub lamp: L,
        pub names: Vec<&'static str>,
    }

    #[messages]
    pub enum Message {
        On,
        Off,
        Dim {
            by: usize,
        },
        #[reply(usize)]
        Level,
    }

    #[receive(Level)]
    fn level() -> usize {
        STEPS
    }

    #[state(initial)]
    mod off {
        #[entry]
        fn enter(switch: &mut Switch<L, STEPS>) {
            switch.lamp.set(false);
        }
        #[receive(On => on)]
        fn on(switch: &mut Switch, cx: &mut Context) {
            switch.names.push(L::NAME);
            cx.log("on");
        }
        #[receive(Off | Dim)]
        fn ignored() {}
    }

    #[state]
    mod on {
        /// How bright it is.
        struct Level<L> {
            now: usize,
            lamp: std::marker::PhantomData<L>,
        }

        #[entry]
        fn enter(switch: &mut Switch) -> Level<L> {
            switch.lamp.set(true);
            Level {
                now: STEPS,
                lamp: std::marker::PhantomData,
            }
        }
        #[receive(Dim if level.now > by && STEPS > 2)]
        fn dim(level: &mut Level<L>, by: usize) {
            level.now -= by;
            let _ = level.lamp;
        }
        #[receive(Dim => off | stay)]
        fn too_much(switch: &Switch, cx: &Context) -> Goto {
            if cx.is_in(State::On) && switch.names.len() > 5 {
                Goto::Stay
            } else {
                Goto::Off
            }
        }
        #[receive(Off => off)]
        fn off() {}
        #[receive(On)]
        fn on() {}
    }
}

use switch::{Message, State, Switch};

fn start() -> wink::Instance<Switch<Fake, 4>> {
    Switch {
        lamp: Fake::default(),
        names: Vec::new(),
    }
    .start()
}

#[test]
fn a_generic_machine_runs_with_a_fake() {
    let mut switch = start();
    let _ = switch.dispatch(Message::On);
    assert!(switch.is_in(State::On));
    let _ = switch.dispatch(Message::Dim { by: 1 });
    assert!(switch.is_in(State::On));
    let _ = switch.dispatch(Message::Dim { by: 3 });
    assert!(switch.is_in(State::Off));
    assert_eq!(switch.data().lamp.0, [false, true, false]);
    assert_eq!(switch.data().names, ["fake"]);
    assert_eq!(switch.ask(Message::level()).answer(), Some(4));
}
