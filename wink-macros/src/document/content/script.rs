//! `<script>` as code.
//!
//! Must not know of: how a script is read.

use super::{Contents, fail};
use crate::document::ecmascript::Statement;
use crate::document::expressions::{Mode, runtime};
use crate::document::ir::{Place, Statements, Text};
use crate::document::problems::Problems;
use proc_macro2::TokenStream;
use quote::quote;

impl Contents<'_> {
    pub(super) fn script(
        &self,
        place: Place,
        statements: &Statements,
        problems: &mut Problems<'_>,
    ) -> TokenStream {
        if self.expressions.mode != Mode::Values {
            let help = "call a function of yours in `<assign>`";
            let message = "`<script>` is supported with `datamodel=\"ecmascript\"` only";
            problems.add_with(place, message, Some(help));
            return TokenStream::new();
        }
        let text = &statements.text;
        match &statements.script {
            Ok(script) => self.statements(&script.statements, text, problems),
            Err(mistake) if self.expressions.late => fail(&mistake.message, false),
            Err(mistake) => {
                problems.add_inside(text, mistake.at, mistake.message.clone());
                TokenStream::new()
            }
        }
    }

    fn statements(
        &self,
        statements: &[Statement],
        text: &Text,
        problems: &mut Problems<'_>,
    ) -> TokenStream {
        let runtime = runtime();
        let expressions = self.expressions;
        let mut code = TokenStream::new();
        for statement in statements {
            code.extend(match statement {
                Statement::Assign(place, value) => {
                    let place = expressions.constant(place, text, problems);
                    let value = expressions.constant(value, text, problems);
                    quote!(#runtime::assign(data, cx, &#place, &#value)?;)
                }
                Statement::Evaluate(expression) => {
                    let expression = expressions.constant(expression, text, problems);
                    quote!(#runtime::is_so(data, cx, &#expression)?;)
                }
                Statement::If(condition, then, otherwise) => {
                    let condition = expressions.constant(condition, text, problems);
                    let then = self.statements(then, text, problems);
                    let otherwise = self.statements(otherwise, text, problems);
                    quote! {
                        if #runtime::is_so(data, cx, &#condition)? { #then } else { #otherwise }
                    }
                }
            });
        }
        code
    }
}
