//! Whether a messages enum is `Clone`: asked by generated code, which cannot see its derives.
//!
//! Must not know of: drivers.

use std::marker::PhantomData;

/// `Copies::<Message>::COPIER` makes another message like one, where the enum is `Clone`. An
/// inherent constant comes before one of a trait, if its bounds hold; so with [`NoCopies`] in
/// scope there always is one.
#[derive(Debug)]
pub struct Copies<Message>(PhantomData<Message>);

/// What makes another message like one.
pub type Copier<Message> = fn(&Message) -> Message;

impl<Message: Clone> Copies<Message> {
    /// The enum's own `clone`.
    pub const COPIER: Option<Copier<Message>> = Some(Message::clone);
}

/// What is found where the enum is not `Clone`.
pub trait NoCopies {
    /// The enum.
    type Message;
    /// There is none.
    const COPIER: Option<Copier<Self::Message>> = None;
}

impl<Message> NoCopies for Copies<Message> {
    type Message = Message;
}
