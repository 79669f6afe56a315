//! Version: one source, several versions of it side by side in one directory.

use std::path::Path;
use wink::prelude::*;

/// Knows which of its versions it is.
#[machine(name = "version/Version")]
pub mod version {
    /// A node calls each program by its full name.
    #[data]
    pub struct Version {
        /// That name.
        pub name: String,
    }

    #[messages]
    #[derive(Debug, Clone, Serialize, Deserialize)]
    pub enum Message {
        /// Which one are you?
        #[reply(String)]
        Which,
    }

    #[entry]
    fn introduce(version: &Version, cx: &mut Context) {
        cx.log(format!("this is {}", version.name));
    }

    #[receive(Which)]
    fn which(version: &Version) -> String {
        version.name.clone()
    }
}

/// What the program was called, without where it lies.
fn own_name() -> String {
    let name = std::env::args().next().unwrap_or_default();
    let file = Path::new(&name).file_name().unwrap_or_default();
    file.to_string_lossy().into_owned()
}

wink::main!(version::Version, version::Version { name: own_name() });
