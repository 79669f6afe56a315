//! Random machines, compiled, against the oracle: the same exits, actions, entries and
//! configurations for the same events.

use std::future::Future;
use std::pin::pin;
use std::task::{Context, Poll, Waker};
use wink::{Drive, Durable, Envelope, Input, Instance, Machine, Outcome, Portable, Progress};
use wink::{Received, Record, Snapshot, Start, Status, Steps, StepsAsync, Time};
use wink_chart::{Chart, MessageId, RowKind, StateId};
use wink_oracle::random::{Random, Shape, chart};
use wink_oracle::{Event, Interpreter, Script, Trace, outline};

/// What the generated machines have in common.
trait Compiled: Machine {
    fn new(script: Script) -> Self;
    fn script(&self) -> &Script;
    fn message(id: MessageId) -> Self::Message;
}

/// A way to step a machine.
trait Stepped<M: Machine> {
    fn start(data: M, records: &mut Vec<Record>) -> Instance<M>;
    fn dispatch(
        machine: &mut Instance<M>,
        now: Time,
        message: M::Message,
        records: &mut Vec<Record>,
    ) -> Outcome;
    fn advance(machine: &mut Instance<M>, until: Time, records: &mut Vec<Record>);
}

/// A plain machine as a value.
struct Plain;

impl<M: Steps> Stepped<M> for Plain {
    fn start(data: M, records: &mut Vec<Record>) -> Instance<M> {
        data.start_with(Time::ZERO, records)
    }

    fn dispatch(
        machine: &mut Instance<M>,
        _now: Time,
        message: M::Message,
        records: &mut Vec<Record>,
    ) -> Outcome {
        machine.dispatch_with(message, records)
    }

    fn advance(machine: &mut Instance<M>, until: Time, records: &mut Vec<Record>) {
        let _ = machine.advance_with(until, records);
    }
}

/// A machine with `async` functions as a value.
struct Waiting;

/// None of the futures here has anything to wait for.
fn ready<F: Future>(future: F) -> F::Output {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(output) => output,
        Poll::Pending => panic!("a function of a random machine waits"),
    }
}

impl<M: StepsAsync> Stepped<M> for Waiting {
    fn start(data: M, records: &mut Vec<Record>) -> Instance<M> {
        ready(data.start_with_async(Time::ZERO, records))
    }

    fn dispatch(
        machine: &mut Instance<M>,
        _now: Time,
        message: M::Message,
        records: &mut Vec<Record>,
    ) -> Outcome {
        ready(machine.dispatch_with_async(message, records))
    }

    fn advance(machine: &mut Instance<M>, until: Time, records: &mut Vec<Record>) {
        let _ = ready(machine.advance_with_async(until, records));
    }
}

/// Either kind as a driver steps it.
struct Driven;

impl Driven {
    fn step<M: Drive>(
        machine: &mut Instance<M>,
        now: Time,
        input: Input<M>,
        records: &mut Vec<Record>,
    ) -> Outcome {
        match M::step(machine, now, input, records) {
            Progress::Done(outcome) => outcome,
            Progress::Waiting(future) => ready(future),
        }
    }
}

impl<M: Drive> Stepped<M> for Driven {
    fn start(data: M, records: &mut Vec<Record>) -> Instance<M> {
        let mut machine = Instance::new(data, Time::ZERO);
        let _ = Driven::step(&mut machine, Time::ZERO, Input::Start, records);
        machine
    }

    fn dispatch(
        machine: &mut Instance<M>,
        now: Time,
        message: M::Message,
        records: &mut Vec<Record>,
    ) -> Outcome {
        Driven::step(
            machine,
            now,
            Input::Message(Envelope::new(message)),
            records,
        )
    }

    fn advance(machine: &mut Instance<M>, until: Time, records: &mut Vec<Record>) {
        while machine
            .next_deadline()
            .is_some_and(|deadline| deadline <= until)
        {
            let _ = Driven::step(machine, until, Input::Time, records);
        }
    }
}

/// As a driver steps it, and saved and restored before every step.
struct Restored;

impl Restored {
    fn renew<M: Drive + Durable>(machine: &mut Instance<M>)
    where
        M::Locals: Durable,
        M::Message: Portable,
    {
        if machine.status() == Status::Running {
            let text = serde_json::to_string(&machine.snapshot().expect("nothing is under way"));
            let snapshot: Snapshot<M> =
                serde_json::from_str(&text.expect("a snapshot can be written")).expect("and read");
            *machine = snapshot
                .restore(machine.now())
                .expect("the chart is the same");
        }
    }
}

impl<M: Drive + Durable> Stepped<M> for Restored
where
    M::Locals: Durable,
    M::Message: Portable,
{
    fn start(data: M, records: &mut Vec<Record>) -> Instance<M> {
        Driven::start(data, records)
    }

    fn dispatch(
        machine: &mut Instance<M>,
        now: Time,
        message: M::Message,
        records: &mut Vec<Record>,
    ) -> Outcome {
        Restored::renew(machine);
        Driven::dispatch(machine, now, message, records)
    }

    fn advance(machine: &mut Instance<M>, until: Time, records: &mut Vec<Record>) {
        while machine
            .next_deadline()
            .is_some_and(|deadline| deadline <= until)
        {
            Restored::renew(machine);
            let _ = Driven::step(machine, until, Input::Time, records);
        }
    }
}

/// What the observer of a machine is told, of what the oracle did.
fn observed(trace: &[Trace]) -> Vec<Record> {
    let record = |entry: &Trace| match *entry {
        Trace::Row(row) => Some(Record::Row(row)),
        Trace::Exit(state) => Some(Record::Exited(state)),
        Trace::Enter(state) => Some(Record::Entered(state)),
        Trace::Action(_) | Trace::Default(_) => None,
    };
    trace.iter().filter_map(record).collect()
}

fn received(oracle: wink_oracle::Received) -> Received {
    match oracle {
        wink_oracle::Received::Handled(row) => Received::Handled(row),
        wink_oracle::Received::Ignored(row) => Received::Ignored(row),
        wink_oracle::Received::Deferred(row) => Received::Deferred(row),
        wink_oracle::Received::Unhandled => Received::Unhandled,
        wink_oracle::Received::Ended => Received::Ended,
    }
}

/// The macro's description must say what the source was written from.
fn same_structure(drawn: &Chart, compiled: &Chart) {
    for (id, (a, b)) in drawn
        .states
        .iter()
        .zip(compiled.states.iter())
        .enumerate()
        .skip(1)
    {
        assert_eq!(
            (&a.name, a.parent, a.kind, a.initial),
            (&b.name, b.parent, b.kind, b.initial)
        );
        assert_eq!((&a.entry, &a.exit), (&b.entry, &b.exit), "state {id}");
    }
    for (id, (a, b)) in drawn.rows.iter().zip(compiled.rows.iter()).enumerate() {
        assert_eq!(
            (a.source, &a.trigger, a.kind),
            (b.source, &b.trigger, b.kind),
            "row {id}"
        );
        assert_eq!(a.guard.is_some(), b.guard.is_some(), "row {id}");
        assert_eq!((&a.targets, a.reenter), (&b.targets, b.reenter), "row {id}");
        if a.kind == RowKind::Receive {
            assert_eq!(a.chooses, b.chooses, "row {id}");
            assert_eq!(a.action, b.action, "row {id}");
        }
    }
    assert_eq!(drawn.states.len(), compiled.states.len());
    assert_eq!(drawn.rows.len(), compiled.rows.len());
    assert_eq!(drawn.messages.len(), compiled.messages.len());
}

struct Comparison<M: Machine> {
    machine: Instance<M>,
    oracle: Interpreter<'static, Script>,
    records: Vec<Record>,
    events: Vec<String>,
    seed: u64,
}

impl<M: Compiled> Comparison<M> {
    fn agree(&mut self) {
        // What becomes of a message that nobody receives is compared by the outcome.
        let is_observed = |record: &Record| {
            matches!(
                record,
                Record::Row(_) | Record::Exited(_) | Record::Entered(_)
            )
        };
        self.records.retain(is_observed);
        let running = self.machine.status() == Status::Running;
        let active = |state: &StateId| self.oracle.configuration.contains(state);
        let deadline = self.oracle.armed.iter().map(|&(due, _)| due).min();
        let agree = self.records == observed(&self.oracle.trace)
            && self.machine.data().script().calls == self.oracle.program.calls
            && running == self.oracle.running
            && (!running || self.machine.resting() == self.oracle.resting())
            && (!running || self.machine.next_deadline() == deadline.map(Time::from_nanoseconds))
            && (!running || self.oracle.resting().iter().all(active));
        assert!(
            agree,
            "script {}, after {:?}\n{}oracle {:?}\n  calls {:?}\n  in {:?}, running {}, due {:?}\n\
             machine {:?}\n  calls {:?}\n  in {:?}, running {}, due {:?}",
            self.seed,
            self.events,
            outline(M::CHART),
            observed(&self.oracle.trace),
            self.oracle.program.calls,
            self.oracle.resting(),
            self.oracle.running,
            deadline,
            self.records,
            self.machine.data().script().calls,
            self.machine.resting(),
            running,
            self.machine.next_deadline(),
        );
        self.records.clear();
        self.oracle.trace.clear();
    }
}

/// Runs one machine through random events. Returns how many rows it took.
fn compare<M: Compiled, D: Stepped<M>>(seed: u64, quiet: bool) -> usize {
    let mut random = Random::new(seed);
    let mut script = Script::new(M::CHART, seed);
    if quiet {
        (script.raise_one_in, script.exit_one_in) = (0, 0);
    }
    let mut records = Vec::new();
    let mut this = Comparison::<M> {
        machine: D::start(M::new(script.clone()), &mut records),
        oracle: Interpreter::interpret(M::CHART, script),
        records,
        events: Vec::new(),
        seed,
    };
    let messages: Vec<_> = M::CHART.message_ids().collect();
    let mut rows = 0;
    for _ in 0..30 {
        rows += this.records.len();
        this.agree();
        if !this.oracle.running {
            break;
        }
        if random.percent(20) {
            let until = this.oracle.now + 1_000_000 * random.below(40) as u64;
            this.events.push(format!("time {until}"));
            this.oracle.advance(until);
            D::advance(
                &mut this.machine,
                Time::from_nanoseconds(until),
                &mut this.records,
            );
        } else {
            let message = random.pick(&messages);
            this.events.push(M::CHART.message(message).name.to_string());
            let expected = this.oracle.main_event_loop(Event::Message(message));
            let now = Time::from_nanoseconds(this.oracle.now);
            let message = M::message(message);
            let outcome = D::dispatch(&mut this.machine, now, message, &mut this.records);
            assert_eq!(
                outcome.received(),
                received(expected),
                "script {seed}, {:?}\n{}",
                this.events,
                outline(M::CHART)
            );
        }
    }
    rows
}

macro_rules! compiled {
    (
        $module:ident, $seed:literal, $stepped:ident,
        parallel: $parallel:literal, quiet: $quiet:literal
    ) => {
        impl Compiled for $module::Machine {
            fn new(script: Script) -> Self {
                $module::Machine { script }
            }

            fn script(&self) -> &Script {
                &self.script
            }

            fn message(id: MessageId) -> $module::Message {
                $module::Message::of(id.0)
            }
        }

        #[test]
        fn $module() {
            compiled!(@run $module, $seed, $stepped, $parallel, $quiet)
        }
    };
    (@run $module:ident, $seed:literal, $stepped:ident, $parallel:literal, $quiet:literal) => {{
        let drawn = chart($seed, Shape { states: 16, parallel: $parallel, compiles: true });
        same_structure(&drawn, <$module::Machine as Machine>::CHART);
        let run = compiled!(@$stepped $module);
        let rows: usize = (0..80).map(|script| run(script, $quiet)).sum();
        assert!(rows > 100, "only {rows} things happened");
        (80..120).for_each(|script| _ = compare::<$module::Machine, Driven>(script, $quiet));
        (120..130).for_each(|script| _ = compare::<$module::Machine, Restored>(script, $quiet));
    }};
    (@plain $module:ident) => { compare::<$module::Machine, Plain> };
    (@waiting $module:ident) => { compare::<$module::Machine, Waiting> };
}

#[allow(
    deprecated,
    dead_code,
    reason = "random charts earn every lint that there is"
)]
mod machines {
    use super::*;

    include!(concat!(env!("OUT_DIR"), "/machines.rs"));
}
