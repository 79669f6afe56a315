//! State machines that the compiler proves and that run anywhere: as values, by the million,
//! as supervised processes.
#![forbid(unsafe_code)]

/// `machine! { pub mod turnstile { … } }`: the same language as `#[machine]`, as a block.
///
/// Rust lets one path name one macro only. The attribute comes with [`prelude`], this one from
/// here; `use wink::{machine, prelude::*};` brings both under the one name.
pub use wink_macros::machine_block as machine;
pub use wink_runtime::*;

#[cfg(feature = "pictures")]
#[doc(hidden)]
pub use wink_macros::picture as __picture;

/// Without the feature `pictures` there is none.
#[cfg(not(feature = "pictures"))]
#[doc(hidden)]
#[macro_export]
macro_rules! __picture {
    ($description:literal) => {
        ""
    };
}

pub mod prelude;

/// What `#[child(saved = …)]` needs is there.
#[cfg(feature = "saved")]
#[doc(hidden)]
#[macro_export]
macro_rules! needs_saved {
    ($($supervisor:tt)*) => {
        $($supervisor)*
    };
}

/// What `#[child(saved = …)]` needs is not there.
#[cfg(not(feature = "saved"))]
#[doc(hidden)]
#[macro_export]
macro_rules! needs_saved {
    ($($supervisor:tt)*) => {
        ::core::compile_error!(
            "`#[child(saved = …)]` needs wink's feature `saved`\n\
             help: in Cargo.toml, write `wink = { version = \"…\", features = [\"saved\"] }`"
        );
    };
}

/// Declares the program's `main`; it needs the feature `console`.
#[cfg(not(feature = "console"))]
#[macro_export]
macro_rules! main {
    ($($anything:tt)*) => {
        ::core::compile_error!(
            "`wink::main!` needs wink's feature `console`\n\
             help: in Cargo.toml, write `wink = { version = \"…\", features = [\"console\"] }`"
        );
        fn main() {}
    };
}

/// The examples in pages that rustdoc does not show.
#[cfg(doctest)]
#[doc = include_str!("../../docs/checking.md")]
struct Checking;

/// The same of machines in a system.
#[cfg(all(doctest, feature = "tokio"))]
#[doc = include_str!("../../docs/systems.md")]
struct Systems;
