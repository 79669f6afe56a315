//! What can be seen of data of any type: as much as the traits that it has allow.
//!
//! Which of several methods of one name is meant is decided by the compiler, by how often it
//! has to borrow: David Tolnay's "autoref specialization". Data of a machine with type
//! parameters is seen only as far as the machine's own bounds go.

use std::fmt::Debug;

use serde::Serialize;

pub use crate::core::portrait::Portrait;
use crate::core::portrait::text_of;

/// How many bytes of a message are kept.
const MESSAGE: usize = 256;

/// What is looked at: write `(&&&Probe(data)).portrait()`.
pub struct Probe<'data, T: ?Sized>(pub &'data T);

/// The first choice.
pub trait BySerialize {
    /// The data's values.
    fn portrait(&self) -> Portrait;
}

impl<T: Serialize> BySerialize for &&Probe<'_, T> {
    fn portrait(&self) -> Portrait {
        Portrait::of_serialize(self.0)
    }
}

/// The second choice for data, and the first for messages.
pub trait ByDebug {
    /// The data's values.
    fn portrait(&self) -> Portrait;

    /// The message as text.
    fn text(&self) -> Option<String>;
}

impl<T: Debug> ByDebug for &Probe<'_, T> {
    fn portrait(&self) -> Portrait {
        Portrait::of_debug(self.0)
    }

    fn text(&self) -> Option<String> {
        Some(text_of(self.0, MESSAGE, false))
    }
}

/// Nothing is known of it.
pub trait ByNothing {
    /// No values.
    fn portrait(&self) -> Portrait;

    /// No text.
    fn text(&self) -> Option<String>;
}

impl<T: ?Sized> ByNothing for Probe<'_, T> {
    fn portrait(&self) -> Portrait {
        Portrait::default()
    }

    fn text(&self) -> Option<String> {
        None
    }
}

/// What a machine's implementation of `Drive` says of its data and its messages.
#[cfg(feature = "record")]
#[doc(hidden)]
#[macro_export]
macro_rules! __portray {
    () => {
        fn portrait(&self) -> $crate::private::probe::Portrait {
            #[allow(unused_imports)]
            use $crate::private::probe::{ByDebug as _, ByNothing as _, BySerialize as _};
            (&&&$crate::private::probe::Probe(self)).portrait()
        }

        fn message_text(
            message: &<Self as $crate::Machine>::Message,
        ) -> $crate::private::probe::Text {
            #[allow(unused_imports)]
            use $crate::private::probe::{ByDebug as _, ByNothing as _};
            (&&&$crate::private::probe::Probe(message)).text()
        }
    };
}

/// Without the feature `record` machines carry no code for it.
#[cfg(not(feature = "record"))]
#[doc(hidden)]
#[macro_export]
macro_rules! __portray {
    () => {};
}

/// What a message is as text.
pub type Text = Option<String>;
