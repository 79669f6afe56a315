//! How generated code reads, saves and restores the locals of active states.
//!
//! Must not know of: any machine; what form a snapshot has.

use core::marker::PhantomData;
use serde::de::{Deserializer, Error, MapAccess, Visitor};
use serde::ser::{Serialize, SerializeMap, Serializer};

/// The local of an active state.
///
/// # Panics
/// When the state has none because it is not active. Generated code asks active states only; a
/// snapshot that was restored without the local of an active state is refused.
#[inline]
pub fn local<T>(local: &Option<T>) -> &T {
    match local {
        Some(local) => local,
        None => missing(),
    }
}

/// The local of an active state, to be changed.
///
/// # Panics
/// As [`local`].
#[inline]
pub fn local_mut<T>(local: &mut Option<T>) -> &mut T {
    match local {
        Some(local) => local,
        None => missing(),
    }
}

#[cold]
#[inline(never)]
fn missing() -> ! {
    panic!("a state that is not active was asked for its local data")
}

/// Writes locals as a map from the names of the active states that have one.
pub struct SaveLocals<S: Serializer> {
    map: S::SerializeMap,
}

impl<S: Serializer> SaveLocals<S> {
    /// An empty map.
    ///
    /// # Errors
    /// What the serializer says.
    pub fn new(serializer: S) -> Result<Self, S::Error> {
        Ok(SaveLocals {
            map: serializer.serialize_map(None)?,
        })
    }

    /// Adds a state's local, if the state is active.
    ///
    /// # Errors
    /// What the serializer says.
    pub fn local<T: Serialize>(&mut self, state: &str, local: &Option<T>) -> Result<(), S::Error> {
        match local {
            Some(local) => self.map.serialize_entry(state, local),
            None => Ok(()),
        }
    }

    /// The whole map.
    ///
    /// # Errors
    /// What the serializer says.
    pub fn finish(self) -> Result<S::Ok, S::Error> {
        self.map.end()
    }
}

/// Locals that can be read from a snapshot. Implemented by `#[machine]` when all of them can.
pub trait RestoreLocals: Default {
    /// Reads the value of `map` that belongs to `state`; `false` when that state has no local.
    ///
    /// # Errors
    /// What the deserializer says.
    fn restore<'de, A: MapAccess<'de>>(
        &mut self,
        state: &str,
        map: &mut A,
    ) -> Result<bool, A::Error>;
}

/// Reads what [`SaveLocals`] has written.
///
/// # Errors
/// When a name is that of no state with a local, and what the deserializer says.
pub fn restore_locals<'de, L: RestoreLocals, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<L, D::Error> {
    deserializer.deserialize_map(Locals(PhantomData))
}

struct Locals<L>(PhantomData<L>);

impl<'de, L: RestoreLocals> Visitor<'de> for Locals<L> {
    type Value = L;

    fn expecting(&self, formatter: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        formatter.write_str("a map from names of states to their local data")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<L, A::Error> {
        let mut locals = L::default();
        while let Some(state) = map.next_key::<String>()? {
            if !locals.restore(&state, &mut map)? {
                return Err(A::Error::custom(format_args!(
                    "the machine has no state `{state}` with local data"
                )));
            }
        }
        Ok(locals)
    }
}
