/// Two regions.
/**

# States

*/
#[cfg_attr(
    doc,
    doc = ::wink::__picture!(
        "c\tDoor\nm\tToggle\nm\tRing\nm\tBreak\ns\tdoor\t\tcomposite\t1\t\t\ns\tworking\t0\tparallel\t\t\t\ns\tlamp\t1\tcomposite\t3\t\t\ns\toff\t2\tleaf\t\t\t\ns\ton\t2\tleaf\t\tenter\t\ns\tbell\t1\tleaf\t\t\t\ns\tbroken\t0\tleaf\t\t\t\nr\t1\treceive\t2\t\t6\t\t\nr\t1\tignore\t0\t\t\t\t\nr\t3\treceive\t0\t\t4\t\t\nr\t4\treceive\t0\t\t3\t\t\nr\t5\treceive\t1\t!text.is_empty()\t\t\tring\nr\t5\tignore\t1\t\t\t\t\nr\t6\tignore\tany\t\t\t\t\n"
    )
)]
/**

| state | on | does | goes to |
|---|---|---|---|
| `working` (initial) (parallel) | `Break` |  | `broken` |
|  | `Toggle` | *ignored* |  |
|  `lamp` |  |  |  |
|   `off` (initial) | `Toggle` |  | `on` |
|   `on` | entry | `enter` |  |
|  | `Toggle` |  | `off` |
|  `bell` | `Ring` if `!text.is_empty()` | `ring` |  |
|  | `Ring` | *ignored* |  |
| `broken` | any other message | *ignored* |  |
*/
pub mod door {
    #[allow(unused_imports)]
    use super::*;
    #[derive(Default)]
    pub struct Door {
        pub rings: u32,
    }
    pub enum Message {
        Toggle,
        Ring(String),
        Break,
    }
    mod working {
        #[allow(unused_imports)]
        use super::*;
        pub(super) mod lamp {
            #[allow(unused_imports)]
            use super::*;
            pub(in super::super) mod off {
                #[allow(unused_imports)]
                use super::*;
            }
            pub(in super::super) mod on {
                #[allow(unused_imports)]
                use super::*;
                #[inline]
                pub(in super::super::super) fn enter() -> u32 {
                    0
                }
                #[doc(hidden)]
                #[allow(type_alias_bounds, private_interfaces, clippy::type_complexity)]
                pub(in super::super::super) type __WinkLocal = u32;
            }
        }
        pub(super) mod bell {
            #[allow(unused_imports)]
            use super::*;
            #[inline]
            pub(in super::super) fn ring(door: &mut Door, text: String) {
                let _ = &text;
                {
                    door.rings += text.len() as u32;
                }
            }
            #[doc(hidden)]
            #[inline]
            #[allow(clippy::all, clippy::pedantic)]
            pub(in super::super) fn __wink_guard_4(text: &String) -> bool {
                !(*text).is_empty()
            }
        }
    }
    mod broken {
        #[allow(unused_imports)]
        use super::*;
    }
    /// What the functions of `Door` can ask of the world.
    #[allow(dead_code, private_interfaces)]
    pub type Context = ::wink::Context<Door>;
    /// The states of `Door`.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    #[repr(u16)]
    #[non_exhaustive]
    #[allow(dead_code, missing_docs)]
    pub enum State {
        #[doc(hidden)]
        Root_ = 0,
        /// The state `working`.
        Working = 1,
        /// The state `lamp`.
        Lamp = 2,
        /// The state `off`.
        Off = 3,
        /// The state `on`.
        On = 4,
        /// The state `bell`.
        Bell = 5,
        /// The state `broken`.
        Broken = 6,
    }
    #[automatically_derived]
    impl ::wink::private::StateName for State {
        const ROOT: Self = State::Root_;
        #[inline]
        fn id(self) -> ::wink::private::StateId {
            ::wink::private::StateId(self as u16)
        }
        fn from_id(id: ::wink::private::StateId) -> ::core::option::Option<Self> {
            const ALL: &[State] = &[
                State::Root_,
                State::Working,
                State::Lamp,
                State::Off,
                State::On,
                State::Bell,
                State::Broken,
            ];
            ALL.get(id.index()).copied()
        }
    }
    #[automatically_derived]
    #[allow(unreachable_code, clippy::all, clippy::pedantic)]
    impl ::wink::private::Messages for Message {
        type Reply = ::wink::private::NoReplies;
        #[inline]
        fn id(&self) -> ::wink::private::MessageId {
            ::wink::private::MessageId(
                match self {
                    Message::Toggle { .. } => 0,
                    Message::Ring { .. } => 1,
                    Message::Break { .. } => 2,
                },
            )
        }
        fn copier() -> ::core::option::Option<fn(&Self) -> Self> {
            use ::wink::private::NoCopies as _;
            ::wink::private::Copies::<Self>::COPIER
        }
    }
    #[automatically_derived]
    #[allow(unused_mut, unreachable_code, clippy::all, clippy::pedantic)]
    impl ::wink::private::FromFields for Message
    where
        for<'wink> String: ::wink::private::serde::de::DeserializeOwned,
    {
        fn from_fields<'de, D: ::wink::private::serde::Deserializer<'de>>(
            message: ::wink::private::MessageId,
            fields: ::std::vec::Vec<D>,
        ) -> ::core::result::Result<Self, D::Error> {
            let mut fields = ::wink::private::Fields::new(fields);
            let message = match message.0 {
                0 => Self::Toggle,
                1 => Self::Ring(fields.next()?),
                2 => Self::Break,
                _ => return ::core::result::Result::Err(::wink::private::no_message()),
            };
            fields.finish()?;
            ::core::result::Result::Ok(message)
        }
    }
    #[doc(hidden)]
    #[allow(dead_code, missing_docs, missing_debug_implementations, private_interfaces)]
    #[allow(clippy::all, clippy::pedantic)]
    pub struct Locals {
        s4: ::core::option::Option<self::working::lamp::on::__WinkLocal>,
    }
    #[automatically_derived]
    impl ::core::default::Default for Locals {
        fn default() -> Self {
            Self {
                s4: ::core::option::Option::None,
            }
        }
    }
    #[automatically_derived]
    #[allow(clippy::all, clippy::pedantic)]
    impl ::wink::private::serde::Serialize for Locals
    where
        for<'wink> self::working::lamp::on::__WinkLocal: ::wink::private::serde::Serialize,
    {
        fn serialize<S: ::wink::private::serde::Serializer>(
            &self,
            serializer: S,
        ) -> ::core::result::Result<S::Ok, S::Error> {
            let mut map = ::wink::private::SaveLocals::new(serializer)?;
            map.local("on", &self.s4)?;
            map.finish()
        }
    }
    #[automatically_derived]
    #[allow(clippy::all, clippy::pedantic)]
    impl ::wink::private::RestoreLocals for Locals
    where
        for<'wink> self::working::lamp::on::__WinkLocal: ::wink::private::serde::de::DeserializeOwned,
    {
        fn restore<'de, A: ::wink::private::serde::de::MapAccess<'de>>(
            &mut self,
            state: &str,
            map: &mut A,
        ) -> ::core::result::Result<bool, A::Error> {
            match state {
                "on" => self.s4 = ::core::option::Option::Some(map.next_value()?),
                _ => return ::core::result::Result::Ok(false),
            }
            ::core::result::Result::Ok(true)
        }
    }
    #[automatically_derived]
    impl<'de> ::wink::private::serde::Deserialize<'de> for Locals
    where
        for<'wink> self::working::lamp::on::__WinkLocal: ::wink::private::serde::de::DeserializeOwned,
    {
        fn deserialize<D: ::wink::private::serde::Deserializer<'de>>(
            deserializer: D,
        ) -> ::core::result::Result<Self, D::Error> {
            ::wink::private::restore_locals(deserializer)
        }
    }
    #[automatically_derived]
    impl ::wink::Machine for Door {
        type Message = Message;
        type Store = ::wink::private::Configuration<State, 1, 0>;
        type Locals = Locals;
        const CHART: &'static ::wink::private::Chart = {
            use ::wink::private::describe::*;
            &Chart {
                name: text(::core::concat!(::core::env!("CARGO_PKG_NAME"), "/Door")),
                version: text(::core::env!("CARGO_PKG_VERSION")),
                data: text("Door"),
                documentation: text("Two regions."),
                messages: Borrowed(
                    &[
                        unit("Toggle", "", None),
                        Message {
                            name: text("Ring"),
                            documentation: text(""),
                            shape: Tuple,
                            reply: optional(None),
                            fields: Borrowed(&[field("0", "String", "")]),
                        },
                        unit("Break", "", None),
                    ],
                ),
                states: Borrowed(
                    &[
                        state(
                            ["door", ""],
                            None,
                            Composite,
                            Some(1),
                            [None, None, None],
                        ),
                        state(
                            ["working", ""],
                            Some(0),
                            Parallel,
                            None,
                            [None, None, None],
                        ),
                        state(
                            ["lamp", ""],
                            Some(1),
                            Composite,
                            Some(3),
                            [None, None, None],
                        ),
                        leaf(["off", ""], 2, None, None),
                        state(
                            ["on", ""],
                            Some(2),
                            Leaf,
                            None,
                            [Some("enter"), None, Some("u32")],
                        ),
                        leaf(["bell", ""], 1, None, None),
                        leaf(["broken", ""], 0, None, None),
                    ],
                ),
                rows: Borrowed(
                    &[
                        go(1, &[MessageId(2)], &[to(6)]),
                        row(
                            1,
                            Trigger::Messages(Borrowed(&[MessageId(0)])),
                            Ignore,
                            &[],
                            [false, false],
                            [None, None],
                            "",
                        ),
                        go(3, &[MessageId(0)], &[to(4)]),
                        go(4, &[MessageId(0)], &[to(3)]),
                        row(
                            5,
                            Trigger::Messages(Borrowed(&[MessageId(1)])),
                            Receive,
                            &[],
                            [false, false],
                            [Some("!text.is_empty()"), Some("ring")],
                            "",
                        ),
                        row(
                            5,
                            Trigger::Messages(Borrowed(&[MessageId(1)])),
                            Ignore,
                            &[],
                            [false, false],
                            [None, None],
                            "",
                        ),
                        row(
                            6,
                            Trigger::Any,
                            Ignore,
                            &[],
                            [false, false],
                            [None, None],
                            "",
                        ),
                    ],
                ),
                defaults: Borrowed(&[]),
                completions: Borrowed(&[]),
            }
        };
        fn holds(locals: &Self::Locals, state: ::wink::private::StateId) -> bool {
            match state.0 {
                4 => locals.s4.is_some(),
                _ => true,
            }
        }
    }
    ::wink::private::impl_drive! {
        sync[] [Door] []
    }
    #[automatically_derived]
    #[allow(unused, unused_qualifications, non_shorthand_field_patterns)]
    #[allow(clippy::all, clippy::pedantic, clippy::nursery)]
    impl ::wink::private::Perform for Door {
        fn guard(
            __parts: &::wink::private::Parts<Self>,
            __row: ::wink::private::RowId,
            __event: &::wink::private::Event<'_, Self>,
        ) -> bool {
            use ::wink::private as __w;
            match __row.0 {
                4 => {
                    match *__event {
                        __w::Event::Message(Message::Ring(text)) => {
                            self::working::bell::__wink_guard_4(text)
                        }
                        _ => false,
                    }
                }
                _ => true,
            }
        }
        fn act(
            __parts: &mut ::wink::private::Parts<Self>,
            __row: ::wink::private::RowId,
            __event: &::wink::private::Event<'_, Self>,
        ) -> usize {
            use ::wink::private as __w;
            match __row.0 {
                4 => {
                    match *__event {
                        __w::Event::Message(Message::Ring(text)) => {
                            self::working::bell::ring(
                                &mut __parts.data,
                                ::core::clone::Clone::clone(text),
                            );
                            0
                        }
                        _ => 0,
                    }
                }
                _ => 0,
            }
        }
        fn enter(
            __parts: &mut ::wink::private::Parts<Self>,
            __state: ::wink::private::StateId,
        ) {
            use ::wink::private as __w;
            match __state.0 {
                4 => {
                    __parts.locals.s4 = ::core::option::Option::Some(
                        self::working::lamp::on::enter(),
                    );
                }
                _ => {}
            }
        }
        fn exit(
            __parts: &mut ::wink::private::Parts<Self>,
            __state: ::wink::private::StateId,
        ) {
            use ::wink::private as __w;
        }
        fn forget(
            __parts: &mut ::wink::private::Parts<Self>,
            __state: ::wink::private::StateId,
        ) {
            use ::wink::private as __w;
            match __state.0 {
                4 => {
                    __parts.locals.s4 = ::core::option::Option::None;
                }
                _ => {}
            }
        }
    }
    #[automatically_derived]
    #[allow(unused, unused_qualifications, non_shorthand_field_patterns)]
    #[allow(clippy::all, clippy::pedantic, clippy::nursery)]
    impl ::wink::private::Steps for Door {
        const SETTLES: bool = false;
        const DEFERS: bool = false;
        fn enter_initial<__O: ::wink::private::Observer>(
            __parts: &mut ::wink::private::Parts<Self>,
            __outcome: &mut ::wink::private::Outcome,
            __observer: &mut __O,
        ) {
            use ::wink::private as __w;
            __w::parallel::enter_initial(__parts, __outcome, __observer)
        }
        #[inline(always)]
        fn deliver<__O: ::wink::private::Observer>(
            __parts: &mut ::wink::private::Parts<Self>,
            __message: Message,
            __outcome: &mut ::wink::private::Outcome,
            __observer: &mut __O,
        ) {
            use ::wink::private as __w;
            __w::parallel::deliver(__parts, __message, __outcome, __observer)
        }
        #[inline]
        fn eventless<__O: ::wink::private::Observer>(
            __parts: &mut ::wink::private::Parts<Self>,
            __outcome: &mut ::wink::private::Outcome,
            __observer: &mut __O,
        ) -> bool {
            use ::wink::private as __w;
            __w::parallel::eventless(__parts, __outcome, __observer)
        }
        fn completed<__O: ::wink::private::Observer>(
            __parts: &mut ::wink::private::Parts<Self>,
            __state: ::wink::private::StateId,
            __outcome: &mut ::wink::private::Outcome,
            __observer: &mut __O,
        ) {
            use ::wink::private as __w;
            __w::parallel::completed(__parts, __state, __outcome, __observer)
        }
        fn signal<__O: ::wink::private::Observer>(
            __parts: &mut ::wink::private::Parts<Self>,
            __signal: &::wink::private::Signal,
            __outcome: &mut ::wink::private::Outcome,
            __observer: &mut __O,
        ) {
            use ::wink::private as __w;
            __w::parallel::signal(__parts, __signal, __outcome, __observer)
        }
        fn leave<__O: ::wink::private::Observer>(
            __parts: &mut ::wink::private::Parts<Self>,
            __outcome: &mut ::wink::private::Outcome,
            __observer: &mut __O,
        ) {
            use ::wink::private as __w;
            __w::parallel::leave(__parts, __outcome, __observer)
        }
    }
}
