//! State machines that the compiler proves and that run anywhere.
