//! Chat: everybody in a room hears what is said there, by publishing and subscribing.

use wink::prelude::*;

/// What is said in a room: an event that any machine can subscribe to.
#[derive(Clone, Debug)]
pub struct Said {
    /// Whose words.
    pub who: String,
    /// The words.
    pub words: String,
}

/// Somebody in the room.
#[machine(name = "chat/Guest")]
pub mod guest {
    use super::Said;

    /// Has a name and hears what is said.
    #[data]
    pub struct Guest {
        /// The name.
        pub name: String,
    }

    #[messages]
    pub enum Message {
        /// Somebody has said something.
        Heard {
            /// What, and who.
            said: Said,
        },
    }

    #[receive(Heard)]
    fn hear(guest: &Guest, cx: &mut Context, said: Said) {
        if said.who != guest.name {
            cx.log(format!("{} hears {}: {}", guest.name, said.who, said.words));
        }
    }
}

/// A room: guests come, talk and go.
#[machine(name = "chat/Room")]
pub mod room {
    use super::Said;
    use super::guest::{self, Guest};
    use std::collections::BTreeMap;
    use wink::Topics;

    /// Who is there, and who hears what.
    #[data]
    #[derive(Default)]
    pub struct Room {
        guests: BTreeMap<String, Address<Guest>>,
        topics: Topics,
    }

    #[messages]
    #[derive(Debug, Clone, Serialize, Deserialize)]
    pub enum Message {
        /// Somebody comes in.
        Join {
            /// A name that nobody else has.
            name: String,
        },
        /// Somebody says something.
        Say {
            /// Who.
            name: String,
            /// What.
            words: String,
        },
        /// Somebody goes.
        Leave {
            /// Who.
            name: String,
        },
    }

    #[receive(Join)]
    fn join(room: &mut Room, cx: &mut Context, name: String) {
        if room.guests.contains_key(&name) {
            return cx.log(format!("{name} is here already"));
        }
        let guest = cx.spawn(Guest { name: name.clone() });
        room.topics
            .subscribe(&guest.recipient_with(|said: Said| guest::Message::Heard { said }));
        room.guests.insert(name, guest);
    }

    #[receive(Say)]
    fn say(room: &Room, cx: &mut Context, name: String, words: String) {
        match room.guests.contains_key(&name) {
            true => cx.publish(&room.topics, Said { who: name, words }),
            false => cx.log(format!("there is no {name} here")),
        }
    }

    /// A guest that ends has no subscription any more: nothing is to be taken back.
    #[receive(Leave)]
    fn leave(room: &mut Room, cx: &mut Context, name: String) {
        if let Some(guest) = room.guests.remove(&name) {
            cx.stop(&guest);
        }
    }

    #[child(exited)]
    fn left(room: &Room, cx: &mut Context) {
        cx.log(format!("{} are left", room.topics.topic::<Said>().len()));
    }
}

wink::main!(room::Room);
