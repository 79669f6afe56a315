//! Constructors for mistakes in the form of what was written.
