//! Names of machines that live elsewhere, for as long as the process runs.

use std::collections::BTreeMap;
use std::sync::Mutex;

use wink_chart::Text;

/// How many different names are kept. They are names of types of machines: a cluster has far
/// fewer.
const KEPT: usize = 4_096;

/// What a machine is called whose name is one too many.
static OTHER: Text = Text::Borrowed("elsewhere/Machine");

static NAMES: Mutex<BTreeMap<&'static str, &'static Text>> = Mutex::new(BTreeMap::new());

/// The name, as identities hold it.
pub(super) fn known(name: &str) -> &'static Text {
    let mut names = NAMES
        .lock()
        .unwrap_or_else(std::sync::PoisonError::into_inner);
    if let Some(known) = names.get(name) {
        return known;
    }
    if names.len() >= KEPT {
        return &OTHER;
    }
    let kept: &'static Text = Box::leak(Box::new(Text::Owned(name.to_owned())));
    names.insert(kept, kept);
    kept
}
