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
mod expression;
mod functions;
mod operators;
mod value;

#[doc(hidden)]
pub use content::{
    Branch, Sending, assign, block, cancel, condition, each, failures, holds, initialize,
    initialize_once, is_in_named, log, payload, raise, raise_platform, send, send_later,
    take_event,
};
pub use datamodel::Datamodel;
#[doc(hidden)]
pub use datamodel::{Document, Failure};
#[doc(hidden)]
pub use expression::{Binary, Expression, System, Unary};
#[doc(hidden)]
pub use functions::Function;
pub use value::Value;
