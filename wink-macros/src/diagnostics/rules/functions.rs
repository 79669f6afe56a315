//! Functions: answers, `Goto`, parameters.

use crate::diagnostics::rules::listed;
use crate::diagnostics::{Diagnostic, Diagnostics};
use proc_macro2::{Ident, Span};

impl Diagnostics {
    pub fn question_without_function(&mut self, question: &Ident, answer: &str) -> &mut Diagnostic {
        self.error(
            question.span(),
            format!(
                "`{question}` is a question, and a row without a \
            function cannot answer it"
            ),
        )
        .help(format!(
            "write `#[receive({question})] fn answer() -> {answer} {{ … }}`"
        ))
    }

    pub fn question_unanswered(
        &mut self,
        function: &Ident,
        question: &Ident,
        answer: &str,
        goto: Option<Span>,
    ) -> &mut Diagnostic {
        let span = goto.unwrap_or_else(|| function.span());
        let returned = if goto.is_some() {
            format!("({answer}, Goto)")
        } else {
            answer.to_owned()
        };
        self.error(
            span,
            format!(
                "`{function}` receives the question `{question}` and does \
            not answer it"
            ),
        )
        .help(format!(
            "return the answer, `-> {returned}`, or answer later with a \
                parameter `reply: Reply<{answer}>`"
        ))
    }

    pub fn answered_twice(
        &mut self,
        value: Span,
        reply: Span,
        question: &Ident,
        answer: &str,
    ) -> &mut Diagnostic {
        self.error(
            value,
            format!(
                "`{question}` would be answered twice: by the return value \
            and by `Reply`"
            ),
        )
        .other(reply, "the answer is promised here")
        .help(format!(
            "remove the parameter, or the `{answer}` that is returned"
        ))
    }

    pub fn wrong_answer(
        &mut self,
        written: Span,
        end: Span,
        question: &Ident,
        expected: &str,
        found: &str,
    ) -> &mut Diagnostic {
        self.error(
            written,
            format!(
                "`{question}` is answered with `{expected}`, not with \
            `{found}`"
            ),
        )
        .to(end)
        .other(
            question.span(),
            format!("`{question}` is declared with `#[reply({expected})]`"),
        )
        .help(format!(
            "write `{expected}` here, or `#[reply({found})]` there"
        ))
    }

    pub fn answer_to_nobody(
        &mut self,
        value: Span,
        end: Span,
        what: &str,
        found: &str,
    ) -> &mut Diagnostic {
        self.error(
            value,
            format!("{what} asks nothing, so nobody hears this `{found}`"),
        )
        .to(end)
    }

    pub fn question_beside_plain(
        &mut self,
        second: &Ident,
        first: &Ident,
        second_asks: bool,
    ) -> &mut Diagnostic {
        let (question, plain) = if second_asks {
            (second, first)
        } else {
            (first, second)
        };
        self.error(
            second.span(),
            format!(
                "`{question}` is a question and `{plain}` is not: \
            one function cannot answer both"
            ),
        )
        .help(format!(
            "write two functions, one with `#[receive({plain})]` and one with \
                `#[receive({question})]`"
        ))
    }

    pub fn any_takes_question<T: AsRef<str>>(
        &mut self,
        any: Span,
        questions: &[T],
        answer: &str,
        state: &Ident,
    ) -> &mut Diagnostic {
        let first = questions.first().map_or("", AsRef::as_ref);
        let what = listed(questions, "and");
        let noun = if questions.len() == 1 {
            "the question"
        } else {
            "the questions"
        };
        self.error(
            any,
            format!("`_` in `{state}` takes {noun} {what} too, and cannot answer"),
        )
        .help(format!(
            "answer before it: `#[receive({first})] fn answer() -> {answer} {{ \
                … }}`"
        ))
    }

    pub fn cannot_choose<T: AsRef<str>>(
        &mut self,
        span: Span,
        end: Span,
        targets: &[T],
        function: Option<(&Ident, String)>,
        written: &str,
    ) -> &mut Diagnostic {
        let among = listed(targets, "and");
        match function {
            Some((function, output)) => self
                .error(
                    function.span(),
                    format!(
                        "`{function}` must choose between {among}: it \
                    returns no `Goto`"
                    ),
                )
                .other(span, "the targets are declared here")
                .help(format!(
                    "write `fn {function}(…) -> {output}`, or name one target"
                )),
            None => self
                .error(
                    span,
                    format!("nothing chooses between {among}: this row has no function"),
                )
                .to(end)
                .help(format!(
                    "name one target, or write `{written} fn choose() -> Goto {{ … }}`"
                )),
        }
    }

    pub fn goto_without_targets(
        &mut self,
        row: Span,
        goto: Span,
        function: &Ident,
        written: &str,
    ) -> &mut Diagnostic {
        self.error(
            row,
            format!(
                "`{function}` returns `Goto`, and this row declares no \
            targets to choose from"
            ),
        )
        .other(goto, "`Goto` is returned here")
        .help(format!(
            "name the targets, `{written}`, or return no `Goto`"
        ))
    }

    pub fn goto_targets_differ(
        &mut self,
        span: Span,
        first: Span,
        function: &Ident,
        written: &str,
    ) -> &mut Diagnostic {
        self.error(
            span,
            format!(
                "all rows of `{function}` share one `Goto`, so they declare \
            the same targets"
            ),
        )
        .other(first, "the first row's targets are here")
        .help(format!("write `{written}`, or a second function"))
    }

    pub fn goto_on_entry_or_exit(&mut self, goto: Span, kind: &str) -> &mut Diagnostic {
        self.error(
            goto,
            format!("an {kind} function cannot choose where to go"),
        )
        .help(
            "return no `Goto`; to go on without a message, write `#[always(if guard => \
                state)]` on the state",
        )
    }

    pub fn exit_returns(&mut self, value: Span, end: Span, found: &str) -> &mut Diagnostic {
        self.error(
            value,
            format!(
                "an exit function returns nothing; nobody would see this \
            `{found}`"
            ),
        )
        .to(end)
        .help(format!("remove `-> {found}`"))
    }

    pub fn taken_twice(&mut self, second: &Ident, first: &Ident, what: &str) -> &mut Diagnostic {
        self.error(
            second.span(),
            format!("`{second}` takes {what}, which `{first}` has already"),
        )
        .other(first.span(), format!("`{first}` takes {what} here"))
        .help(format!("remove `{second}` and use `{first}`"))
    }

    pub fn local_before_entry(&mut self, parameter: &Ident, state: &Ident) -> &mut Diagnostic {
        self.error(
            parameter.span(),
            format!(
                "the local data of `{state}` is what its entry \
            function makes; before, there is none"
            ),
        )
        .help(format!("remove the parameter `{parameter}`"))
    }
}
