//! Constructors for broken rules and for lints.
