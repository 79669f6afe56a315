/// A gate that opens for a coin.
/**

# States

*/
#[cfg_attr(
    doc,
    doc = ::wink::__picture!(
        "c\tTurnstile\nm\tCoin\nm\tPush\nm\tTotal\ns\tturnstile\t\tcomposite\t1\t\t\ns\tlocked\t0\tleaf\t\t\t\ns\tunlocked\t0\tleaf\t\tgreen\tred\nr\t0\treceive\t2\t\t\t\ttotal\nr\t1\treceive\t0\tvalue >= 2\t2\t\tpay\nr\t1\treceive\t0\t\t\t\tpay\nr\t1\treceive\t1\t\t\t\trefuse\nr\t2\treceive\t1\t\t1\t\t\nr\t2\treceive\tafter 5s\t\t1\t\t\nr\t2\treceive\t0\t\t2 1\t\textra\n"
    )
)]
/**

| state | on | does | goes to |
|---|---|---|---|
| *everywhere* | `Total` | `total` |  |
| `locked` (initial) | `Coin` if `value >= 2` | `pay` | `unlocked` |
|  | `Coin` | `pay` |  |
|  | `Push` | `refuse` |  |
| `unlocked` | entry | `green` |  |
|  | exit | `red` |  |
|  | `Push` |  | `locked` |
|  | after 5s |  | `locked` |
|  | `Coin` | `extra` | `unlocked` or `locked` |
*/
pub mod turnstile {
    #[allow(unused_imports)]
    use super::*;
    /// What the gate remembers, whatever state it is in.
    #[derive(Default)]
    pub struct Turnstile {
        /// How much was paid.
        pub coins: u32,
    }
    /// Everything the gate can be sent.
    #[derive(Debug, Clone, Serialize, Deserialize)]
    #[serde(crate = "::wink::private::serde")]
    pub enum Message {
        /// Somebody pays.
        Coin {
            /// How much.
            value: u32,
        },
        /// Somebody pushes.
        Push,
        /// How much was paid?
        Total,
    }
    #[inline]
    fn total(gate: &Turnstile) -> u32 {
        gate.coins
    }
    /// Nobody can pass.
    pub mod locked {
        #[allow(unused_imports)]
        use super::*;
        #[inline]
        pub(super) fn pay(gate: &mut Turnstile, value: u32) {
            let _ = &value;
            {
                gate.coins += value;
            }
        }
        #[inline]
        pub(super) fn refuse(cx: &mut Context) {
            cx.log("pay first");
        }
        #[doc(hidden)]
        #[inline]
        #[allow(clippy::all, clippy::pedantic)]
        pub(super) fn __wink_guard_1(value: &u32) -> bool {
            (*value) >= 2
        }
    }
    /// One person can pass.
    pub mod unlocked {
        #[allow(unused_imports)]
        use super::*;
        #[inline]
        pub(super) fn green(gate: &mut Turnstile) {
            gate.coins += 100;
        }
        #[inline]
        pub(super) fn red(gate: &mut Turnstile) {
            gate.coins += 1000;
        }
        #[inline]
        pub(super) fn extra(
            gate: &mut Turnstile,
            value: u32,
        ) -> self::__wink_goto::extra::Goto {
            #[allow(unused_imports)]
            use self::__wink_goto::extra::Goto;
            gate.coins += value;
            if value > 10 { Goto::Unlocked } else { Goto::Locked }
        }
        #[doc(hidden)]
        #[allow(unreachable_pub)]
        pub(super) mod __wink_goto {
            pub mod extra {
                pub enum Goto {
                    Unlocked,
                    Locked,
                }
            }
        }
    }
    /// What the functions of `Turnstile` can ask of the world.
    #[allow(dead_code, private_interfaces)]
    pub type Context = ::wink::Context<Turnstile>;
    /// The states of `Turnstile`.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    #[repr(u16)]
    #[non_exhaustive]
    #[allow(dead_code, missing_docs)]
    pub enum State {
        #[doc(hidden)]
        Root_ = 0,
        ///Nobody can pass.
        Locked = 1,
        ///One person can pass.
        Unlocked = 2,
    }
    #[automatically_derived]
    impl ::wink::private::StateName for State {
        const ROOT: Self = State::Root_;
        #[inline]
        fn id(self) -> ::wink::private::StateId {
            ::wink::private::StateId(self as u16)
        }
        fn from_id(id: ::wink::private::StateId) -> ::core::option::Option<Self> {
            const ALL: &[State] = &[State::Root_, State::Locked, State::Unlocked];
            ALL.get(id.index()).copied()
        }
    }
    #[doc(hidden)]
    #[derive(Clone, Copy)]
    #[allow(missing_debug_implementations, unreachable_pub)]
    pub enum __Resting {
        Locked,
        Unlocked,
    }
    #[automatically_derived]
    impl ::wink::private::Resting for __Resting {
        type State = State;
        const FIRST: Self = __Resting::Locked;
        #[inline]
        fn state(self) -> State {
            const ALL: [State; 2] = [State::Locked, State::Unlocked];
            ALL[self as usize]
        }
        fn from_id(id: ::wink::private::StateId) -> ::core::option::Option<Self> {
            match id.0 {
                1 => ::core::option::Option::Some(__Resting::Locked),
                2 => ::core::option::Option::Some(__Resting::Unlocked),
                _ => ::core::option::Option::None,
            }
        }
    }
    #[doc(hidden)]
    #[allow(dead_code, missing_docs, missing_debug_implementations, private_interfaces)]
    #[allow(clippy::all, clippy::pedantic)]
    pub enum Replies {
        Total(u32),
    }
    #[automatically_derived]
    #[allow(unreachable_code, clippy::all, clippy::pedantic)]
    impl ::wink::private::Messages for Message {
        type Reply = Replies;
        #[inline]
        fn id(&self) -> ::wink::private::MessageId {
            ::wink::private::MessageId(
                match self {
                    Message::Coin { .. } => 0,
                    Message::Push { .. } => 1,
                    Message::Total { .. } => 2,
                },
            )
        }
        fn copier() -> ::core::option::Option<fn(&Self) -> Self> {
            use ::wink::private::NoCopies as _;
            ::wink::private::Copies::<Self>::COPIER
        }
    }
    #[allow(dead_code, private_interfaces, unreachable_pub)]
    #[allow(clippy::all, clippy::pedantic)]
    impl Message {
        ///How much was paid?
        #[must_use]
        pub fn total() -> ::wink::Question<Message, u32> {
            ::wink::Question::new(
                Self::Total,
                |reply: Replies| match reply {
                    Replies::Total(answer) => ::core::option::Option::Some(answer),
                },
            )
        }
    }
    #[automatically_derived]
    #[allow(unused_mut, unreachable_code, clippy::all, clippy::pedantic)]
    impl ::wink::private::FromFields for Message
    where
        for<'wink> u32: ::wink::private::serde::de::DeserializeOwned,
    {
        fn from_fields<'de, D: ::wink::private::serde::Deserializer<'de>>(
            message: ::wink::private::MessageId,
            fields: ::std::vec::Vec<D>,
        ) -> ::core::result::Result<Self, D::Error> {
            let mut fields = ::wink::private::Fields::new(fields);
            let message = match message.0 {
                0 => {
                    Self::Coin {
                        value: fields.next()?,
                    }
                }
                1 => Self::Push,
                2 => Self::Total,
                _ => return ::core::result::Result::Err(::wink::private::no_message()),
            };
            fields.finish()?;
            ::core::result::Result::Ok(message)
        }
    }
    #[automatically_derived]
    #[allow(unused_variables, clippy::all, clippy::pedantic)]
    impl ::wink::private::serde::Serialize for Replies
    where
        for<'wink> u32: ::wink::private::serde::Serialize,
    {
        fn serialize<S: ::wink::private::serde::Serializer>(
            &self,
            serializer: S,
        ) -> ::core::result::Result<S::Ok, S::Error> {
            match self {
                Replies::Total(answer) => {
                    ::wink::private::serde::Serialize::serialize(answer, serializer)
                }
            }
        }
    }
    #[automatically_derived]
    #[allow(clippy::all, clippy::pedantic)]
    impl ::wink::private::ReadReply for Replies
    where
        for<'wink> u32: ::wink::private::serde::de::DeserializeOwned,
    {
        fn read_reply<'de, D: ::wink::private::serde::Deserializer<'de>>(
            question: ::wink::private::MessageId,
            answer: D,
        ) -> ::core::result::Result<Self, D::Error> {
            match question.0 {
                2 => {
                    ::wink::private::serde::Deserialize::deserialize(answer)
                        .map(Replies::Total)
                }
                _ => ::core::result::Result::Err(::wink::private::no_message()),
            }
        }
    }
    #[automatically_derived]
    impl ::wink::Machine for Turnstile {
        type Message = Message;
        type Store = ::wink::private::Place<__Resting, 0>;
        type Locals = ();
        const CHART: &'static ::wink::private::Chart = {
            use ::wink::private::describe::*;
            &Chart {
                name: text(
                    ::core::concat!(::core::env!("CARGO_PKG_NAME"), "/Turnstile"),
                ),
                version: text(::core::env!("CARGO_PKG_VERSION")),
                data: text("Turnstile"),
                documentation: text("A gate that opens for a coin."),
                messages: Borrowed(
                    &[
                        Message {
                            name: text("Coin"),
                            documentation: text("Somebody pays."),
                            shape: Named,
                            reply: optional(None),
                            fields: Borrowed(&[field("value", "u32", "How much.")]),
                        },
                        unit("Push", "Somebody pushes.", None),
                        unit("Total", "How much was paid?", Some("u32")),
                    ],
                ),
                states: Borrowed(
                    &[
                        state(
                            ["turnstile", ""],
                            None,
                            Composite,
                            Some(1),
                            [None, None, None],
                        ),
                        leaf(["locked", "Nobody can pass."], 0, None, None),
                        leaf(
                            ["unlocked", "One person can pass."],
                            0,
                            Some("green"),
                            Some("red"),
                        ),
                    ],
                ),
                rows: Borrowed(
                    &[
                        call(0, &[MessageId(2)], &[], "total", ""),
                        row(
                            1,
                            Trigger::Messages(Borrowed(&[MessageId(0)])),
                            Receive,
                            &[to(2)],
                            [false, false],
                            [Some("value >= 2"), Some("pay")],
                            "",
                        ),
                        call(1, &[MessageId(0)], &[], "pay", ""),
                        call(1, &[MessageId(1)], &[], "refuse", ""),
                        go(2, &[MessageId(1)], &[to(1)]),
                        row(
                            2,
                            Trigger::After(Delay {
                                nanoseconds: 5000000000,
                                text: text("5s"),
                            }),
                            Receive,
                            &[to(1)],
                            [false, false],
                            [None, None],
                            "",
                        ),
                        row(
                            2,
                            Trigger::Messages(Borrowed(&[MessageId(0)])),
                            Receive,
                            &[to(2), to(1)],
                            [true, false],
                            [None, Some("extra")],
                            "",
                        ),
                    ],
                ),
                defaults: Borrowed(&[]),
                completions: Borrowed(&[]),
            }
        };
    }
    ::wink::private::impl_drive! {
        sync[] [Turnstile] []
    }
    #[automatically_derived]
    #[allow(unused, unused_qualifications, non_shorthand_field_patterns)]
    #[allow(clippy::all, clippy::pedantic, clippy::nursery)]
    impl ::wink::private::Steps for Turnstile {
        const SETTLES: bool = true;
        const DEFERS: bool = false;
        fn enter_initial<__O: ::wink::private::Observer>(
            __parts: &mut ::wink::private::Parts<Self>,
            __outcome: &mut ::wink::private::Outcome,
            __observer: &mut __O,
        ) {
            use ::wink::private as __w;
            __w::entered(&mut __parts.cx, __outcome, __observer, __w::StateId(0));
            __w::entered(&mut __parts.cx, __outcome, __observer, __w::StateId(1));
            __parts.cx.store.rest = __Resting::Locked;
            __parts.cx.store.passing = ::core::option::Option::None;
        }
        #[inline(always)]
        fn deliver<__O: ::wink::private::Observer>(
            __parts: &mut ::wink::private::Parts<Self>,
            __message: Message,
            __outcome: &mut ::wink::private::Outcome,
            __observer: &mut __O,
        ) {
            use ::wink::private as __w;
            match __parts.cx.store.rest {
                __Resting::Locked => {
                    match __message {
                        Message::Coin {
                            value: value,
                            ..
                        } if self::locked::__wink_guard_1(&value) => {
                            __w::take(__outcome, __observer, __w::RowId(1));
                            __w::exited(&mut __parts.cx, __observer, __w::StateId(1));
                            self::locked::pay(&mut __parts.data, value);
                            __w::entered(
                                &mut __parts.cx,
                                __outcome,
                                __observer,
                                __w::StateId(2),
                            );
                            __w::arm(&mut __parts.cx, __w::RowId(5), 5000000000);
                            self::unlocked::green(&mut __parts.data);
                            __parts.cx.store.rest = __Resting::Unlocked;
                        }
                        Message::Coin { value: value, .. } => {
                            __w::take(__outcome, __observer, __w::RowId(2));
                            self::locked::pay(&mut __parts.data, value);
                        }
                        Message::Push { .. } => {
                            __w::take(__outcome, __observer, __w::RowId(3));
                            self::locked::refuse(&mut __parts.cx);
                        }
                        Message::Total { .. } => {
                            __w::take(__outcome, __observer, __w::RowId(0));
                            let __wrapped = __w::Answer(self::total(&__parts.data));
                            let __answer: __w::Answer<u32> = __wrapped;
                            __w::answer(&mut __parts.cx, Replies::Total(__answer.0));
                        }
                    }
                }
                __Resting::Unlocked => {
                    match __message {
                        Message::Push { .. } => {
                            __w::take(__outcome, __observer, __w::RowId(4));
                            self::unlocked::red(&mut __parts.data);
                            __w::disarm(&mut __parts.cx, __w::RowId(5));
                            __w::exited(&mut __parts.cx, __observer, __w::StateId(2));
                            __w::entered(
                                &mut __parts.cx,
                                __outcome,
                                __observer,
                                __w::StateId(1),
                            );
                            __parts.cx.store.rest = __Resting::Locked;
                        }
                        Message::Coin { value: value, .. } => {
                            __w::take(__outcome, __observer, __w::RowId(6));
                            let __goto = self::unlocked::extra(&mut __parts.data, value);
                            match __goto {
                                self::unlocked::__wink_goto::extra::Goto::Unlocked => {
                                    self::unlocked::red(&mut __parts.data);
                                    __w::disarm(&mut __parts.cx, __w::RowId(5));
                                    __w::exited(&mut __parts.cx, __observer, __w::StateId(2));
                                    __w::entered(
                                        &mut __parts.cx,
                                        __outcome,
                                        __observer,
                                        __w::StateId(2),
                                    );
                                    __w::arm(&mut __parts.cx, __w::RowId(5), 5000000000);
                                    self::unlocked::green(&mut __parts.data);
                                }
                                self::unlocked::__wink_goto::extra::Goto::Locked => {
                                    self::unlocked::red(&mut __parts.data);
                                    __w::disarm(&mut __parts.cx, __w::RowId(5));
                                    __w::exited(&mut __parts.cx, __observer, __w::StateId(2));
                                    __w::entered(
                                        &mut __parts.cx,
                                        __outcome,
                                        __observer,
                                        __w::StateId(1),
                                    );
                                    __parts.cx.store.rest = __Resting::Locked;
                                }
                            }
                        }
                        Message::Total { .. } => {
                            __w::take(__outcome, __observer, __w::RowId(0));
                            let __wrapped = __w::Answer(self::total(&__parts.data));
                            let __answer: __w::Answer<u32> = __wrapped;
                            __w::answer(&mut __parts.cx, Replies::Total(__answer.0));
                        }
                    }
                }
            }
        }
        #[inline]
        fn eventless<__O: ::wink::private::Observer>(
            __parts: &mut ::wink::private::Parts<Self>,
            __outcome: &mut ::wink::private::Outcome,
            __observer: &mut __O,
        ) -> bool {
            use ::wink::private as __w;
            false
        }
        fn completed<__O: ::wink::private::Observer>(
            __parts: &mut ::wink::private::Parts<Self>,
            __state: ::wink::private::StateId,
            __outcome: &mut ::wink::private::Outcome,
            __observer: &mut __O,
        ) {
            use ::wink::private as __w;
        }
        fn signal<__O: ::wink::private::Observer>(
            __parts: &mut ::wink::private::Parts<Self>,
            __signal: &::wink::private::Signal,
            __outcome: &mut ::wink::private::Outcome,
            __observer: &mut __O,
        ) {
            use ::wink::private as __w;
            match __signal {
                __w::Signal::After(__row) => {
                    match __row.0 {
                        5 => {
                            __w::take(__outcome, __observer, __w::RowId(5));
                            self::unlocked::red(&mut __parts.data);
                            __w::disarm(&mut __parts.cx, __w::RowId(5));
                            __w::exited(&mut __parts.cx, __observer, __w::StateId(2));
                            __w::entered(
                                &mut __parts.cx,
                                __outcome,
                                __observer,
                                __w::StateId(1),
                            );
                            __parts.cx.store.rest = __Resting::Locked;
                        }
                        _ => {}
                    }
                }
                _ => {}
            }
        }
        fn leave<__O: ::wink::private::Observer>(
            __parts: &mut ::wink::private::Parts<Self>,
            __outcome: &mut ::wink::private::Outcome,
            __observer: &mut __O,
        ) {
            use ::wink::private as __w;
            let __at = __parts.cx.store.rest;
            match __at {
                __Resting::Locked => {
                    __w::exited(&mut __parts.cx, __observer, __w::StateId(1));
                }
                __Resting::Unlocked => {
                    self::unlocked::red(&mut __parts.data);
                    __w::disarm(&mut __parts.cx, __w::RowId(5));
                    __w::exited(&mut __parts.cx, __observer, __w::StateId(2));
                }
                _ => {}
            }
            __w::exited(&mut __parts.cx, __observer, __w::StateId(0));
        }
    }
}
