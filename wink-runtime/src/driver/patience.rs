//! How long calls wait that do not say so themselves.

use std::time::Duration;

use super::SystemBuilder;

impl SystemBuilder {
    /// For how long a [`call`](crate::Address::call) to a machine of this system waits for its
    /// answer, on the system's clock, when it says nothing of that; then it is
    /// [`CallError::Late`](crate::CallError::Late). Usually as long as it takes: most calls that
    /// get no answer are told so at once, when the machine ends or drops the reply. In Erlang/OTP
    /// it is five seconds.
    ///
    /// [`call_within`](crate::Address::call_within) has its own limit. Machines that ask
    /// ([`Context::ask`](crate::Context::ask)) wait for nothing; they say theirs in
    /// [`ask_within`](crate::Context::ask_within).
    #[must_use]
    pub fn answer_within(mut self, limit: Duration) -> Self {
        self.patience = Some(limit);
        self
    }
}
