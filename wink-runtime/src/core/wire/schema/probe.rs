//! A deserializer that makes values up and notes what it was asked for.
//!
//! Must not know of: machines.

mod parts;

use std::any::type_name;
use std::collections::BTreeMap;
use std::fmt;

use serde::de::{Deserializer, Visitor};

use super::{Read, SchemaError, Shape};
use parts::{Pairs, Parts, Variant};

/// How deep types may be nested in each other.
const DEPTH: usize = 64;

/// How often a value is made up anew for a type that does not accept it, and for variants.
const PASSES: usize = 100_000;

/// Texts that types made of text may accept.
const TEXTS: [&str; 9] = [
    "",
    "a",
    "0",
    "1.0.0",
    "2000-01-01T00:00:00Z",
    "2000-01-01",
    "00:00:00",
    "127.0.0.1",
    "00000000-0000-0000-0000-000000000000",
];

/// Lengths that types made of bytes may accept.
const LENGTHS: [usize; 7] = [0, 1, 4, 8, 16, 32, 64];

/// Finds a shape out.
pub(super) fn trace(read: Read<'_>) -> Result<Shape, SchemaError> {
    let mut notes = Notes::default();
    let mut failed = Failed(String::new());
    for _ in 0..PASSES {
        let mut shape = Shape::Leaf("()");
        notes.partial = 0;
        notes.asked = None;
        notes.within.clear();
        notes.open.clear();
        let probe = Probe {
            notes: &mut notes,
            shape: &mut shape,
        };
        match read(probe) {
            Ok(()) if notes.partial == 0 => return Ok(shape),
            // The next variant.
            Ok(()) => continue,
            Err(error) => failed = error,
        }
        if let Some(fatal) = notes.fatal.take() {
            return Err(fatal);
        }
        // Another value for the leaf that was asked for last.
        match notes.asked.take() {
            Some((place, count)) => {
                let attempt = notes.attempts.entry(place).or_insert(0);
                *attempt += 1;
                if *attempt >= count {
                    break;
                }
            }
            None => break,
        }
    }
    Err(SchemaError::Opaque {
        within: notes.place(),
        why: failed.0,
    })
}

/// What is known of the types, over all passes.
#[derive(Default)]
struct Notes {
    /// The variants of the enums, by their visitors.
    enums: BTreeMap<&'static str, Vec<Option<Shape>>>,
    /// How many enums have variants that nobody has looked at, in this pass.
    partial: usize,
    /// Visitors of the types that are being read.
    open: Vec<&'static str>,
    /// Names of the same, and of fields and variants.
    within: Vec<&'static str>,
    /// Which of the made-up values is next, by place.
    attempts: BTreeMap<String, usize>,
    /// The leaf that was asked for last, and how many values there are for it.
    asked: Option<(String, usize)>,
    fatal: Option<SchemaError>,
}

impl Notes {
    fn place(&self) -> String {
        match self.within.is_empty() {
            true => "the message".to_owned(),
            false => format!("`{}`", self.within.join(".")),
        }
    }

    fn fail(&mut self, error: impl FnOnce(String) -> SchemaError) -> Failed {
        let place = self.place();
        self.fatal.get_or_insert_with(|| error(place));
        Failed(String::new())
    }

    /// Which value to make up here, of so many.
    fn attempt(&mut self, count: usize) -> usize {
        let place = self.within.join(".");
        let attempt = self.attempts.get(&place).copied().unwrap_or(0);
        self.asked = Some((place, count));
        attempt.min(count - 1)
    }

    fn enter(&mut self, visitor: &'static str) -> Result<(), Failed> {
        if self.open.contains(&visitor) || self.open.len() >= DEPTH {
            return Err(self.fail(|within| SchemaError::Recursive { within }));
        }
        self.open.push(visitor);
        Ok(())
    }
}

/// No value could be made up. What serde says of it.
#[derive(Debug)]
pub(super) struct Failed(String);

impl fmt::Display for Failed {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl std::error::Error for Failed {}

impl serde::de::Error for Failed {
    fn custom<T: fmt::Display>(message: T) -> Self {
        Failed(message.to_string())
    }
}

/// Makes up one value and notes its shape.
pub(super) struct Probe<'a> {
    notes: &'a mut Notes,
    shape: &'a mut Shape,
}

impl Probe<'_> {
    /// As this one, for a part.
    fn part<'a>(notes: &'a mut Notes, shape: &'a mut Shape) -> Probe<'a> {
        Probe { notes, shape }
    }

    fn leaf(&mut self, name: &'static str, count: usize) -> usize {
        *self.shape = Shape::Leaf(name);
        self.notes.attempt(count)
    }

    fn compound<T>(
        self,
        visitor: &'static str,
        read: impl FnOnce(&mut Notes, &mut Shape) -> Result<T, Failed>,
    ) -> Result<T, Failed> {
        self.notes.enter(visitor)?;
        let value = read(self.notes, self.shape)?;
        self.notes.open.pop();
        Ok(value)
    }

    /// So many values one after the other, by these names.
    fn fields<'de, V: Visitor<'de>>(
        self,
        names: impl ExactSizeIterator<Item = &'static str>,
        visitor: V,
    ) -> Result<V::Value, Failed> {
        self.compound(type_name::<V>(), |notes, shape| {
            let mut fields = Vec::new();
            let value = visitor.visit_seq(Parts {
                notes,
                names,
                fields: &mut fields,
            })?;
            *shape = Shape::Fields(fields);
            Ok(value)
        })
    }
}

macro_rules! numbers {
    ($($name:ident $visit:ident $label:literal)*) => {
        $(
            fn $name<V: Visitor<'de>>(mut self, visitor: V) -> Result<V::Value, Failed> {
                let value = self.leaf($label, 2);
                visitor.$visit(value as _)
            }
        )*
    };
}

macro_rules! refused {
    ($($name:ident)*) => {
        $(
            fn $name<V: Visitor<'de>>(self, _: V) -> Result<V::Value, Failed> {
                Err(self.notes.fail(|within| SchemaError::SelfDescribing { within }))
            }
        )*
    };
}

impl<'de> Deserializer<'de> for Probe<'_> {
    type Error = Failed;

    fn is_human_readable(&self) -> bool {
        false
    }

    numbers! {
        deserialize_i8 visit_i8 "i8"
        deserialize_i16 visit_i16 "i16"
        deserialize_i32 visit_i32 "i32"
        deserialize_i64 visit_i64 "i64"
        deserialize_i128 visit_i128 "i128"
        deserialize_u8 visit_u8 "u8"
        deserialize_u16 visit_u16 "u16"
        deserialize_u32 visit_u32 "u32"
        deserialize_u64 visit_u64 "u64"
        deserialize_u128 visit_u128 "u128"
    }

    refused! { deserialize_any deserialize_ignored_any deserialize_identifier }

    fn deserialize_bool<V: Visitor<'de>>(mut self, visitor: V) -> Result<V::Value, Failed> {
        let value = self.leaf("bool", 2);
        visitor.visit_bool(value == 1)
    }

    fn deserialize_f32<V: Visitor<'de>>(mut self, visitor: V) -> Result<V::Value, Failed> {
        let value = self.leaf("f32", 2);
        visitor.visit_f32(value as f32)
    }

    fn deserialize_f64<V: Visitor<'de>>(mut self, visitor: V) -> Result<V::Value, Failed> {
        let value = self.leaf("f64", 2);
        visitor.visit_f64(value as f64)
    }

    fn deserialize_char<V: Visitor<'de>>(mut self, visitor: V) -> Result<V::Value, Failed> {
        let value = self.leaf("char", 2);
        visitor.visit_char(['a', '0'][value])
    }

    fn deserialize_str<V: Visitor<'de>>(mut self, visitor: V) -> Result<V::Value, Failed> {
        let value = self.leaf("text", TEXTS.len());
        visitor.visit_borrowed_str(TEXTS[value])
    }

    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Failed> {
        self.deserialize_str(visitor)
    }

    fn deserialize_bytes<V: Visitor<'de>>(mut self, visitor: V) -> Result<V::Value, Failed> {
        static ZEROS: [u8; 64] = [0; 64];
        let value = self.leaf("bytes", LENGTHS.len());
        visitor.visit_borrowed_bytes(&ZEROS[..LENGTHS[value]])
    }

    fn deserialize_byte_buf<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Failed> {
        self.deserialize_bytes(visitor)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Failed> {
        self.compound(type_name::<V>(), |notes, shape| {
            let mut inner = Shape::Leaf("()");
            let value = visitor.visit_some(Probe::part(notes, &mut inner))?;
            *shape = Shape::Option(Box::new(inner));
            Ok(value)
        })
    }

    fn deserialize_unit<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Failed> {
        *self.shape = Shape::Leaf("()");
        visitor.visit_unit()
    }

    fn deserialize_unit_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        visitor: V,
    ) -> Result<V::Value, Failed> {
        self.deserialize_unit(visitor)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        visitor: V,
    ) -> Result<V::Value, Failed> {
        self.compound(type_name::<V>(), |notes, shape| {
            notes.within.push(name);
            let value = visitor.visit_newtype_struct(Probe::part(notes, shape))?;
            notes.within.pop();
            Ok(value)
        })
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Failed> {
        self.compound(type_name::<V>(), |notes, shape| {
            let mut fields = Vec::new();
            let value = visitor.visit_seq(Parts {
                notes,
                names: std::iter::once(""),
                fields: &mut fields,
            })?;
            let element = fields.pop().map_or(Shape::Leaf("u8"), |(_, shape)| shape);
            if element.least() == 0 {
                return Err(notes.fail(|within| SchemaError::EmptyElements { within }));
            }
            *shape = Shape::List(Box::new(element));
            Ok(value)
        })
    }

    fn deserialize_tuple<V: Visitor<'de>>(
        self,
        length: usize,
        visitor: V,
    ) -> Result<V::Value, Failed> {
        self.fields((0..length).map(|_| ""), visitor)
    }

    fn deserialize_tuple_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        length: usize,
        visitor: V,
    ) -> Result<V::Value, Failed> {
        self.fields((0..length).map(|_| ""), visitor)
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Failed> {
        self.compound(type_name::<V>(), |notes, shape| {
            let (mut key, mut value) = (Shape::Leaf("()"), Shape::Leaf("()"));
            let map = visitor.visit_map(Pairs {
                notes,
                key: &mut key,
                value: &mut value,
                is_over: false,
            })?;
            if key.least() + value.least() == 0 {
                return Err(notes.fail(|within| SchemaError::EmptyElements { within }));
            }
            *shape = Shape::Map(Box::new(key), Box::new(value));
            Ok(map)
        })
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Failed> {
        self.fields(fields.iter().copied(), visitor)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _name: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Failed> {
        let key = type_name::<V>();
        self.compound(key, |notes, shape| {
            let known = notes
                .enums
                .entry(key)
                .or_insert_with(|| vec![None; variants.len()]);
            let unknown = known.iter().position(Option::is_none);
            let index = unknown.unwrap_or(0);
            let Some(name) = variants.get(index).copied() else {
                return Err(Failed("it has no variant".to_owned()));
            };
            let before = notes.partial;
            let mut variant = Shape::Leaf("()");
            notes.within.push(name);
            let value = visitor.visit_enum(Variant {
                notes,
                shape: &mut variant,
                index,
            })?;
            notes.within.pop();
            let is_whole = notes.partial == before;
            let Some(known) = notes.enums.get_mut(key) else {
                return Ok(value);
            };
            if is_whole {
                known[index] = Some(variant);
            }
            if unknown.is_some() {
                notes.partial += 1;
            }
            let choices = variants.iter().zip(known.iter().flatten());
            *shape = Shape::Choice(
                choices
                    .map(|(name, shape)| (*name, shape.clone()))
                    .collect(),
            );
            Ok(value)
        })
    }
}
