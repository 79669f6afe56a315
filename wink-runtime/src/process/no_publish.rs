//! Where no machine of another process reaches this one, none is published.

use std::convert::Infallible;
use std::marker::PhantomData;

/// What would publish a machine. There is none.
pub struct Publish<M>(Infallible, PhantomData<fn() -> M>);
