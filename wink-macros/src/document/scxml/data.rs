//! The data of a document.
//!
//! Must not know of: what becomes of it.

use super::{Element, Reader, WINK};
use crate::document::ir::{Data, Source, State, Text};

impl Reader<'_, '_> {
    pub(super) fn datamodel(&mut self, node: Element<'_>, state: &mut State) {
        self.attributes(node, &[]);
        for child in self.elements(node, &["data"]) {
            self.attributes(child, &["id", "src", "expr"]);
            let Some(id) = self.needed(child, "id") else {
                continue;
            };
            let inside = self.inside(child);
            let beside = self
                .text(child, "src")
                .and_then(|named| self.value_beside(&named));
            let expression = self.text(child, "expr").map(Source::Expression);
            let said = [&expression, &inside, &beside];
            if let Some(second) = said.into_iter().flatten().nth(1) {
                let message = "`src`, `expr` and text cannot be said together";
                self.problems.add(second.place(), message);
            }
            let type_name = child.attribute_node((WINK, "type"));
            state.data.push(Data {
                id,
                value: expression.or(inside).or(beside),
                type_name: type_name.map(|attribute| self.value(attribute)),
            });
        }
    }

    /// What stands in a file beside the document, as if it stood between the tags.
    fn value_beside(&mut self, named: &Text) -> Option<Source> {
        match self.files.read(&named.text) {
            Ok(file) => Some(Source::Literal(Text {
                text: file.text.trim().to_owned(),
                place: named.place,
            })),
            Err(message) => {
                self.problems.add(named.place, message);
                None
            }
        }
    }
}
