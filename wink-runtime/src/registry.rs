//! Names for machines, and groups by name.

use std::any::{Any, type_name};
use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use crate::core::exit::Identity;
use crate::core::station::{Handle, Tie};
use crate::group::Group;
use crate::link::{Linkable, ear};
use crate::topic::Topics;

/// Machines by name, groups by name, subscribers by type.
///
/// A value: clones are the same registry, and a program may have several. Names are given by
/// [`register`](Self::register) to an [`Address`](crate::Address), a
/// [`Recipient`](crate::Recipient) or a [`Handle`], and found again as what they were given to. A
/// machine may have several names; a name is free again at the moment in which its machine ends.
/// A machine that its supervisor restarts keeps its address, and so its names.
///
/// ```
/// # type Shown = Result<(), Box<dyn std::error::Error>>;
/// # fn show<M: wink_runtime::Drive>(store: wink_runtime::Address<M>) -> Shown {
/// use wink_runtime::{Address, Registry};
///
/// let registry = Registry::new();
/// registry.register("store", &store)?;
/// let found: Address<M> = registry.find("store")?;
/// assert_eq!(found, store);
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Default)]
pub struct Registry {
    inner: Arc<Inner>,
}

#[derive(Default)]
struct Inner {
    names: Mutex<BTreeMap<String, Entry>>,
    groups: Mutex<BTreeMap<String, Grouped>>,
    topics: Topics,
}

/// A group of whatever type.
struct Grouped {
    type_name: &'static str,
    group: Box<dyn Any + Send + Sync>,
}

/// What has a name.
struct Entry {
    value: Box<dyn Any + Send + Sync>,
    type_name: &'static str,
    handle: Handle,
    /// What hears of its end.
    ear: Handle,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // Nothing that can panic runs under the lock but the allocator.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Registry {
    /// A registry without any name.
    pub fn new() -> Self {
        Self::default()
    }

    /// Gives a name. Giving it to the same machine again changes as what it is found.
    ///
    /// This takes effect at once, also when it is called in a step that fails.
    ///
    /// # Errors
    /// When another machine has the name, or when this one has ended. Nothing changes then.
    pub fn register<T>(&self, name: impl Into<String>, value: &T) -> Result<(), RegisterError>
    where
        T: Linkable + Clone + Send + Sync + 'static,
    {
        let name = name.into();
        let handle = value.handle();
        let ear = self.forgetful_ear(&name, &handle);
        let entry = Entry {
            value: Box::new(value.clone()),
            type_name: type_name::<T>(),
            handle: handle.clone(),
            ear: ear.clone(),
        };
        let before = {
            let mut names = lock(&self.inner.names);
            match names.get(&name) {
                Some(other) if other.handle != handle && other.handle.ended().is_none() => {
                    let by = other.handle.identity();
                    return Err(RegisterError::Taken { name, by });
                }
                _ => names.insert(name.clone(), entry),
            }
        };
        if let Some(before) = before {
            before.handle.unwatch(&before.ear);
        }
        // Tells at once when it has ended, and the name is free again.
        handle.watch(ear, Tie::Monitor);
        match handle.ended() {
            Some(_) => Err(RegisterError::Ended {
                name,
                machine: handle.identity(),
            }),
            None => Ok(()),
        }
    }

    /// Frees the name when that machine ends.
    fn forgetful_ear(&self, name: &str, handle: &Handle) -> Handle {
        let inner: Weak<Inner> = Arc::downgrade(&self.inner);
        let (name, key) = (name.to_owned(), handle.key());
        ear("registry", move |_| {
            let Some(inner) = inner.upgrade() else { return };
            let mut names = lock(&inner.names);
            if names
                .get(&name)
                .is_some_and(|entry| entry.handle.key() == key)
            {
                let gone = names.remove(&name);
                drop(names);
                drop(gone);
            }
        })
    }

    /// What has that name, as what it was registered as.
    ///
    /// # Errors
    /// When nothing has the name, or something of another type has it; the error says which, or
    /// what name is like it.
    pub fn find<T: Clone + 'static>(&self, name: &str) -> Result<T, FindError> {
        let names = lock(&self.inner.names);
        let Some(entry) = names.get(name) else {
            let similar = wink_chart::nearest(name, names.keys().map(String::as_str));
            return Err(FindError::Nothing {
                name: name.to_owned(),
                similar: similar.map(str::to_owned),
            });
        };
        entry
            .value
            .downcast_ref::<T>()
            .cloned()
            .ok_or_else(|| FindError::Another {
                name: name.to_owned(),
                machine: entry.handle.identity(),
                registered: entry.type_name,
                asked: type_name::<T>(),
            })
    }

    /// Takes a name back. Whose it was; `None` when it was nobody's.
    pub fn unregister(&self, name: &str) -> Option<Identity> {
        let entry = lock(&self.inner.names).remove(name)?;
        entry.handle.unwatch(&entry.ear);
        Some(entry.handle.identity())
    }

    /// All names with whose they are, in alphabetical order.
    pub fn names(&self) -> Vec<(String, Identity)> {
        let names = lock(&self.inner.names);
        let named = names
            .iter()
            .map(|(name, entry)| (name.clone(), entry.handle.identity()));
        named.collect()
    }

    /// The group of that name; made when it is first asked for.
    ///
    /// # Errors
    /// When there is a group of that name for messages of another type.
    pub fn group<Message>(&self, name: impl Into<String>) -> Result<Group<Message>, GroupError>
    where
        Message: Send + Sync + 'static,
    {
        let name = name.into();
        let mut groups = lock(&self.inner.groups);
        let grouped = groups.entry(name.clone()).or_insert_with(|| Grouped {
            type_name: type_name::<Message>(),
            group: Box::new(Group::<Message>::new()),
        });
        grouped
            .group
            .downcast_ref::<Group<Message>>()
            .cloned()
            .ok_or(GroupError {
                name,
                takes: grouped.type_name,
                asked: type_name::<Message>(),
            })
    }

    /// Subscribers by type of event.
    pub fn topics(&self) -> &Topics {
        &self.inner.topics
    }
}

impl fmt::Debug for Registry {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_map().entries(self.names()).finish()
    }
}

impl Drop for Inner {
    fn drop(&mut self) {
        for entry in std::mem::take(&mut *lock(&self.names)).into_values() {
            entry.handle.unwatch(&entry.ear);
        }
    }
}

/// Why a name was not given.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum RegisterError {
    /// Another machine has it.
    Taken {
        /// The name.
        name: String,
        /// Who has it.
        by: Identity,
    },
    /// The machine that was to have it has ended.
    Ended {
        /// The name.
        name: String,
        /// Which machine.
        machine: Identity,
    },
}

impl fmt::Display for RegisterError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            RegisterError::Taken { name, by } => write!(
                formatter,
                "the name {name:?} is taken by {by}: unregister it first, or choose another name"
            ),
            RegisterError::Ended { name, machine } => {
                write!(
                    formatter,
                    "{machine} cannot be registered as {name:?}: it has ended"
                )
            }
        }
    }
}

impl std::error::Error for RegisterError {}

/// Why a name was not found.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum FindError {
    /// Nothing has it.
    Nothing {
        /// The name.
        name: String,
        /// A name that is registered and much like it.
        similar: Option<String>,
    },
    /// Something of another type has it.
    Another {
        /// The name.
        name: String,
        /// Whose it is.
        machine: Identity,
        /// As what it was registered.
        registered: &'static str,
        /// As what it was asked for.
        asked: &'static str,
    },
}

impl fmt::Display for FindError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            FindError::Nothing { name, similar } => {
                write!(formatter, "nothing is registered as {name:?}")?;
                match similar {
                    Some(similar) => write!(formatter, "; did you mean {similar:?}?"),
                    None => Ok(()),
                }
            }
            FindError::Another {
                name,
                machine,
                registered,
                asked,
            } => write!(
                formatter,
                "{name:?} is {machine}, registered as `{registered}`; it was asked for as \
                 `{asked}`"
            ),
        }
    }
}

impl std::error::Error for FindError {}

/// There is a group of that name, but for messages of another type.
#[derive(Clone, Debug, PartialEq)]
pub struct GroupError {
    name: String,
    takes: &'static str,
    asked: &'static str,
}

impl fmt::Display for GroupError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            formatter,
            "the group {:?} takes `{}`; it was asked for as one that takes `{}`",
            self.name, self.takes, self.asked
        )
    }
}

impl std::error::Error for GroupError {}
