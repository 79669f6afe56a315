/// Composite states, local data, a history, rows that wait for nothing and rows that wait.
pub mod workday {
    #[data]
    pub struct Workday<L: Lamp> {
        pub lamp: L,
    }

    #[messages]
    pub enum Message {
        Start,
        Task { name: String, size: u32 },
        Rest,
        Back,
        #[reply(u32)]
        Done,
    }

    #[state(initial)]
    #[receive(Start => working)]
    #[receive(Back => history(working))]
    #[defer(Task if size > 1)]
    #[ignore(_)]
    pub mod home {}

    #[state]
    #[receive(Rest => home)]
    #[done(=> home)]
    #[ignore(Start | Back)]
    pub mod working {
        #[derive(Default)]
        struct Desk {
            done: u32,
        }

        #[entry]
        fn arrive(day: &mut Workday<L>) -> Desk {
            day.lamp.set(true);
            Desk::default()
        }

        #[exit]
        async fn leave(day: &mut Workday<L>) {
            day.lamp.fade().await;
        }

        #[receive(Done => ended | stay)]
        fn done(desk: &Desk) -> (u32, Goto) {
            let enough = desk.done > 7;
            (desk.done, if enough { Goto::Ended } else { Goto::Stay })
        }

        #[receive(Task if size < 5 && desk.done < 100)]
        #[ignore(Task)]
        async fn work(desk: &mut Desk, cx: &mut Context, size: u32, name: &str) {
            cx.log(format!("did {name}"));
            desk.done += size;
        }

        #[state(initial)]
        #[after("90m" => tired)]
        mod fresh {}

        #[state]
        #[always(if data.lamp.is_dim() => ended)]
        mod tired {}

        #[state(final)]
        mod ended {}
    }
}
