//! The parts of compound values: each is made up by a probe of its own.
//!
//! Must not know of: how a shape is concluded from them.

use serde::de::value::U32Deserializer;
use serde::de::{
    DeserializeSeed, Deserializer as _, EnumAccess, IntoDeserializer, MapAccess, SeqAccess,
    VariantAccess, Visitor,
};

use super::super::Shape;
use super::{Failed, Notes, Probe};

/// The parts of something, in order.
pub(super) struct Parts<'a, N> {
    pub(super) notes: &'a mut Notes,
    pub(super) names: N,
    pub(super) fields: &'a mut Vec<(&'static str, Shape)>,
}

impl<'de, N: ExactSizeIterator<Item = &'static str>> SeqAccess<'de> for Parts<'_, N> {
    type Error = Failed;

    fn next_element_seed<T: DeserializeSeed<'de>>(
        &mut self,
        seed: T,
    ) -> Result<Option<T::Value>, Failed> {
        let Some(name) = self.names.next() else {
            return Ok(None);
        };
        let mut shape = Shape::Leaf("()");
        if !name.is_empty() {
            self.notes.within.push(name);
        }
        let value = seed.deserialize(Probe::part(self.notes, &mut shape))?;
        if !name.is_empty() {
            self.notes.within.pop();
        }
        self.fields.push((name, shape));
        Ok(Some(value))
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.names.len())
    }
}

/// One pair.
pub(super) struct Pairs<'a> {
    pub(super) notes: &'a mut Notes,
    pub(super) key: &'a mut Shape,
    pub(super) value: &'a mut Shape,
    pub(super) is_over: bool,
}

impl<'de> MapAccess<'de> for Pairs<'_> {
    type Error = Failed;

    fn next_key_seed<K: DeserializeSeed<'de>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, Failed> {
        if std::mem::replace(&mut self.is_over, true) {
            return Ok(None);
        }
        let key = seed.deserialize(Probe::part(self.notes, self.key))?;
        Ok(Some(key))
    }

    fn next_value_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<T::Value, Failed> {
        seed.deserialize(Probe::part(self.notes, self.value))
    }
}

/// One variant.
pub(super) struct Variant<'a> {
    pub(super) notes: &'a mut Notes,
    pub(super) shape: &'a mut Shape,
    pub(super) index: usize,
}

impl<'a, 'de> EnumAccess<'de> for Variant<'a> {
    type Error = Failed;
    type Variant = Probe<'a>;

    fn variant_seed<T: DeserializeSeed<'de>>(
        self,
        seed: T,
    ) -> Result<(T::Value, Probe<'a>), Failed> {
        let index: U32Deserializer<Failed> = (self.index as u32).into_deserializer();
        let value = seed.deserialize(index)?;
        Ok((value, Probe::part(self.notes, self.shape)))
    }
}

impl<'de> VariantAccess<'de> for Probe<'_> {
    type Error = Failed;

    fn unit_variant(self) -> Result<(), Failed> {
        *self.shape = Shape::Leaf("()");
        Ok(())
    }

    fn newtype_variant_seed<T: DeserializeSeed<'de>>(self, seed: T) -> Result<T::Value, Failed> {
        seed.deserialize(self)
    }

    fn tuple_variant<V: Visitor<'de>>(self, length: usize, visitor: V) -> Result<V::Value, Failed> {
        self.deserialize_tuple(length, visitor)
    }

    fn struct_variant<V: Visitor<'de>>(
        self,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Failed> {
        self.deserialize_struct("", fields, visitor)
    }
}
