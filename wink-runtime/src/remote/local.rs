//! What all links of a node share.

use std::any::TypeId;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use tokio::runtime;

use super::codec::{self, Remote};
use super::keys::{Holder, Roles};
use super::link::Link;
use super::node::Peer;
use super::request::Requests;
use crate::core::address::Address;
use crate::core::station::Site;
use crate::core::time::Time;
use crate::core::wire::Limits;
use crate::core::wire::fence::Fence;
use crate::core::wire::frame;
use crate::core::wire::handshake::Greeting;
use crate::core::wire::heartbeat::Heartbeat;
use crate::core::wire::schema::{Schema, SchemaError};

/// What can be set for a node.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Settings {
    pub(super) heartbeat: Heartbeat,
    pub(super) limits: Limits,
}

pub(super) struct Local {
    pub(super) settings: Settings,
    pub(super) address: String,
    /// Who this is to others.
    pub(super) holder: Holder,
    pub(super) incarnation: u64,
    pub(super) runtime: runtime::Handle,
    pub(super) site: Arc<dyn Site>,
    pub(super) now: Box<dyn Fn() -> Time + Send + Sync>,
    pub(super) requests: OnceLock<Arc<dyn Requests>>,
    /// Who is told of each link that comes about.
    pub(super) linked: OnceLock<Box<dyn Fn(Peer) + Send + Sync>>,
    /// The names of holders that are not let in any more.
    withdrawn: Mutex<BTreeSet<String>>,
    published: Mutex<BTreeMap<String, Arc<dyn Offer>>>,
    links: Mutex<Vec<Arc<Link>>>,
    fence: Mutex<Fence>,
    /// Fingerprints of machines whose addresses are in messages.
    fingerprints: Mutex<BTreeMap<TypeId, u64>>,
}

/// A machine that was published under a name.
pub(super) trait Offer: Send + Sync {
    /// The chart's name.
    fn machine(&self) -> &'static str;

    fn schema(&self) -> &Schema;

    /// Tells the peer of it.
    fn tell_of(&self, link: &Arc<Link>) -> Result<frame::Machine, String>;
}

struct Published<M: Remote> {
    address: Address<M>,
    schema: Schema,
}

impl<M: Remote> Offer for Published<M> {
    fn machine(&self) -> &'static str {
        &M::CHART.name
    }

    fn schema(&self) -> &Schema {
        &self.schema
    }

    fn tell_of(&self, link: &Arc<Link>) -> Result<frame::Machine, String> {
        link.tell_of(&self.address)
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // Nothing that can panic runs under these locks but the allocator.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Local {
    pub(super) fn new(
        settings: Settings,
        address: String,
        holder: Holder,
        incarnation: u64,
        runtime: runtime::Handle,
        site: Arc<dyn Site>,
        now: Box<dyn Fn() -> Time + Send + Sync>,
    ) -> Self {
        Self {
            settings,
            address,
            holder,
            incarnation,
            runtime,
            site,
            now,
            requests: OnceLock::new(),
            linked: OnceLock::new(),
            withdrawn: Mutex::default(),
            published: Mutex::default(),
            links: Mutex::default(),
            fence: Mutex::default(),
            fingerprints: Mutex::default(),
        }
    }

    /// The fingerprint of that machine's messages, found out once.
    ///
    /// # Errors
    /// When they cannot travel.
    pub(super) fn fingerprint<M: Remote>(&self) -> Result<u64, SchemaError> {
        let key = TypeId::of::<M>();
        if let Some(known) = lock(&self.fingerprints).get(&key) {
            return Ok(*known);
        }
        let fingerprint = codec::schema::<M>()?.fingerprint();
        lock(&self.fingerprints).insert(key, fingerprint);
        Ok(fingerprint)
    }

    /// Why others will not do as they are told when this program asks their machines to end;
    /// nothing when they will.
    pub(super) fn may_not_stop(&self) -> Option<String> {
        let holder = &self.holder;
        let why = || {
            let roles = holder.roles;
            format!(
                "{holder} may not stop machines that it has only reached (it may: {roles}): who \
                 has started it stops it, and `wink stop`"
            )
        };
        (!holder.roles.has(Roles::STOP)).then(why)
    }

    /// Lets holders of those names in no more; links with them are over.
    pub(super) fn refuse(&self, names: impl IntoIterator<Item = String>) {
        lock(&self.withdrawn).extend(names);
        for link in self.links() {
            if let Some(why) = self.withdrawn(link.holder()) {
                link.lose(&why);
                link.leave(why);
            }
        }
    }

    /// Why that holder is not let in, when its credential was withdrawn.
    pub(super) fn withdrawn(&self, holder: &Holder) -> Option<String> {
        let is_withdrawn = lock(&self.withdrawn).contains(&holder.name);
        is_withdrawn.then(|| format!("the credential of {holder} was withdrawn"))
    }

    pub(super) fn now(&self) -> Time {
        (self.now)()
    }

    pub(super) fn fence(&self) -> MutexGuard<'_, Fence> {
        lock(&self.fence)
    }

    pub(super) fn greeting(&self, epoch: u64) -> Greeting {
        Greeting {
            limits: self.settings.limits,
            heartbeat: self.settings.heartbeat.interval,
            ..Greeting::new(&*self.address, self.incarnation, epoch)
        }
    }

    pub(super) fn publish<M: Remote>(&self, name: &str, address: Address<M>, schema: Schema) {
        let offer = Arc::new(Published { address, schema });
        lock(&self.published).insert(name.to_owned(), offer);
    }

    pub(super) fn withdraw(&self, name: &str) -> bool {
        lock(&self.published).remove(name).is_some()
    }

    pub(super) fn published(&self, name: &str) -> Option<Arc<dyn Offer>> {
        lock(&self.published).get(name).cloned()
    }

    /// The names of what is published, one a line.
    pub(super) fn published_names(&self) -> String {
        let published = lock(&self.published);
        let names: Vec<&str> = published.keys().map(String::as_str).collect();
        names.join("\n")
    }

    /// A link that has come about. Links with earlier runs of the same peer are over.
    pub(super) fn link(&self, link: &Arc<Link>) {
        let key = link.key();
        let incarnation = link.incarnation();
        let least = self.fence().admit(&key, incarnation, link.epoch());
        let mut links = lock(&self.links);
        let is_over = |other: &Arc<Link>| other.key() == key && other.epoch() < least;
        let earlier: Vec<_> = links.extract_if(.., |other| is_over(other)).collect();
        links.push(link.clone());
        drop(links);
        for earlier in earlier {
            earlier.lose("it has started anew");
            earlier.leave("it has started anew");
        }
    }

    pub(super) fn unlink(&self, link: &Arc<Link>) {
        lock(&self.links).retain(|other| !Arc::ptr_eq(other, link));
    }

    pub(super) fn links(&self) -> Vec<Arc<Link>> {
        lock(&self.links).clone()
    }
}
