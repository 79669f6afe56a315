//! What a machine does, one part of the language a module.

// A bound and a where-clause on one parameter: both have to reach everything that is generated.
#![allow(clippy::multiple_bound_locations)]

mod after;
mod always;
mod any;
mod asynchronous;
mod children;
mod context;
mod coverage;
mod defer;
mod done;
mod doors;
mod empty;
mod fields;
mod generic;
mod goto;
mod guards;
mod history;
mod locals;
mod names;
mod order;
mod parallel;
mod questions;
mod sendless;
mod snapshot;
mod timing;
mod turnstile;
