//! A machine of your own: a lamp with a switch that goes out by itself.

use wink::prelude::*;

/// A lamp on a staircase.
#[machine]
pub mod lamp {
    /// What the lamp remembers.
    #[data]
    #[derive(Default)]
    pub struct Lamp {
        /// How often it was switched on.
        pub times: u32,
    }

    /// What the lamp can be sent.
    #[messages]
    #[derive(Debug, Clone, Serialize, Deserialize)]
    pub enum Message {
        /// Somebody presses the button.
        Press,
        /// How often was it switched on?
        #[reply(u32)]
        Times,
    }

    #[receive(Times)]
    fn times(lamp: &Lamp) -> u32 {
        lamp.times
    }

    /// Dark.
    #[state(initial)]
    pub mod off {
        #[receive(Press => on)]
        fn count(lamp: &mut Lamp) {
            lamp.times += 1;
        }
    }

    /// Light, for half a minute.
    #[state]
    #[receive(Press => off)]
    #[after("30s" => off)]
    pub mod on {}
}

wink::main!(lamp::Lamp);

#[cfg(test)]
mod tests {
    use super::lamp::{Lamp, Message, State};
    use wink::prelude::*;

    #[test]
    fn it_goes_out_by_itself() {
        let mut lamp = Lamp::default().start();
        lamp.dispatch(Message::Press);
        assert!(lamp.is_in(State::On));
        lamp.advance(Time::ZERO + Duration::from_secs(30));
        assert!(lamp.is_in(State::Off));
        assert_eq!(lamp.ask(Message::times()).answer(), Some(1));
    }
}
