//! Pictures of our own.

use crate::charts::{HOSTILE, everything, named, nothing};
use crate::export::check;
use wink_chart::export::{Theme, svg, svg_in};
use wink_chart::{Chart, StateId, StateKind, Target};

#[test]
fn everything_is_pictured() {
    check("everything.svg", &svg(&everything()));
    check("nothing.svg", &svg(&nothing()));
}

#[test]
fn no_text_gets_out_of_its_place() {
    for text in HOSTILE {
        let chart = named(text);
        let written = svg(&chart);
        let document = roxmltree::Document::parse(&written)
            .unwrap_or_else(|error| panic!("{text:?}: {error}\n{written}"));
        let known = [
            "svg", "style", "g", "rect", "circle", "path", "polygon", "text", "title",
        ];
        let elements = || document.descendants().filter(roxmltree::Node::is_element);
        assert!(
            elements().all(|node| known.contains(&node.tag_name().name())),
            "{written}"
        );
        let states = elements().filter(|node| node.attribute("class") == Some("state"));
        assert_eq!(states.count(), chart.states.len());
        let mut ids: Vec<_> = elements().filter_map(|node| node.attribute("id")).collect();
        ids.sort_unstable();
        let all = ids.len();
        ids.dedup();
        assert_eq!(ids.len(), all, "{written}");
        let arrows = elements().filter_map(|node| node.attribute("data-rows"));
        let rows: Vec<&str> = arrows.flat_map(str::split_whitespace).collect();
        for (index, row) in chart.rows.iter().enumerate() {
            let goes = row.targets.iter().any(|target| target.state().is_some());
            assert_eq!(rows.contains(&index.to_string().as_str()), goes);
        }
    }
}

#[test]
fn a_picture_is_one_line_and_has_the_colours_that_are_wanted() {
    for theme in [Theme::Reader, Theme::Light, Theme::Dark, Theme::Rustdoc] {
        let written = svg_in(&everything(), theme);
        assert_eq!(
            written.trim_end().lines().count(),
            1,
            "a blank line would end it in Markdown"
        );
        let follows_the_reader = written.contains("prefers-color-scheme:dark");
        assert_eq!(
            follows_the_reader,
            matches!(theme, Theme::Reader | Theme::Rustdoc)
        );
        assert_eq!(written.contains("data-theme=ayu"), theme == Theme::Rustdoc);
    }
}

#[test]
fn what_nobody_could_read_is_not_laid_out() {
    let mut many = everything();
    let leaf = many.states[2].clone();
    many.states
        .to_mut()
        .extend(std::iter::repeat_n(leaf, 60_000));
    let mut joined = everything();
    for to in 1..3_000 {
        let mut row = joined.rows[1].clone();
        row.targets = vec![
            Target::State(StateId(to % 15)),
            Target::State(StateId(to % 7)),
        ]
        .into();
        joined.rows.to_mut().push(row);
    }
    let deep = deep();
    for (chart, text) in [(&many, "60015 states"), (&deep, "999 states")] {
        let written = svg(chart);
        let told = format!(
            "{text} and {} rows: too much for a picture",
            chart.rows.len()
        );
        assert!(written.contains(&told), "{written}");
    }
    // Rows from one state to another share an arrow, so many rows alone are no harm.
    assert!(!svg(&joined).contains("too much"));
}

/// A state in a state in a state, and everything leads to the innermost.
fn deep() -> Chart {
    let mut chart = nothing();
    for index in 1..999 {
        let mut state = chart.states[0].clone();
        state.name = format!("s{index}").into();
        state.parent = Some(StateId(index - 1));
        chart.states.to_mut()[usize::from(index) - 1].kind = StateKind::Composite;
        chart.states.to_mut().push(state);
        let mut row = everything().rows[1].clone();
        row.source = StateId(index - 1);
        row.targets = vec![Target::State(StateId(998))].into();
        chart.rows.to_mut().push(row);
    }
    chart.messages = everything().messages;
    chart
}
