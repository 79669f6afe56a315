//! The rows of the states.

use super::{Random, Shape};
use wink_chart::{
    Chart, ChildSignal, Delay, Message, MessageId, Row, RowId, RowKind, Shape as Written, State,
    StateId, StateKind, Target, Text, Trigger,
};

/// Gives the states their rows, and everything its messages.
pub(super) fn complete(random: &mut Random, shape: Shape, states: Vec<State>) -> Chart {
    let count = 2 + random.below(4);
    let chart = Chart {
        name: Text::Borrowed("wink-oracle/Machine"),
        version: Text::Borrowed("0.1.0"),
        data: Text::Borrowed("Machine"),
        documentation: Text::Borrowed(""),
        messages: (0..count).map(message).collect(),
        states: states.into(),
        rows: Vec::new().into(),
        defaults: Vec::new().into(),
        completions: Vec::new().into(),
    };
    let mut rows = Rows {
        random,
        shape,
        chart: &chart,
        rows: Vec::new(),
    };
    for state in chart.state_ids() {
        let first = rows.rows.len();
        rows.state(state);
        rows.give_functions(first);
    }
    let rows = rows.rows;
    let mut chart = Chart {
        rows: rows.into(),
        ..chart
    };
    if shape.compiles {
        make_reachable(&mut chart);
    }
    name_functions(&mut chart);
    chart
}

fn message(index: usize) -> Message {
    Message {
        name: Text::Owned(format!("M{index}")),
        documentation: Text::Borrowed(""),
        shape: Written::Unit,
        fields: Vec::new().into(),
        reply: None,
    }
}

/// The text of a guard or function that [`name_functions`] writes.
const NAMED_LATER: Text = Text::Borrowed("");

/// Names guards and functions after their rows, whose numbers are known now.
fn name_functions(chart: &mut Chart) {
    for (index, row) in chart.rows.to_mut().iter_mut().enumerate() {
        if row.guard.is_some() {
            row.guard = Some(Text::Owned(format!("holds({index})")));
        }
        if row.action.is_some() {
            row.action = Some(Text::Owned(format!("act{index}")));
        }
    }
}

struct Rows<'c> {
    random: &'c mut Random,
    shape: Shape,
    chart: &'c Chart,
    rows: Vec<Row>,
}

impl Rows<'_> {
    fn state(&mut self, source: StateId) {
        if self.chart.state(source).kind == StateKind::Final {
            return;
        }
        for message in self.chart.message_ids() {
            self.message(source, message);
        }
        if self.random.percent(12) {
            self.several_messages(source);
        }
        if self.random.percent(10) && !(self.shape.compiles && source == StateId::ROOT) {
            self.going(source, Trigger::Any, false);
        }
        if self.random.percent(20) {
            let nanoseconds = 1_000_000 * (1 + self.random.below(50) as u64);
            let text = Text::Owned(format!("{}ms", nanoseconds / 1_000_000));
            let guarded = self.random.percent(30);
            self.going(source, Trigger::After(Delay { nanoseconds, text }), guarded);
        }
        if self.random.percent(20) && source != StateId::ROOT {
            self.going(source, Trigger::Always, true);
        }
        if self.can_complete(source) && self.random.percent(80) {
            let guarded = self.random.percent(20);
            self.going(source, Trigger::Done, guarded);
        }
        if !self.shape.compiles && self.random.percent(10) {
            self.going(source, Trigger::Child(ChildSignal::Errored), false);
        }
        if !self.shape.compiles && self.random.percent(10) {
            self.going(source, Trigger::Down, false);
        }
    }

    /// Guarded rows, then an unguarded one, or neither. In a chart that must compile the root
    /// has a row for every message, so that nothing is left unhandled.
    fn message(&mut self, source: StateId, message: MessageId) {
        let trigger = Trigger::Messages(vec![message].into());
        if self.random.percent(35) {
            self.going(source, trigger.clone(), true);
            if self.random.percent(20) {
                self.going(source, trigger.clone(), true);
            }
        }
        let must = self.shape.compiles && source == StateId::ROOT;
        if must || self.random.percent(30) {
            match self.random.below(10) {
                0..2 => self.push(source, trigger, RowKind::Ignore, Vec::new()),
                2..4 => self.push(source, trigger, RowKind::Defer, Vec::new()),
                _ => self.going(source, trigger, false),
            }
        }
    }

    fn several_messages(&mut self, source: StateId) {
        let messages: Vec<_> = self.chart.message_ids().take(2).collect();
        let is_taken = |row: &Row| match &row.trigger {
            Trigger::Messages(of) => {
                row.source == source
                    && row.guard.is_none()
                    && of.iter().any(|m| messages.contains(m))
            }
            _ => false,
        };
        // The compiler refuses a row that comes too late.
        if !(self.shape.compiles && self.rows.iter().any(is_taken)) {
            self.going(source, Trigger::Messages(messages.into()), true);
        }
    }

    /// In source, the rows of a state that call no function stand before those that do.
    fn give_functions(&mut self, first: usize) {
        if !self.shape.compiles {
            return;
        }
        let mut after_function = false;
        for row in &mut self.rows[first..] {
            after_function |= row.action.is_some();
            if after_function && row.kind == RowKind::Receive {
                row.action = Some(NAMED_LATER);
            }
        }
    }

    /// A row that receives, with targets as they come.
    fn going(&mut self, source: StateId, trigger: Trigger, guarded: bool) {
        let reenter = self.random.percent(20);
        let wanted = match self.random.below(100) {
            // An eventless row that goes nowhere would be taken again and again.
            0..20 if trigger != Trigger::Always => 0,
            0..75 => 1,
            _ => 2 + self.random.below(2),
        };
        let mut targets = Vec::new();
        for _ in 0..wanted {
            if let Some(target) = self.target(source)
                && !targets.contains(&target)
            {
                targets.push(target);
            }
        }
        if targets.len() > 1 && trigger != Trigger::Always && self.random.percent(30) {
            targets.push(Target::Stay);
        }
        if targets.is_empty() && trigger == Trigger::Always {
            return;
        }
        self.push(source, trigger, RowKind::Receive, targets);
        let inside = |chart: &Chart, target: &Target| match *target {
            Target::State(state) => chart.is_descendant(state, source),
            _ => false,
        };
        let row = self.rows.len() - 1;
        let reenter = reenter
            && source != StateId::ROOT
            && self.rows[row]
                .targets
                .iter()
                .any(|target| inside(self.chart, target));
        let last = &mut self.rows[row];
        last.reenter = reenter;
        if guarded {
            last.guard = Some(NAMED_LATER);
        }
        let silent = last.targets.len() == 1 && last.trigger != Trigger::Always;
        if !silent || self.random.percent(50) {
            last.action = Some(NAMED_LATER);
        }
    }

    fn push(&mut self, source: StateId, trigger: Trigger, kind: RowKind, targets: Vec<Target>) {
        self.rows.push(Row {
            source,
            trigger,
            kind,
            guard: None,
            chooses: targets.len() > 1,
            targets: targets.into(),
            reenter: false,
            action: None,
            documentation: Text::Borrowed(""),
        });
    }

    fn target(&mut self, source: StateId) -> Option<Target> {
        let all: Vec<_> = self.chart.state_ids().skip(1).collect();
        let state = self.random.pick(&all);
        let history = self.random.below(100);
        if !self.may_go(source, state) {
            return None;
        }
        if history >= 25 || !self.has_initial(state) {
            return Some(Target::State(state));
        }
        let deep = history.is_multiple_of(2);
        Some(if deep {
            Target::DeepHistory(state)
        } else {
            Target::History(state)
        })
    }

    /// No region reaches into another one of the same parallel state, if the compiler is to
    /// accept the chart. Otherwise that happens, but not too often.
    fn may_go(&mut self, source: StateId, target: StateId) -> bool {
        let crosses = self.chart.ancestors(source).any(|state| {
            self.chart.state(state).kind == StateKind::Parallel
                && self.chart.is_descendant(target, state)
                && self.chart.child_towards(state, target)
                    != self.chart.child_towards(state, source)
        });
        !crosses || (!self.shape.compiles && self.random.percent(30))
    }

    fn has_initial(&self, state: StateId) -> bool {
        let state = self.chart.state(state);
        state.kind == StateKind::Parallel || state.initial.is_some()
    }

    /// Has the composite a final child, or the parallel state one in each region?
    fn can_complete(&self, state: StateId) -> bool {
        let is_final = |child: StateId| self.chart.state(child).kind == StateKind::Final;
        match self.chart.state(state).kind {
            StateKind::Composite => {
                state != StateId::ROOT && self.chart.children(state).any(is_final)
            }
            StateKind::Parallel => self
                .chart
                .children(state)
                .all(|region| self.can_complete(region)),
            StateKind::Leaf | StateKind::Final => false,
        }
    }
}

/// Adds a row of the machine itself for a message of its own that may choose any state.
fn make_reachable(chart: &mut Chart) {
    let message = MessageId(chart.messages.len() as u16);
    let mut messages = chart.messages.to_vec();
    messages.push(Message {
        name: Text::Borrowed("Reach"),
        ..self::message(0)
    });
    let targets: Vec<_> = chart.state_ids().skip(1).map(Target::State).collect();
    let row = Row {
        source: StateId::ROOT,
        trigger: Trigger::Messages(vec![message].into()),
        kind: RowKind::Receive,
        guard: None,
        chooses: targets.len() > 1,
        targets: targets.into(),
        reenter: false,
        action: Some(NAMED_LATER),
        documentation: Text::Borrowed(""),
    };
    let mut rows = chart.rows.to_vec();
    // The rows of one state stand together, the root's first; `_` is the last of them.
    let is_before = |row: &Row| row.source == StateId::ROOT && row.trigger != Trigger::Any;
    let place = rows.iter().take_while(|row| is_before(row)).count();
    rows.insert(place, row);
    chart.messages = messages.into();
    chart.rows = rows.into();
    debug_assert!(rows_are_grouped(chart));
}

fn rows_are_grouped(chart: &Chart) -> bool {
    chart
        .row_ids()
        .skip(1)
        .all(|RowId(id)| chart.row(RowId(id - 1)).source <= chart.row(RowId(id)).source)
}
