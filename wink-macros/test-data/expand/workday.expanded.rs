/// Composite states, local data, a history, rows that wait for nothing and rows that wait.
/**

# States

*/
#[cfg_attr(
    doc,
    doc = ::wink::__picture!(
        "c\tWorkday\nm\tStart\nm\tTask\nm\tRest\nm\tBack\nm\tDone\ns\tworkday\t\tcomposite\t1\t\t\ns\thome\t0\tleaf\t\t\t\ns\tworking\t0\tcomposite\t3\tarrive\tleave\ns\tfresh\t2\tleaf\t\t\t\ns\ttired\t2\tleaf\t\t\t\ns\tended\t2\tfinal\t\t\t\nr\t1\treceive\t0\t\t2\t\t\nr\t1\treceive\t3\t\th2\t\t\nr\t1\tdefer\t1\tsize > 1\t\t\t\nr\t1\tignore\tany\t\t\t\t\nr\t2\treceive\t2\t\t1\t\t\nr\t2\treceive\tdone\t\t1\t\t\nr\t2\tignore\t0 3\t\t\t\t\nr\t2\treceive\t4\t\t5 stay\t\tdone\nr\t2\treceive\t1\tsize < 5 && desk.done < 100\t\t\twork\nr\t2\tignore\t1\t\t\t\t\nr\t3\treceive\tafter 90m\t\t4\t\t\nr\t4\treceive\talways\tdata.lamp.is_dim()\t5\t\t\n"
    )
)]
/**

| state | on | does | goes to |
|---|---|---|---|
| `home` (initial) | `Start` |  | `working` |
|  | `Back` |  | history of `working` |
|  | `Task` if `size > 1` | *deferred* |  |
|  | any other message | *ignored* |  |
| `working` | entry | `arrive` |  |
|  | exit | `leave` |  |
|  | `Rest` |  | `home` |
|  | done |  | `home` |
|  | `Start`, `Back` | *ignored* |  |
|  | `Done` | `done` | `ended` or *stay* |
|  | `Task` if `size < 5 && desk.done < 100` | `work` |  |
|  | `Task` | *ignored* |  |
|  `fresh` (initial) | after 90m |  | `tired` |
|  `tired` | always if `data.lamp.is_dim()` |  | `ended` |
|  `ended` (final) |  |  |  |
*/
pub mod workday {
    #[allow(unused_imports)]
    use super::*;
    pub struct Workday<L: Lamp> {
        pub lamp: L,
    }
    pub enum Message {
        Start,
        Task { name: String, size: u32 },
        Rest,
        Back,
        Done,
    }
    pub mod home {
        #[allow(unused_imports)]
        use super::*;
        #[doc(hidden)]
        #[inline]
        #[allow(clippy::all, clippy::pedantic)]
        pub(super) fn __wink_guard_2<L: Lamp>(size: &u32) -> bool {
            (*size) > 1
        }
    }
    pub mod working {
        #[allow(unused_imports)]
        use super::*;
        #[derive(Default)]
        pub(super) struct Desk {
            done: u32,
        }
        #[inline]
        pub(super) fn arrive<L: Lamp>(day: &mut Workday<L>) -> Desk {
            day.lamp.set(true);
            Desk::default()
        }
        #[inline]
        pub(super) async fn leave<L: Lamp>(day: &mut Workday<L>) {
            day.lamp.fade().await;
        }
        #[inline]
        pub(super) fn done<L: Lamp>(
            desk: &Desk,
        ) -> (u32, self::__wink_goto::done::Goto) {
            #[allow(unused_imports)]
            use self::__wink_goto::done::Goto;
            let enough = desk.done > 7;
            (desk.done, if enough { Goto::Ended } else { Goto::Stay })
        }
        #[doc(hidden)]
        #[inline]
        pub(super) fn __wink_now_work<L: Lamp>(
            desk: &mut Desk,
            cx: &mut Context<L>,
            size: u32,
            name: &str,
        ) {
            let _ = &desk;
            let _ = &size;
            {
                cx.log(format!("did {name}"));
                desk.done += size;
            }
        }
        #[allow(dead_code, clippy::unused_async)]
        pub(super) async fn work<L: Lamp>(
            desk: &mut Desk,
            cx: &mut Context<L>,
            size: u32,
            name: &str,
        ) {
            __wink_now_work(desk, cx, size, name)
        }
        pub(super) mod fresh {
            #[allow(unused_imports)]
            use super::*;
        }
        pub(super) mod tired {
            #[allow(unused_imports)]
            use super::*;
            #[doc(hidden)]
            #[inline]
            #[allow(clippy::all, clippy::pedantic)]
            pub(in super::super) fn __wink_guard_11<L: Lamp>(data: &Workday<L>) -> bool {
                data.lamp.is_dim()
            }
        }
        pub(super) mod ended {
            #[allow(unused_imports)]
            use super::*;
        }
        #[doc(hidden)]
        #[allow(unreachable_pub)]
        pub(super) mod __wink_goto {
            pub mod done {
                pub enum Goto {
                    Ended,
                    Stay,
                }
            }
        }
        #[doc(hidden)]
        #[inline]
        #[allow(clippy::all, clippy::pedantic)]
        pub(super) fn __wink_guard_8<L: Lamp>(desk: &Desk, size: &u32) -> bool {
            (*size) < 5 && desk.done < 100
        }
        #[doc(hidden)]
        #[allow(type_alias_bounds, private_interfaces, clippy::type_complexity)]
        pub(super) type __WinkLocal = Desk;
    }
    /// What the functions of `Workday` can ask of the world.
    #[allow(dead_code, private_interfaces)]
    pub type Context<L> = ::wink::Context<Workday<L>>;
    /// The states of `Workday`.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    #[repr(u16)]
    #[non_exhaustive]
    #[allow(dead_code, missing_docs)]
    pub enum State {
        #[doc(hidden)]
        Root_ = 0,
        /// The state `home`.
        Home = 1,
        /// The state `working`.
        Working = 2,
        /// The state `fresh`.
        Fresh = 3,
        /// The state `tired`.
        Tired = 4,
        /// The state `ended`.
        Ended = 5,
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
                State::Home,
                State::Working,
                State::Fresh,
                State::Tired,
                State::Ended,
            ];
            ALL.get(id.index()).copied()
        }
    }
    #[doc(hidden)]
    #[derive(Clone, Copy)]
    #[allow(missing_debug_implementations, unreachable_pub)]
    pub enum __Resting {
        Home,
        Fresh,
        Tired,
        Ended,
    }
    #[automatically_derived]
    impl ::wink::private::Resting for __Resting {
        type State = State;
        const FIRST: Self = __Resting::Home;
        #[inline]
        fn state(self) -> State {
            const ALL: [State; 4] = [
                State::Home,
                State::Fresh,
                State::Tired,
                State::Ended,
            ];
            ALL[self as usize]
        }
        fn from_id(id: ::wink::private::StateId) -> ::core::option::Option<Self> {
            match id.0 {
                1 => ::core::option::Option::Some(__Resting::Home),
                3 => ::core::option::Option::Some(__Resting::Fresh),
                4 => ::core::option::Option::Some(__Resting::Tired),
                5 => ::core::option::Option::Some(__Resting::Ended),
                _ => ::core::option::Option::None,
            }
        }
    }
    #[doc(hidden)]
    #[allow(dead_code, missing_docs, missing_debug_implementations, private_interfaces)]
    #[allow(clippy::all, clippy::pedantic)]
    pub enum Replies {
        Done(u32),
    }
    #[automatically_derived]
    #[allow(unreachable_code, clippy::all, clippy::pedantic)]
    impl ::wink::private::Messages for Message {
        type Reply = Replies;
        #[inline]
        fn id(&self) -> ::wink::private::MessageId {
            ::wink::private::MessageId(
                match self {
                    Message::Start { .. } => 0,
                    Message::Task { .. } => 1,
                    Message::Rest { .. } => 2,
                    Message::Back { .. } => 3,
                    Message::Done { .. } => 4,
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
        /// Asks `Done`.
        #[must_use]
        pub fn done() -> ::wink::Question<Message, u32> {
            ::wink::Question::new(
                Self::Done,
                |reply: Replies| match reply {
                    Replies::Done(answer) => ::core::option::Option::Some(answer),
                },
            )
        }
    }
    #[automatically_derived]
    #[allow(unused_mut, unreachable_code, clippy::all, clippy::pedantic)]
    impl ::wink::private::FromFields for Message
    where
        for<'wink> String: ::wink::private::serde::de::DeserializeOwned,
        for<'wink> u32: ::wink::private::serde::de::DeserializeOwned,
    {
        fn from_fields<'de, D: ::wink::private::serde::Deserializer<'de>>(
            message: ::wink::private::MessageId,
            fields: ::std::vec::Vec<D>,
        ) -> ::core::result::Result<Self, D::Error> {
            let mut fields = ::wink::private::Fields::new(fields);
            let message = match message.0 {
                0 => Self::Start,
                1 => {
                    Self::Task {
                        name: fields.next()?,
                        size: fields.next()?,
                    }
                }
                2 => Self::Rest,
                3 => Self::Back,
                4 => Self::Done,
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
                Replies::Done(answer) => {
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
                4 => {
                    ::wink::private::serde::Deserialize::deserialize(answer)
                        .map(Replies::Done)
                }
                _ => ::core::result::Result::Err(::wink::private::no_message()),
            }
        }
    }
    #[doc(hidden)]
    #[allow(dead_code, missing_docs, missing_debug_implementations, private_interfaces)]
    #[allow(clippy::all, clippy::pedantic)]
    pub struct Locals<L: Lamp> {
        s2: ::core::option::Option<self::working::__WinkLocal>,
        marker: ::core::marker::PhantomData<(fn() -> L,)>,
    }
    #[automatically_derived]
    impl<L: Lamp> ::core::default::Default for Locals<L> {
        fn default() -> Self {
            Self {
                s2: ::core::option::Option::None,
                marker: ::core::marker::PhantomData,
            }
        }
    }
    #[automatically_derived]
    #[allow(clippy::all, clippy::pedantic)]
    impl<L: Lamp> ::wink::private::serde::Serialize for Locals<L>
    where
        for<'wink> self::working::__WinkLocal: ::wink::private::serde::Serialize,
    {
        fn serialize<S: ::wink::private::serde::Serializer>(
            &self,
            serializer: S,
        ) -> ::core::result::Result<S::Ok, S::Error> {
            let mut map = ::wink::private::SaveLocals::new(serializer)?;
            map.local("working", &self.s2)?;
            map.finish()
        }
    }
    #[automatically_derived]
    #[allow(clippy::all, clippy::pedantic)]
    impl<L: Lamp> ::wink::private::RestoreLocals for Locals<L>
    where
        for<'wink> self::working::__WinkLocal: ::wink::private::serde::de::DeserializeOwned,
    {
        fn restore<'de, A: ::wink::private::serde::de::MapAccess<'de>>(
            &mut self,
            state: &str,
            map: &mut A,
        ) -> ::core::result::Result<bool, A::Error> {
            match state {
                "working" => self.s2 = ::core::option::Option::Some(map.next_value()?),
                _ => return ::core::result::Result::Ok(false),
            }
            ::core::result::Result::Ok(true)
        }
    }
    #[automatically_derived]
    impl<'de, L: Lamp> ::wink::private::serde::Deserialize<'de> for Locals<L>
    where
        for<'wink> self::working::__WinkLocal: ::wink::private::serde::de::DeserializeOwned,
    {
        fn deserialize<D: ::wink::private::serde::Deserializer<'de>>(
            deserializer: D,
        ) -> ::core::result::Result<Self, D::Error> {
            ::wink::private::restore_locals(deserializer)
        }
    }
    #[automatically_derived]
    impl<L: Lamp> ::wink::Machine for Workday<L> {
        type Message = Message;
        type Store = ::wink::private::Place<__Resting, 1>;
        type Locals = Locals<L>;
        const CHART: &'static ::wink::private::Chart = {
            use ::wink::private::describe::*;
            &Chart {
                name: text(::core::concat!(::core::env!("CARGO_PKG_NAME"), "/Workday")),
                version: text(::core::env!("CARGO_PKG_VERSION")),
                data: text("Workday"),
                documentation: text(
                    "Composite states, local data, a history, rows that wait for nothing and rows that wait.",
                ),
                messages: Borrowed(
                    &[
                        unit("Start", "", None),
                        Message {
                            name: text("Task"),
                            documentation: text(""),
                            shape: Named,
                            reply: optional(None),
                            fields: Borrowed(
                                &[field("name", "String", ""), field("size", "u32", "")],
                            ),
                        },
                        unit("Rest", "", None),
                        unit("Back", "", None),
                        unit("Done", "", Some("u32")),
                    ],
                ),
                states: Borrowed(
                    &[
                        state(
                            ["workday", ""],
                            None,
                            Composite,
                            Some(1),
                            [None, None, None],
                        ),
                        leaf(["home", ""], 0, None, None),
                        state(
                            ["working", ""],
                            Some(0),
                            Composite,
                            Some(3),
                            [Some("arrive"), Some("leave"), Some("Desk")],
                        ),
                        leaf(["fresh", ""], 2, None, None),
                        leaf(["tired", ""], 2, None, None),
                        state(["ended", ""], Some(2), Final, None, [None, None, None]),
                    ],
                ),
                rows: Borrowed(
                    &[
                        go(1, &[MessageId(0)], &[to(2)]),
                        go(1, &[MessageId(3)], &[history(2)]),
                        row(
                            1,
                            Trigger::Messages(Borrowed(&[MessageId(1)])),
                            Defer,
                            &[],
                            [false, false],
                            [Some("size > 1"), None],
                            "",
                        ),
                        row(
                            1,
                            Trigger::Any,
                            Ignore,
                            &[],
                            [false, false],
                            [None, None],
                            "",
                        ),
                        go(2, &[MessageId(2)], &[to(1)]),
                        row(
                            2,
                            Trigger::Done,
                            Receive,
                            &[to(1)],
                            [false, false],
                            [None, None],
                            "",
                        ),
                        row(
                            2,
                            Trigger::Messages(Borrowed(&[MessageId(0), MessageId(3)])),
                            Ignore,
                            &[],
                            [false, false],
                            [None, None],
                            "",
                        ),
                        row(
                            2,
                            Trigger::Messages(Borrowed(&[MessageId(4)])),
                            Receive,
                            &[to(5), Target::Stay],
                            [true, false],
                            [None, Some("done")],
                            "",
                        ),
                        row(
                            2,
                            Trigger::Messages(Borrowed(&[MessageId(1)])),
                            Receive,
                            &[],
                            [false, false],
                            [Some("size < 5 && desk.done < 100"), Some("work")],
                            "",
                        ),
                        row(
                            2,
                            Trigger::Messages(Borrowed(&[MessageId(1)])),
                            Ignore,
                            &[],
                            [false, false],
                            [None, None],
                            "",
                        ),
                        row(
                            3,
                            Trigger::After(Delay {
                                nanoseconds: 5400000000000,
                                text: text("90m"),
                            }),
                            Receive,
                            &[to(4)],
                            [false, false],
                            [None, None],
                            "",
                        ),
                        row(
                            4,
                            Trigger::Always,
                            Receive,
                            &[to(5)],
                            [false, false],
                            [Some("data.lamp.is_dim()"), None],
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
                2 => locals.s2.is_some(),
                _ => true,
            }
        }
    }
    ::wink::private::impl_drive! {
        async [< L : Lamp >] [Workday < L >] []
    }
    #[automatically_derived]
    #[allow(unused, unused_qualifications, non_shorthand_field_patterns)]
    #[allow(clippy::all, clippy::pedantic, clippy::nursery)]
    impl<L: Lamp> ::wink::private::StepsAsync for Workday<L> {
        const SETTLES: bool = true;
        const DEFERS: bool = true;
        async fn enter_initial<__O: ::wink::private::Observer>(
            __parts: &mut ::wink::private::Parts<Self>,
            __outcome: &mut ::wink::private::Outcome,
            __observer: &mut __O,
        ) {
            use ::wink::private as __w;
            __w::entered(&mut __parts.cx, __outcome, __observer, __w::StateId(0));
            __w::entered(&mut __parts.cx, __outcome, __observer, __w::StateId(1));
            __parts.cx.store.rest = __Resting::Home;
            __parts.cx.store.passing = ::core::option::Option::None;
        }
        async fn deliver<__O: ::wink::private::Observer>(
            __parts: &mut ::wink::private::Parts<Self>,
            __message: Message,
            __outcome: &mut ::wink::private::Outcome,
            __observer: &mut __O,
        ) {
            use ::wink::private as __w;
            match __parts.cx.store.rest {
                __Resting::Fresh | __Resting::Tired | __Resting::Ended => {
                    match __message {
                        Message::Rest { .. } => {
                            __w::take(__outcome, __observer, __w::RowId(4));
                            let __at = __parts.cx.store.rest;
                            match __at {
                                __Resting::Fresh => {
                                    __parts.cx.store.history[0] = ::core::option::Option::Some(
                                        State::Fresh,
                                    );
                                }
                                __Resting::Tired => {
                                    __parts.cx.store.history[0] = ::core::option::Option::Some(
                                        State::Tired,
                                    );
                                }
                                __Resting::Ended => {
                                    __parts.cx.store.history[0] = ::core::option::Option::Some(
                                        State::Ended,
                                    );
                                }
                                _ => {}
                            }
                            match __at {
                                __Resting::Fresh => {
                                    __w::disarm(&mut __parts.cx, __w::RowId(10));
                                    __w::exited(&mut __parts.cx, __observer, __w::StateId(3));
                                }
                                __Resting::Tired => {
                                    __w::exited(&mut __parts.cx, __observer, __w::StateId(4));
                                }
                                __Resting::Ended => {
                                    __w::exited(&mut __parts.cx, __observer, __w::StateId(5));
                                }
                                _ => {}
                            }
                            self::working::leave::<L>(&mut __parts.data).await;
                            __w::exited(&mut __parts.cx, __observer, __w::StateId(2));
                            __parts.locals.s2 = ::core::option::Option::None;
                            __w::entered(
                                &mut __parts.cx,
                                __outcome,
                                __observer,
                                __w::StateId(1),
                            );
                            __parts.cx.store.rest = __Resting::Home;
                        }
                        __message => __w::unhandled(__outcome, __observer, __message),
                    }
                }
                _ => __w::unhandled(__outcome, __observer, __message),
            }
        }
        #[inline(always)]
        fn deliver_now<__O: ::wink::private::Observer>(
            __parts: &mut ::wink::private::Parts<Self>,
            __message: Message,
            __outcome: &mut ::wink::private::Outcome,
            __observer: &mut __O,
        ) -> ::core::option::Option<Message> {
            use ::wink::private as __w;
            match __parts.cx.store.rest {
                __Resting::Home => {
                    match __message {
                        Message::Start { .. } => {
                            __w::take(__outcome, __observer, __w::RowId(0));
                            __w::exited(&mut __parts.cx, __observer, __w::StateId(1));
                            __w::entered(
                                &mut __parts.cx,
                                __outcome,
                                __observer,
                                __w::StateId(2),
                            );
                            __parts.locals.s2 = ::core::option::Option::Some(
                                self::working::arrive::<L>(&mut __parts.data),
                            );
                            __w::entered(
                                &mut __parts.cx,
                                __outcome,
                                __observer,
                                __w::StateId(3),
                            );
                            __w::arm(&mut __parts.cx, __w::RowId(10), 5400000000000);
                            __parts.cx.store.rest = __Resting::Fresh;
                        }
                        Message::Back { .. } => {
                            __w::take(__outcome, __observer, __w::RowId(1));
                            __w::exited(&mut __parts.cx, __observer, __w::StateId(1));
                            match __parts.cx.store.history[0] {
                                ::core::option::Option::Some(State::Tired) => {
                                    __w::entered(
                                        &mut __parts.cx,
                                        __outcome,
                                        __observer,
                                        __w::StateId(2),
                                    );
                                    __parts.locals.s2 = ::core::option::Option::Some(
                                        self::working::arrive::<L>(&mut __parts.data),
                                    );
                                    __w::entered(
                                        &mut __parts.cx,
                                        __outcome,
                                        __observer,
                                        __w::StateId(4),
                                    );
                                    __parts.cx.store.rest = __Resting::Tired;
                                }
                                ::core::option::Option::Some(State::Ended) => {
                                    __w::entered(
                                        &mut __parts.cx,
                                        __outcome,
                                        __observer,
                                        __w::StateId(2),
                                    );
                                    __parts.locals.s2 = ::core::option::Option::Some(
                                        self::working::arrive::<L>(&mut __parts.data),
                                    );
                                    __w::entered(
                                        &mut __parts.cx,
                                        __outcome,
                                        __observer,
                                        __w::StateId(5),
                                    );
                                    __w::done(&mut __parts.cx, __w::StateId(2));
                                    __parts.cx.store.rest = __Resting::Ended;
                                }
                                _ => {
                                    __w::entered(
                                        &mut __parts.cx,
                                        __outcome,
                                        __observer,
                                        __w::StateId(2),
                                    );
                                    __parts.locals.s2 = ::core::option::Option::Some(
                                        self::working::arrive::<L>(&mut __parts.data),
                                    );
                                    __w::entered(
                                        &mut __parts.cx,
                                        __outcome,
                                        __observer,
                                        __w::StateId(3),
                                    );
                                    __w::arm(&mut __parts.cx, __w::RowId(10), 5400000000000);
                                    __parts.cx.store.rest = __Resting::Fresh;
                                }
                            }
                        }
                        Message::Task {
                            name: __field_0,
                            size: size,
                        } if self::home::__wink_guard_2::<L>(&size) => {
                            __w::defer(
                                &mut __parts.cx,
                                __outcome,
                                __observer,
                                __w::RowId(2),
                                Message::Task {
                                    name: __field_0,
                                    size: size,
                                },
                            );
                        }
                        _ => {
                            __w::ignore(__outcome, __observer, __w::RowId(3));
                        }
                    }
                }
                __Resting::Fresh | __Resting::Tired | __Resting::Ended => {
                    match __message {
                        Message::Rest { .. } => {
                            return ::core::option::Option::Some(__message);
                        }
                        Message::Start { .. } | Message::Back { .. } => {
                            __w::ignore(__outcome, __observer, __w::RowId(6));
                        }
                        Message::Done { .. } => {
                            __w::take(__outcome, __observer, __w::RowId(7));
                            let (__answer, __goto) = self::working::done::<
                                L,
                            >(__w::local(&__parts.locals.s2));
                            let __wrapped = __w::Answer(__answer);
                            let __answer: __w::Answer<u32> = __wrapped;
                            __w::answer(&mut __parts.cx, Replies::Done(__answer.0));
                            match __goto {
                                self::working::__wink_goto::done::Goto::Ended => {
                                    let __at = __parts.cx.store.rest;
                                    match __at {
                                        __Resting::Fresh => {
                                            __w::disarm(&mut __parts.cx, __w::RowId(10));
                                            __w::exited(&mut __parts.cx, __observer, __w::StateId(3));
                                        }
                                        __Resting::Tired => {
                                            __w::exited(&mut __parts.cx, __observer, __w::StateId(4));
                                        }
                                        __Resting::Ended => {
                                            __w::exited(&mut __parts.cx, __observer, __w::StateId(5));
                                        }
                                        _ => {}
                                    }
                                    __w::entered(
                                        &mut __parts.cx,
                                        __outcome,
                                        __observer,
                                        __w::StateId(5),
                                    );
                                    __w::done(&mut __parts.cx, __w::StateId(2));
                                    __parts.cx.store.rest = __Resting::Ended;
                                }
                                self::working::__wink_goto::done::Goto::Stay => {}
                            }
                        }
                        Message::Task {
                            size: size,
                            name: ref name,
                            ..
                        } if self::working::__wink_guard_8::<
                            L,
                        >(__w::local(&__parts.locals.s2), &size) => {
                            __w::take(__outcome, __observer, __w::RowId(8));
                            self::working::__wink_now_work::<
                                L,
                            >(
                                __w::local_mut(&mut __parts.locals.s2),
                                &mut __parts.cx,
                                size,
                                name,
                            );
                        }
                        Message::Task { .. } => {
                            __w::ignore(__outcome, __observer, __w::RowId(9));
                        }
                    }
                }
            }
            ::core::option::Option::None
        }
        #[inline]
        async fn eventless<__O: ::wink::private::Observer>(
            __parts: &mut ::wink::private::Parts<Self>,
            __outcome: &mut ::wink::private::Outcome,
            __observer: &mut __O,
        ) -> bool {
            use ::wink::private as __w;
            match __parts.cx.store.rest {
                __Resting::Tired => {
                    if self::working::tired::__wink_guard_11::<L>(&__parts.data) {
                        __w::take(__outcome, __observer, __w::RowId(11));
                        __w::exited(&mut __parts.cx, __observer, __w::StateId(4));
                        __w::entered(
                            &mut __parts.cx,
                            __outcome,
                            __observer,
                            __w::StateId(5),
                        );
                        __w::done(&mut __parts.cx, __w::StateId(2));
                        __parts.cx.store.rest = __Resting::Ended;
                        return true;
                    }
                }
                _ => {}
            }
            false
        }
        async fn completed<__O: ::wink::private::Observer>(
            __parts: &mut ::wink::private::Parts<Self>,
            __state: ::wink::private::StateId,
            __outcome: &mut ::wink::private::Outcome,
            __observer: &mut __O,
        ) {
            use ::wink::private as __w;
            match __state.0 {
                2 if ::core::matches!(
                    __parts.cx.store.rest, __Resting::Fresh | __Resting::Tired |
                    __Resting::Ended
                ) => {
                    __w::take(__outcome, __observer, __w::RowId(5));
                    let __at = __parts.cx.store.rest;
                    match __at {
                        __Resting::Fresh => {
                            __parts.cx.store.history[0] = ::core::option::Option::Some(
                                State::Fresh,
                            );
                        }
                        __Resting::Tired => {
                            __parts.cx.store.history[0] = ::core::option::Option::Some(
                                State::Tired,
                            );
                        }
                        __Resting::Ended => {
                            __parts.cx.store.history[0] = ::core::option::Option::Some(
                                State::Ended,
                            );
                        }
                        _ => {}
                    }
                    match __at {
                        __Resting::Fresh => {
                            __w::disarm(&mut __parts.cx, __w::RowId(10));
                            __w::exited(&mut __parts.cx, __observer, __w::StateId(3));
                        }
                        __Resting::Tired => {
                            __w::exited(&mut __parts.cx, __observer, __w::StateId(4));
                        }
                        __Resting::Ended => {
                            __w::exited(&mut __parts.cx, __observer, __w::StateId(5));
                        }
                        _ => {}
                    }
                    self::working::leave::<L>(&mut __parts.data).await;
                    __w::exited(&mut __parts.cx, __observer, __w::StateId(2));
                    __parts.locals.s2 = ::core::option::Option::None;
                    __w::entered(
                        &mut __parts.cx,
                        __outcome,
                        __observer,
                        __w::StateId(1),
                    );
                    __parts.cx.store.rest = __Resting::Home;
                    return;
                }
                _ => {}
            }
        }
        async fn signal<__O: ::wink::private::Observer>(
            __parts: &mut ::wink::private::Parts<Self>,
            __signal: &::wink::private::Signal,
            __outcome: &mut ::wink::private::Outcome,
            __observer: &mut __O,
        ) {
            use ::wink::private as __w;
            match __signal {
                __w::Signal::After(__row) => {
                    match __row.0 {
                        10 => {
                            __w::take(__outcome, __observer, __w::RowId(10));
                            __w::disarm(&mut __parts.cx, __w::RowId(10));
                            __w::exited(&mut __parts.cx, __observer, __w::StateId(3));
                            __w::entered(
                                &mut __parts.cx,
                                __outcome,
                                __observer,
                                __w::StateId(4),
                            );
                            __parts.cx.store.rest = __Resting::Tired;
                        }
                        _ => {}
                    }
                }
                _ => {}
            }
        }
        async fn leave<__O: ::wink::private::Observer>(
            __parts: &mut ::wink::private::Parts<Self>,
            __outcome: &mut ::wink::private::Outcome,
            __observer: &mut __O,
        ) {
            use ::wink::private as __w;
            let __at = __parts.cx.store.rest;
            match __at {
                __Resting::Home => {
                    __w::exited(&mut __parts.cx, __observer, __w::StateId(1));
                }
                __Resting::Fresh | __Resting::Tired | __Resting::Ended => {
                    match __at {
                        __Resting::Fresh => {
                            __w::disarm(&mut __parts.cx, __w::RowId(10));
                            __w::exited(&mut __parts.cx, __observer, __w::StateId(3));
                        }
                        __Resting::Tired => {
                            __w::exited(&mut __parts.cx, __observer, __w::StateId(4));
                        }
                        __Resting::Ended => {
                            __w::exited(&mut __parts.cx, __observer, __w::StateId(5));
                        }
                        _ => {}
                    }
                    self::working::leave::<L>(&mut __parts.data).await;
                    __w::exited(&mut __parts.cx, __observer, __w::StateId(2));
                }
                _ => {}
            }
            __w::exited(&mut __parts.cx, __observer, __w::StateId(0));
            __parts.locals.s2 = ::core::option::Option::None;
        }
    }
}
