//! Addresses that keep nothing.
//!
//! Must not know of: what a machine does with its mail.

use std::fmt;
use std::sync::{Arc, Weak};

use super::Address;
use crate::core::exit::Identity;
use crate::core::machine::Machine;
use crate::core::mailbox::Mailbox;

/// The address of a machine, for those who only want it while the machine runs: caches,
/// subscribers, back references.
///
/// No address keeps its machine running. But an [`Address`] keeps the machine's mailbox, so that
/// it can still say why the machine has ended; of a weak one nothing but a few bytes is left.
/// Made by [`Address::downgrade`]. Equal when the machine is the same.
pub struct WeakAddress<M: Machine> {
    mailbox: Weak<Mailbox<M>>,
    identity: Identity,
}

impl<M: Machine> Address<M> {
    /// An address that does not keep the machine's mailbox.
    pub fn downgrade(&self) -> WeakAddress<M> {
        WeakAddress {
            mailbox: Arc::downgrade(self.mailbox()),
            identity: self.identity(),
        }
    }
}

impl<M: Machine> WeakAddress<M> {
    /// The address; `None` when the machine has ended.
    pub fn upgrade(&self) -> Option<Address<M>> {
        let mailbox = self.mailbox.upgrade()?;
        mailbox.ended().is_none().then(|| Address::of(mailbox))
    }

    /// Who the machine is, or was.
    pub fn identity(&self) -> Identity {
        self.identity
    }
}

impl<M: Machine> Clone for WeakAddress<M> {
    fn clone(&self) -> Self {
        Self {
            mailbox: self.mailbox.clone(),
            identity: self.identity,
        }
    }
}

impl<M: Machine> PartialEq for WeakAddress<M> {
    fn eq(&self, other: &Self) -> bool {
        self.mailbox.ptr_eq(&other.mailbox)
    }
}

impl<M: Machine> Eq for WeakAddress<M> {}

impl<M: Machine> PartialEq<Address<M>> for WeakAddress<M> {
    fn eq(&self, other: &Address<M>) -> bool {
        std::ptr::eq(self.mailbox.as_ptr(), Arc::as_ptr(other.mailbox()))
    }
}

impl<M: Machine> fmt::Display for WeakAddress<M> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.identity, formatter)
    }
}

impl<M: Machine> fmt::Debug for WeakAddress<M> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "WeakAddress({self})")
    }
}
