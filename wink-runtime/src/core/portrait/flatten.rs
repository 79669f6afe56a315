//! A serializer that writes nothing down but each value with its path.
//!
//! Must not know of: what is done with the values.

use std::fmt::{self, Display};

use serde::ser::{self, Serialize, Serializer};

use super::Portrait;

pub(super) fn flatten(data: &impl Serialize) -> Portrait {
    let mut flat = Flat::default();
    // What is left out when there is too much, or when the data refuses, is left out.
    let _ = data.serialize(&mut flat);
    flat.portrait
}

#[derive(Default)]
struct Flat {
    portrait: Portrait,
    path: String,
}

/// There is more than is looked at, or the data does not want to be written.
#[derive(Debug)]
struct Enough;

impl Display for Enough {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("more than is looked at")
    }
}

impl std::error::Error for Enough {}

impl ser::Error for Enough {
    fn custom<T: Display>(_: T) -> Self {
        Enough
    }
}

impl Flat {
    fn value(&mut self, value: impl Into<String>) -> Result<(), Enough> {
        match self.portrait.push(self.path.clone(), value.into()) {
            true => Ok(()),
            false => Err(Enough),
        }
    }

    fn name(&mut self, name: &str) {
        if !self.path.is_empty() {
            self.path.push('.');
        }
        self.path.push_str(name);
    }

    fn nest(&mut self) -> Nest<'_> {
        let outer = self.path.len();
        Nest {
            flat: self,
            outer,
            inner: outer,
            count: 0,
        }
    }

    fn nest_in(&mut self, variant: &str) -> Nest<'_> {
        let outer = self.path.len();
        self.name(variant);
        let inner = self.path.len();
        Nest {
            flat: self,
            outer,
            inner,
            count: 0,
        }
    }
}

macro_rules! plain {
    ($($name:ident $type:ty),*) => {
        $(fn $name(self, value: $type) -> Result<(), Enough> {
            self.value(value.to_string())
        })*
    };
}

impl<'flat> Serializer for &'flat mut Flat {
    type Ok = ();
    type Error = Enough;
    type SerializeSeq = Nest<'flat>;
    type SerializeTuple = Nest<'flat>;
    type SerializeTupleStruct = Nest<'flat>;
    type SerializeTupleVariant = Nest<'flat>;
    type SerializeMap = Nest<'flat>;
    type SerializeStruct = Nest<'flat>;
    type SerializeStructVariant = Nest<'flat>;

    plain!(
        serialize_bool bool, serialize_i8 i8, serialize_i16 i16, serialize_i32 i32,
        serialize_i64 i64, serialize_i128 i128, serialize_u8 u8, serialize_u16 u16,
        serialize_u32 u32, serialize_u64 u64, serialize_u128 u128, serialize_f32 f32,
        serialize_f64 f64
    );

    fn serialize_char(self, value: char) -> Result<(), Enough> {
        self.value(format!("{value:?}"))
    }

    fn serialize_str(self, value: &str) -> Result<(), Enough> {
        self.value(super::text_of(&value, super::VALUE, false))
    }

    fn serialize_bytes(self, value: &[u8]) -> Result<(), Enough> {
        self.value(super::text_of(&value, super::VALUE, false))
    }

    fn serialize_none(self) -> Result<(), Enough> {
        self.value("None")
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<(), Enough> {
        value.serialize(self)
    }

    fn serialize_unit(self) -> Result<(), Enough> {
        self.value("()")
    }

    fn serialize_unit_struct(self, name: &'static str) -> Result<(), Enough> {
        self.value(name)
    }

    fn serialize_unit_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
    ) -> Result<(), Enough> {
        self.value(variant)
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        value: &T,
    ) -> Result<(), Enough> {
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        value: &T,
    ) -> Result<(), Enough> {
        let outer = self.path.len();
        self.name(variant);
        value.serialize(&mut *self)?;
        self.path.truncate(outer);
        Ok(())
    }

    fn serialize_seq(self, _: Option<usize>) -> Result<Nest<'flat>, Enough> {
        Ok(self.nest())
    }

    fn serialize_tuple(self, _: usize) -> Result<Nest<'flat>, Enough> {
        Ok(self.nest())
    }

    fn serialize_tuple_struct(self, _: &'static str, _: usize) -> Result<Nest<'flat>, Enough> {
        Ok(self.nest())
    }

    fn serialize_tuple_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        _: usize,
    ) -> Result<Nest<'flat>, Enough> {
        Ok(self.nest_in(variant))
    }

    fn serialize_map(self, _: Option<usize>) -> Result<Nest<'flat>, Enough> {
        Ok(self.nest())
    }

    fn serialize_struct(self, _: &'static str, _: usize) -> Result<Nest<'flat>, Enough> {
        Ok(self.nest())
    }

    fn serialize_struct_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        _: usize,
    ) -> Result<Nest<'flat>, Enough> {
        Ok(self.nest_in(variant))
    }
}

/// Several values, side by side.
struct Nest<'flat> {
    flat: &'flat mut Flat,
    /// How long the path was around them, and is in front of their own part.
    outer: usize,
    inner: usize,
    count: usize,
}

impl Nest<'_> {
    fn element<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Enough> {
        let index = format!("[{}]", self.count);
        self.flat.path.push_str(&index);
        self.below(value)
    }

    fn field<T: Serialize + ?Sized>(&mut self, name: &str, value: &T) -> Result<(), Enough> {
        self.flat.name(name);
        self.below(value)
    }

    fn below<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Enough> {
        self.count += 1;
        value.serialize(&mut *self.flat)?;
        self.flat.path.truncate(self.inner);
        Ok(())
    }

    fn finish(self) -> Result<(), Enough> {
        if self.count == 0 {
            self.flat.value("[]")?;
        }
        self.flat.path.truncate(self.outer);
        Ok(())
    }
}

macro_rules! list {
    ($($kind:ident $method:ident),*) => {
        $(impl ser::$kind for Nest<'_> {
            type Ok = ();
            type Error = Enough;

            fn $method<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Enough> {
                self.element(value)
            }

            fn end(self) -> Result<(), Enough> {
                self.finish()
            }
        })*
    };
}

list!(
    SerializeSeq serialize_element, SerializeTuple serialize_element,
    SerializeTupleStruct serialize_field, SerializeTupleVariant serialize_field
);

macro_rules! record {
    ($($kind:ident),*) => {
        $(impl ser::$kind for Nest<'_> {
            type Ok = ();
            type Error = Enough;

            fn serialize_field<T: Serialize + ?Sized>(
                &mut self,
                name: &'static str,
                value: &T,
            ) -> Result<(), Enough> {
                self.field(name, value)
            }

            fn end(self) -> Result<(), Enough> {
                self.finish()
            }
        })*
    };
}

record!(SerializeStruct, SerializeStructVariant);

impl ser::SerializeMap for Nest<'_> {
    type Ok = ();
    type Error = Enough;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), Enough> {
        let mut flat = Flat::default();
        key.serialize(&mut flat)?;
        let values = flat.portrait.values.into_iter();
        let key: Vec<String> = values.map(|(_, value)| value).collect();
        self.flat.path.push_str(&format!("[{}]", key.join(" ")));
        Ok(())
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Enough> {
        self.below(value)
    }

    fn end(self) -> Result<(), Enough> {
        self.finish()
    }
}
