//! What a machine does, one part of the language a module.

mod turnstile;
