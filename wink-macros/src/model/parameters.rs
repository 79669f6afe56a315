//! What each parameter of a function is: told apart by type and name.
//!
//! Must not know of: rules about rows. What can be filled by nothing is reported here.

use super::types::{last_name, plain, same_type};
use super::{Chart, ChildSignal, FunctionId, Parameter, ParameterKind, Row, StateId, Trigger};
use crate::ast;
use crate::diagnostics::Diagnostics;
use proc_macro2::{Ident, Span};
use quote::ToTokens;
use syn::Type;

/// Classifies the parameters of all functions.
pub fn classify_all(diagnostics: &mut Diagnostics, chart: &mut Chart<'_>) {
    for at in 0..chart.functions.len() {
        let calls = Calls::of(chart, FunctionId(at));
        let mut parameters = Vec::new();
        let mut broken = chart.functions[at].broken;
        let mut fields = 0;
        for ast in &chart.functions[at].ast.signature.parameters {
            let taken = Taken::of(ast);
            match calls.classify(diagnostics, chart, &taken, fields) {
                Some(kind) => {
                    fields += usize::from(matches!(kind, ParameterKind::Field { .. }));
                    parameters.push(Parameter { ast, kind });
                }
                None => broken = true,
            }
        }
        chart.functions[at].parameters = parameters;
        chart.functions[at].broken = broken;
    }
}

/// A parameter as it is taken.
struct Taken<'p> {
    ident: &'p Ident,
    /// The whole type.
    ty: &'p Type,
    /// The type behind the `&`.
    inner: &'p Type,
    by_reference: bool,
    mutable: bool,
    /// Last name of the inner type's path.
    name: Option<&'p Ident>,
}

impl<'p> Taken<'p> {
    fn of(parameter: &'p ast::Parameter) -> Self {
        let ty = plain(&parameter.ty);
        let (inner, by_reference, mutable) = match ty {
            Type::Reference(reference) => {
                (plain(&reference.elem), true, reference.mutability.is_some())
            }
            ty => (ty, false, false),
        };
        let name = last_name(inner);
        Taken {
            ident: &parameter.ident,
            ty,
            inner,
            by_reference,
            mutable,
            name,
        }
    }

    fn is(&self, wanted: &str) -> bool {
        self.name.is_some_and(|name| name == wanted)
    }

    /// The first and the last token of the type.
    fn span(&self) -> (Span, Span) {
        let mut tokens = self
            .ty
            .to_token_stream()
            .into_iter()
            .map(|token| token.span());
        let first = tokens.next().unwrap_or_else(|| self.ident.span());
        (first, tokens.last().unwrap_or(first))
    }
}

/// From where a function is called, and so what it can be given.
struct Calls<'a> {
    state: StateId,
    /// Every message that it receives by name, with the pattern's place.
    messages: Vec<(&'a ast::Variant, Span)>,
    any: Option<Span>,
    /// The places without a message, in words.
    silent: Vec<&'static str>,
    /// A row whose message is not known (reported): nothing can be said about fields.
    is_unknown: bool,
    child_rows: usize,
    errored_rows: usize,
    down_rows: usize,
    /// All calls.
    count: usize,
}

impl<'a> Calls<'a> {
    fn of(chart: &Chart<'a>, id: FunctionId) -> Self {
        let function = &chart.functions[id.0];
        let mut calls = Calls {
            state: function.state,
            messages: Vec::new(),
            any: None,
            silent: Vec::new(),
            is_unknown: chart.data.is_none() || chart.ast.messages.is_none(),
            child_rows: 0,
            errored_rows: 0,
            down_rows: 0,
            count: function.rows.len(),
        };
        for id in &function.rows {
            let row = &chart.rows[id.index()];
            match &row.trigger {
                Trigger::Messages(_) | Trigger::Any => calls.receives(chart, row),
                Trigger::After => calls.silent.push("an `#[after]` row"),
                Trigger::Always => calls.silent.push("an `#[always]` row"),
                Trigger::Done => calls.silent.push("a `#[done]` row"),
                Trigger::Child(signal) => {
                    calls.child_rows += 1;
                    calls.errored_rows += usize::from(*signal == ChildSignal::Errored);
                    calls.silent.push("a `#[child]` row");
                }
                Trigger::Down => {
                    calls.down_rows += 1;
                    calls.silent.push("a `#[down]` row");
                }
            }
        }
        if function.ast.entry.is_some() {
            calls.silent.push("an `#[entry]` function");
            calls.count += 1;
        }
        if function.ast.exit.is_some() {
            calls.silent.push("an `#[exit]` function");
            calls.count += 1;
        }
        calls
    }

    /// Adds what a row receives. What is misspelt there was reported; the rest counts.
    fn receives(&mut self, chart: &Chart<'a>, row: &Row<'a>) {
        self.is_unknown |= row.ast.patterns.is_empty();
        for pattern in &row.ast.patterns {
            let ast::Pattern::Message(ident) = pattern else {
                self.any = Some(row.ast.span);
                continue;
            };
            let known = chart
                .messages
                .iter()
                .find(|message| message.ast.ident == *ident);
            match known {
                Some(message) => self.messages.push((message.ast, ident.span())),
                None => self.is_unknown = true,
            }
        }
    }

    /// What the parameter is; `None` (reported, now or before) when nothing can fill it.
    fn classify(
        &self,
        diagnostics: &mut Diagnostics,
        chart: &Chart<'a>,
        taken: &Taken<'_>,
        position: usize,
    ) -> Option<ParameterKind> {
        let by_reference = taken.by_reference;
        let mutable = taken.mutable;
        let data = chart.data.map(|data| &data.ident);
        if by_reference {
            if taken.name.is_some() && taken.name == data {
                return Some(ParameterKind::Data { mutable });
            }
            if taken.is("Context") {
                return Some(ParameterKind::Context { mutable });
            }
            if let Some(of) = local(chart, self.state, taken.inner) {
                return Some(ParameterKind::Local { of, mutable });
            }
        } else if taken.is("Reply") && !self.is_field_everywhere(taken.ident, position) {
            if self.messages.is_empty() && self.any.is_none() && !self.is_unknown {
                diagnostics.reply_without_message(taken.ident, taken.span());
                return None;
            }
            return Some(ParameterKind::Reply);
        }
        if let Some(kind) = self.signal(taken) {
            return self.check_signal(diagnostics, chart, taken, kind);
        }
        let enumeration = chart.ast.messages.as_ref().map(|messages| &messages.ident);
        if self.any.is_some() && taken.name.is_some() && taken.name == enumeration {
            return self.message(diagnostics, taken);
        }
        self.field(diagnostics, chart, taken, position)
    }

    /// A sign of life or death, when this function can have one.
    fn signal(&self, taken: &Taken<'_>) -> Option<ParameterKind> {
        if self.child_rows > 0 && taken.is("Child") {
            Some(ParameterKind::Child)
        } else if self.child_rows > 0 && taken.is("Error") {
            Some(ParameterKind::Error)
        } else if self.down_rows > 0 && taken.is("Down") {
            Some(ParameterKind::Down)
        } else {
            None
        }
    }

    fn check_signal(
        &self,
        diagnostics: &mut Diagnostics,
        chart: &Chart<'_>,
        taken: &Taken<'_>,
        kind: ParameterKind,
    ) -> Option<ParameterKind> {
        let (name, provided, what) = match kind {
            ParameterKind::Error => (
                "Error",
                self.errored_rows,
                "only `#[child(errored)]` has an error",
            ),
            ParameterKind::Child => (
                "Child",
                self.child_rows,
                "only `#[child]` rows have a child",
            ),
            _ => (
                "Down",
                self.down_rows,
                "only `#[down]` rows say who is down",
            ),
        };
        if provided < self.count {
            let takes = self.takes(chart);
            diagnostics.signal_of_some_rows(taken.ident, what, &takes);
            return None;
        }
        if !taken.by_reference || taken.mutable {
            diagnostics.mutable_signal(taken.ident, taken.span(), name);
            return None;
        }
        Some(kind)
    }

    fn message(&self, diagnostics: &mut Diagnostics, taken: &Taken<'_>) -> Option<ParameterKind> {
        let name = taken.name.map(Ident::to_string).unwrap_or_default();
        if !self.messages.is_empty() || !self.silent.is_empty() {
            diagnostics.message_outside_any(taken.ident, taken.span(), &name);
            return None;
        }
        if taken.mutable {
            let forms = [name.clone(), format!("&{name}")];
            diagnostics.wrong_way_to_take(taken.ident, taken.span(), "the message", &forms);
            return None;
        }
        Some(ParameterKind::Message {
            by_reference: taken.by_reference,
        })
    }

    fn is_field_everywhere(&self, ident: &Ident, position: usize) -> bool {
        !self.messages.is_empty()
            && self
                .messages
                .iter()
                .all(|(variant, _)| has_field(variant, ident, position))
    }

    fn field(
        &self,
        diagnostics: &mut Diagnostics,
        chart: &Chart<'a>,
        taken: &Taken<'_>,
        position: usize,
    ) -> Option<ParameterKind> {
        let lacking = self
            .messages
            .iter()
            .find(|(variant, _)| !has_field(variant, taken.ident, position));
        let is_field = lacking.is_none() && !self.messages.is_empty();
        if !is_field && self.wrong_way(diagnostics, chart, taken) {
            return None;
        }
        if chart.data.is_none() || (lacking.is_none() && self.is_unknown) {
            return None;
        }
        if let Some(what) = self.silent.first() {
            diagnostics.field_without_message(taken.ident, what, &self.takes(chart));
            return None;
        }
        if self.any.is_some() {
            let messages = chart
                .ast
                .messages
                .as_ref()
                .map(|messages| messages.ident.to_string());
            diagnostics.field_of_any_message(taken.ident, &messages.unwrap_or_default());
            return None;
        }
        match lacking {
            None if self.messages.is_empty() => {
                // No row at all was understood.
                return None;
            }
            None => {}
            Some((variant, place)) => {
                self.lacking(diagnostics, chart, taken, position, variant, *place);
                return None;
            }
        }
        if taken.mutable {
            let ty = taken.inner.to_token_stream().to_string();
            diagnostics.mutable_field(taken.ident, taken.span(), &ty);
            return None;
        }
        Some(ParameterKind::Field {
            position,
            by_reference: taken.by_reference,
        })
    }

    /// Reports a parameter that some alternative has no field for.
    fn lacking(
        &self,
        diagnostics: &mut Diagnostics,
        chart: &Chart<'_>,
        taken: &Taken<'_>,
        position: usize,
        variant: &ast::Variant,
        place: Span,
    ) {
        let mut others: Vec<String> = Vec::new();
        for (other, _) in &self.messages {
            if has_field(other, taken.ident, position) {
                let name = other.ident.to_string();
                if !others.contains(&name) {
                    others.push(name);
                }
            }
        }
        let fields: Vec<String> = variant
            .fields
            .iter()
            .filter_map(|field| field.ident.as_ref())
            .map(Ident::to_string)
            .collect();
        if !others.is_empty() {
            diagnostics.field_of_some_alternatives(taken.ident, &variant.ident, place, &others);
        } else if variant.shape == wink_chart::Shape::Tuple {
            diagnostics.too_many_fields(taken.ident, &variant.ident, place, variant.fields.len());
        } else {
            let data = chart
                .data
                .map(|data| data.ident.to_string())
                .unwrap_or_default();
            diagnostics.unknown_field(taken.ident, &variant.ident, place, &fields, &data);
        }
    }

    /// Reports the data, the context, a local or the message, taken as nobody can take it.
    fn wrong_way(
        &self,
        diagnostics: &mut Diagnostics,
        chart: &Chart<'_>,
        taken: &Taken<'_>,
    ) -> bool {
        let Some(name) = taken.name else { return false };
        let data = chart.data.map(|data| &data.ident);
        let enumeration = chart.ast.messages.as_ref().map(|messages| &messages.ident);
        if Some(name) == data {
            let forms = [format!("&{name}"), format!("&mut {name}")];
            diagnostics.wrong_way_to_take(taken.ident, taken.span(), "the data", &forms);
        } else if name == "Context" {
            let forms = ["&mut Context".to_owned()];
            diagnostics.wrong_way_to_take(taken.ident, taken.span(), "the context", &forms);
        } else if name == "Reply" && taken.by_reference {
            let forms = [taken.inner.to_token_stream().to_string().replace(' ', "")];
            diagnostics.wrong_way_to_take(taken.ident, taken.span(), "a reply", &forms);
        } else if Some(name) == enumeration {
            diagnostics.message_outside_any(taken.ident, taken.span(), &name.to_string());
        } else if !taken.by_reference && local(chart, self.state, taken.inner).is_some() {
            let forms = [format!("&mut {name}")];
            diagnostics.wrong_way_to_take(
                taken.ident,
                taken.span(),
                "a state's local data",
                &forms,
            );
        } else if let Some(other) = local_elsewhere(chart, taken.inner) {
            let here = chart.states[self.state.index()].ident.to_string();
            let other = chart.states[other.index()].ident.to_string();
            diagnostics.local_of_elsewhere(taken.ident, taken.span(), &here, &other);
        } else {
            return false;
        }
        true
    }

    /// What this function can take, besides locals, in words.
    fn takes(&self, chart: &Chart<'_>) -> String {
        let data = chart
            .data
            .map(|data| data.ident.to_string())
            .unwrap_or_default();
        let mut list = vec![
            format!("&{data}"),
            format!("&mut {data}"),
            "&mut Context".to_owned(),
        ];
        if self.count > 0 {
            if self.child_rows == self.count {
                list.push("&Child".to_owned());
            }
            if self.errored_rows == self.count {
                list.push("&Error".to_owned());
            }
            if self.down_rows == self.count {
                list.push("&Down".to_owned());
            }
        }
        crate::diagnostics::listed(&list, "and")
    }
}

fn has_field(variant: &ast::Variant, ident: &Ident, position: usize) -> bool {
    match variant.shape {
        wink_chart::Shape::Unit => false,
        wink_chart::Shape::Tuple => position < variant.fields.len(),
        wink_chart::Shape::Named => variant
            .fields
            .iter()
            .any(|field| field.ident.as_ref() == Some(ident)),
    }
}

/// The innermost state around `state`, itself included, whose local data has this type.
fn local(chart: &Chart<'_>, state: StateId, ty: &Type) -> Option<StateId> {
    let mut at = Some(state);
    while let Some(id) = at {
        let state = &chart.states[id.index()];
        if state.local.is_some_and(|local| same_type(local, ty)) {
            return Some(id);
        }
        at = state.parent;
    }
    None
}

fn local_elsewhere(chart: &Chart<'_>, ty: &Type) -> Option<StateId> {
    let found = chart
        .states
        .iter()
        .position(|state| state.local.is_some_and(|local| same_type(local, ty)));
    found.map(|at| StateId(at as u16))
}
