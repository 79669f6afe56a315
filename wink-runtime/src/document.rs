//! What machines from documents need at run time: values without types, expressions over them,
//! and the executable content of the W3C's charts.
//!
//! A document with `datamodel="ecmascript"` works on [`Value`]s; its expressions are constants of
//! the compiled machine and are interpreted. What generated code calls is hidden; a person meets
//! [`Value`] and [`Datamodel`].
//!
//! Must not know of: drivers, XML, JSON.

mod content;
mod datamodel;
mod delay;
mod event;
mod expression;
mod functions;
mod operators;
mod session;
mod sessions;
mod value;

#[doc(hidden)]
pub use content::{
    Branch, Sending, assign, block, cancel, condition, each, failures, finish, holds, initialize,
    initialize_once, is_in_named, is_so, log, payload, raise, raise_platform, send, send_later,
};
pub use datamodel::Datamodel;
#[doc(hidden)]
pub use datamodel::{Document, Failure};
#[doc(hidden)]
pub use event::take_event;
#[doc(hidden)]
pub use expression::{Binary, Expression, System, Unary};
#[doc(hidden)]
pub use functions::Function;
#[doc(hidden)]
pub use session::{Beginning, Child, Crossing, Errand, Invoked, Nobody, Session};
#[doc(hidden)]
pub use sessions::{Invoke, Sessions, entered, errand, left, settled, take_part};
pub use value::Value;
