//! How generated code builds a message from its fields.
//!
//! Must not know of: any form of text.

use crate::core::machine::ReadReply;
use serde::de::{Deserialize, Deserializer, Error};
use serde::ser::{Serialize, Serializer};
use wink_chart::MessageId;

/// The fields of one message, taken in source order.
pub struct Fields<D> {
    rest: std::vec::IntoIter<D>,
    taken: usize,
}

impl<D> Fields<D> {
    /// All fields that were given.
    pub fn new(fields: Vec<D>) -> Self {
        Fields {
            rest: fields.into_iter(),
            taken: 0,
        }
    }

    /// The next field.
    ///
    /// # Errors
    /// When none is left, or when the field does not accept what was given for it.
    pub fn next<'de, T: Deserialize<'de>>(&mut self) -> Result<T, D::Error>
    where
        D: Deserializer<'de>,
    {
        let Some(field) = self.rest.next() else {
            return Err(D::Error::custom(format_args!(
                "no value for field {}",
                self.taken + 1
            )));
        };
        self.taken += 1;
        T::deserialize(field)
    }

    /// Nothing more is taken.
    ///
    /// # Errors
    /// When a field is left over.
    pub fn finish<'de>(self) -> Result<(), D::Error>
    where
        D: Deserializer<'de>,
    {
        match self.rest.len() {
            0 => Ok(()),
            more => Err(D::Error::custom(format_args!(
                "{} values for {} fields",
                self.taken + more,
                self.taken
            ))),
        }
    }
}

/// The error for a message number that the machine does not have.
pub fn no_message<E: Error>() -> E {
    E::custom("the machine has no message of that number")
}

/// The answers of a machine that has no questions.
#[derive(Debug)]
pub enum NoReplies {}

impl Serialize for NoReplies {
    fn serialize<S: Serializer>(&self, _serializer: S) -> Result<S::Ok, S::Error> {
        match *self {}
    }
}

impl ReadReply for NoReplies {
    fn read_reply<'de, D: Deserializer<'de>>(_: MessageId, _: D) -> Result<Self, D::Error> {
        Err(no_message())
    }
}
