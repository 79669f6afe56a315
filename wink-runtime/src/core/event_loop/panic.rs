//! Panics of steps, made errors with their message and place.
//!
//! Must not know of: machines.

use std::any::Any;
use std::cell::{Cell, RefCell};
use std::panic::{self, AssertUnwindSafe, Location};
use std::sync::Once;

use crate::core::exit::Error;

thread_local! {
    /// A step is under way on this thread: note where it panics.
    static CATCHING: Cell<bool> = const { Cell::new(false) };
    /// Where the last panic of a step was.
    static PLACE: RefCell<Option<String>> = const { RefCell::new(None) };
}

/// A panic says where it happened to the panic hook only. This adds a look at it before the
/// hook that was there, once in a process; outside steps nothing changes.
pub(crate) fn note_places() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let previous = panic::take_hook();
        panic::set_hook(Box::new(move |info| {
            if CATCHING.get() {
                let place = info.location().map(place);
                PLACE.with_borrow_mut(|noted| *noted = place);
            }
            previous(info);
        }));
    });
}

/// As the place prints itself, but in one allocation and without the machinery for texts of any
/// form, which takes longer than all the rest of the hook.
fn place(location: &Location<'_>) -> String {
    let file = location.file();
    let mut place = String::with_capacity(file.len() + 2 * (1 + DIGITS));
    place.push_str(file);
    for number in [location.line(), location.column()] {
        place.push(':');
        let mut digits = [0; DIGITS];
        let mut first = DIGITS;
        let mut left = number;
        loop {
            first -= 1;
            digits[first] = b'0' + (left % 10) as u8;
            left /= 10;
            if left == 0 {
                break;
            }
        }
        place.extend(digits[first..].iter().map(|digit| char::from(*digit)));
    }
    place
}

/// As many as a number may have here.
const DIGITS: usize = 10;

/// Runs `step`, and makes a panic in it an error.
///
/// What the step works on is in the middle of a change after a panic: the caller must not use
/// it for anything but dropping it.
pub(crate) fn catch<T>(step: impl FnOnce() -> T) -> Result<T, Error> {
    let outer = CATCHING.replace(true);
    let result = panic::catch_unwind(AssertUnwindSafe(step));
    CATCHING.set(outer);
    result.map_err(error)
}

#[cold]
#[inline(never)]
fn error(payload: Box<dyn Any + Send>) -> Error {
    let place = PLACE.with_borrow_mut(Option::take);
    Error::panic(message(payload), place)
}

fn message(payload: Box<dyn Any + Send>) -> String {
    let message = match payload.downcast::<String>() {
        Ok(message) => return *message,
        Err(payload) => payload,
    };
    match message.downcast_ref::<&'static str>() {
        Some(message) => (*message).to_owned(),
        None => {
            // A payload of another type may panic in its own drop.
            let _ = panic::catch_unwind(AssertUnwindSafe(|| drop(message)));
            "a value that is no text".to_owned()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::exit::ErrorKind;

    #[test]
    fn a_panic_keeps_message_and_place() {
        note_places();
        let line = line!() + 1;
        let error = catch(|| panic!("boiler {}", 7)).unwrap_err();
        let ErrorKind::Panic {
            message,
            location: Some(location),
        } = error.kind()
        else {
            panic!("not a panic with its place: {error:?}");
        };
        assert_eq!(message, "boiler 7");
        assert!(
            location.contains(&format!("panic.rs:{line}:")),
            "{location}"
        );
    }

    #[test]
    fn a_place_is_written_as_it_prints_itself() {
        let here = Location::caller();
        assert_eq!(place(here), here.to_string());
    }

    #[test]
    fn a_payload_that_is_no_text_is_an_error_too() {
        struct Bomb;
        impl Drop for Bomb {
            fn drop(&mut self) {
                panic::resume_unwind(Box::new("in drop"));
            }
        }
        let error = catch(|| panic::resume_unwind(Box::new(Bomb))).unwrap_err();
        let message = "a value that is no text".to_owned();
        assert_eq!(
            error.kind(),
            &ErrorKind::Panic {
                message,
                location: None
            }
        );
    }
}
