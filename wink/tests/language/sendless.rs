//! Machines as plain values, whose data belong to one thread.

use std::cell::RefCell;
use std::rc::Rc;

use wink::prelude::*;

#[machine]
pub mod pencil {
    use std::cell::RefCell;
    use std::rc::Rc;

    #[data]
    pub struct Pencil {
        pub page: Rc<RefCell<String>>,
    }

    #[messages]
    pub enum Message {
        Write { text: Rc<str> },
    }

    #[receive(Write)]
    fn write(pencil: &Pencil, text: Rc<str>) {
        pencil.page.borrow_mut().push_str(&text);
    }
}

#[test]
fn a_value_need_not_be_send() {
    let page = Rc::new(RefCell::new(String::new()));
    let data = pencil::Pencil { page: page.clone() };
    let mut pencil = data.start();
    for text in ["on", "ce"] {
        let outcome = pencil.dispatch(pencil::Message::Write { text: text.into() });
        assert!(!outcome.changed());
    }
    assert_eq!(*page.borrow(), "once");
}
