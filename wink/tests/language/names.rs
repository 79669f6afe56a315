//! Names that could get in the way of generated ones, and machines that other macros write.

use wink::prelude::*;

/// Hides what generated code must not take from here.
#[allow(dead_code)]
type Option = u8;
#[allow(dead_code)]
type Result = u8;
#[allow(dead_code, non_upper_case_globals)]
const Some: u8 = 0;

#[machine]
mod odd {
    #[data]
    pub struct Odd<'a, T: Copy + 'static = u8, const SIZE: usize = 3> {
        pub r#type: &'a str,
        pub values: [T; SIZE],
        pub ran: Vec<String>,
    }

    #[messages]
    pub enum Message {
        Type {
            r#type: String,
        },
        Parts {
            parts: u8,
            message: u8,
            outcome: u8,
            observer: u8,
            at: u8,
        },
        #[reply(u8)]
        Move,
        #[reply(u8)]
        HTTPStatus(u8, u8),
    }

    #[receive(Move)]
    fn r#move(odd: &Odd<'a, T, SIZE>) -> u8 {
        odd.values.len() as u8
    }

    #[receive(HTTPStatus)]
    fn status(code: u8, extra: u8) -> u8 {
        code + extra
    }

    #[state(initial)]
    mod half_open {
        #[receive(Type if r#type != odd.r#type => looping)]
        fn r#type(odd: &mut Odd, r#type: String) {
            odd.ran.push(r#type);
        }
        #[receive(Type)]
        fn same(odd: &mut Odd) {
            odd.ran.push("same".to_owned());
        }

        // The fields have the names of generated variables.
        #[receive(Parts if parts < message && at > 0)]
        fn parts(odd: &mut Odd, parts: u8, message: u8, outcome: u8, observer: &u8, at: u8) {
            odd.ran
                .push(format!("{parts}{message}{outcome}{observer}{at}"));
        }
        #[receive(Parts if matches!(parts, 1 | 2) && even(parts) => half_open)]
        #[receive(Parts)]
        fn other(odd: &mut Odd, parts: u8) {
            odd.ran.push(format!("other {parts}"));
        }
    }

    #[state]
    #[ignore(_)]
    #[allow(trap_state)]
    mod looping {}

    fn even(number: u8) -> bool {
        number.is_multiple_of(2)
    }
}

use odd::{Message, Odd, State};

fn start() -> wink::Instance<Odd<'static, char, 2>> {
    Odd {
        r#type: "same",
        values: ['a', 'b'],
        ran: Vec::new(),
    }
    .start()
}

#[test]
fn keywords_and_hidden_names_do_no_harm() {
    let mut odd = start();
    assert_eq!(
        odd.ask(Message::r#move()).answer(),
        core::option::Option::Some(2)
    );
    let status = Message::http_status(4, 3);
    assert_eq!(odd.ask(status).answer(), core::option::Option::Some(7));
    let text = |text: &str| Message::Type {
        r#type: text.to_owned(),
    };
    assert!(!odd.dispatch(text("same")).changed());
    assert!(odd.is_in(State::HalfOpen));
    assert!(odd.dispatch(text("other")).changed());
    assert!(odd.is_in(State::Looping));
    assert_eq!(odd.data().ran, ["same", "other"]);
}

#[test]
fn fields_named_like_generated_variables_are_the_user_s() {
    let mut odd = start();
    let parts = |parts, message| Message::Parts {
        parts,
        message,
        outcome: 3,
        observer: 4,
        at: 5,
    };
    assert!(!odd.dispatch(parts(1, 2)).changed());
    assert!(odd.dispatch(parts(2, 2)).changed());
    assert!(!odd.dispatch(parts(1, 1)).changed());
    assert_eq!(odd.data().ran, ["12345", "other 2", "other 1"]);
}

/// A machine whose parts come from where another macro is called.
macro_rules! counter {
    ($name:ident, $data:ident, $message:ident, $field:ident: $type:ty, $limit:expr) => {
        #[machine]
        mod $name {
            #[data]
            #[derive(Default)]
            pub struct $data {
                pub sum: $type,
            }
            #[messages]
            pub enum $message {
                Add {
                    $field: $type,
                },
                Take($type),
                #[reply($type)]
                Sum,
            }
            #[state(initial)]
            mod low {
                #[receive(Add if $field > $limit => high)]
                fn add(counter: &mut $data, $field: $type) {
                    counter.sum += $field;
                }
                #[receive(Add)]
                fn add_little(counter: &mut $data, $field: &$type) {
                    counter.sum += *$field;
                }
                #[receive(Take if number <= counter.sum)]
                #[ignore(Take)]
                fn take(counter: &mut $data, number: $type) {
                    counter.sum -= number;
                }
            }
            #[state]
            #[receive(Add if $field == 0 => low)]
            #[ignore(Add)]
            #[defer(Take if true)]
            #[ignore(Take)]
            mod high {}
            #[receive(Sum)]
            fn sum(counter: &$data) -> $type {
                counter.sum
            }
        }
    };
}

counter!(counter, Counter, Order, amount: u64, 100);

#[test]
fn a_machine_can_be_written_by_a_macro() {
    use counter::{Counter, Order, State};
    let mut counter = Counter::default().start();
    let _ = counter.dispatch(Order::Add { amount: 7 });
    let _ = counter.dispatch(Order::Take(8));
    let _ = counter.dispatch(Order::Take(3));
    assert!(counter.dispatch(Order::Add { amount: 101 }).changed());
    let _ = counter.dispatch(Order::Take(5));
    assert!(counter.is_in(State::High));
    assert_eq!(
        counter.ask(Order::sum()).answer(),
        core::option::Option::Some(105)
    );
    let _ = counter.dispatch(Order::Add { amount: 0 });
    assert_eq!(counter.data().sum, 100);
}
