//! Ring: a token goes round a ring of machines.

use wink::prelude::*;

/// The token is back: what the ring's members tell whoever takes it.
#[derive(Clone)]
pub struct Home;

/// Hands the token on to the next one.
#[machine(name = "ring/Member")]
pub mod member {
    use super::Home;
    use wink::Recipient;

    /// Knows its neighbour, and nothing of the ring but who wants to hear of its end.
    #[data]
    pub struct Member {
        /// Who comes next; the first one learns it last.
        pub next: Option<Address<Member>>,
        /// Whoever is told that the token has come home.
        pub home: Recipient<Home>,
    }

    #[messages]
    pub enum Message {
        /// This one comes next: the ring is closed.
        Close {
            /// The neighbour.
            next: Address<Member>,
        },
        /// The token.
        Token {
            /// How often it is handed on yet.
            hops: u32,
        },
    }

    #[receive(Close)]
    fn close(member: &mut Member, next: Address<Member>) {
        member.next = Some(next);
    }

    #[receive(Token)]
    fn hand_on(member: &Member, cx: &mut Context, hops: u32) {
        match &member.next {
            Some(next) if hops > 0 => cx.send(next, Message::Token { hops: hops - 1 }),
            _ => cx.send_to(&member.home, Home),
        }
    }
}

/// Builds a ring of members and sends a token round.
#[machine(name = "ring/Ring")]
#[ignore(Build | Run | Home)]
pub mod ring {
    use super::Home;
    use super::member::{self, Member};

    /// Knows one member, and how many there are.
    #[data]
    #[derive(Default)]
    pub struct Ring {
        first: Option<Address<Member>>,
        members: u32,
    }

    #[messages]
    #[derive(Debug, Clone, Serialize, Deserialize)]
    pub enum Message {
        /// Make a ring of so many members.
        Build {
            /// At least one.
            members: u32,
        },
        /// Send the token round so often.
        Run {
            /// How often.
            rounds: u32,
        },
        /// The token is back.
        Home,
    }

    #[state(initial)]
    pub mod apart {
        #[receive(Build => closed)]
        fn build(ring: &mut Ring, cx: &mut Context, members: u32) {
            let home = cx.address().recipient_with(|_: Home| Message::Home);
            let join = |next, cx: &mut Context| {
                let home = home.clone();
                cx.spawn(Member { next, home })
            };
            let last = join(None, cx);
            let first = (1..members).fold(last.clone(), |next, _| join(Some(next), cx));
            cx.send(
                &last,
                member::Message::Close {
                    next: first.clone(),
                },
            );
            ring.first = Some(first);
            ring.members = members.max(1);
        }
    }

    #[state]
    pub mod closed {
        #[receive(Run => running)]
        fn run(ring: &Ring, cx: &mut Context, rounds: u32) {
            let hops = rounds * ring.members;
            cx.log(format!("{} members, {rounds} rounds", ring.members));
            if let Some(first) = &ring.first {
                cx.send(first, member::Message::Token { hops });
            }
        }
    }

    #[state]
    #[defer(Run)]
    pub mod running {
        #[receive(Home => closed)]
        fn home(cx: &mut Context) {
            cx.log("the token is home");
        }
    }
}

wink::main!(ring::Ring);
