//! What must not compile, and the rules of the house; see `README.md`.
