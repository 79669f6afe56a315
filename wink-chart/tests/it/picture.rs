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

/// The pixels of a PNG: its width and height, and the three colours and the opacity of each.
#[cfg(feature = "png")]
fn pixels(file: &[u8]) -> (u32, u32, Vec<u8>) {
    let mut reader = png::Decoder::new(std::io::Cursor::new(file))
        .read_info()
        .expect("a PNG");
    let mut pixels = vec![0; reader.output_buffer_size().expect("a size")];
    let frame = reader.next_frame(&mut pixels).expect("pixels");
    pixels.truncate(frame.buffer_size());
    (frame.width, frame.height, pixels)
}

#[cfg(feature = "png")]
#[test]
fn pixels_show_what_the_picture_shows() {
    use wink_chart::export::{PngError, png};
    let written = svg_in(&everything(), Theme::Dark);
    let sides = |name: &str| {
        let document = roxmltree::Document::parse(&written).unwrap();
        let side = document.root_element().attribute(name).unwrap();
        side.parse::<u32>().unwrap()
    };
    let (width, height, shown) = pixels(&png(&written, 1.0).unwrap());
    assert_eq!((width, height), (sides("width"), sides("height")));
    assert_eq!(shown.len(), (width * height * 4) as usize);
    let colours: std::collections::BTreeSet<&[u8]> = shown.chunks(4).collect();
    // The paper, and the ink of names.
    assert!(colours.contains(&[0x1b, 0x1e, 0x24, 255][..]));
    assert!(colours.contains(&[0xe5, 0xe9, 0xf0, 255][..]));
    // Words are drawn, not left out: without them less is there.
    let mute = written
        .replace("<text", "<desc")
        .replace("</text", "</desc");
    let (.., mute) = pixels(&png(&mute, 1.0).unwrap());
    let changed = shown
        .chunks(4)
        .zip(mute.chunks(4))
        .filter(|(one, two)| one != two);
    assert!(changed.count() > 3_000);
    // What follows its reader is light here.
    let light = pixels(&png(&svg_in(&everything(), Theme::Light), 1.0).unwrap());
    for theme in [Theme::Reader, Theme::Rustdoc] {
        assert!(pixels(&png(&svg_in(&everything(), theme), 1.0).unwrap()) == light);
    }
    assert!(matches!(png("<svg", 1.0), Err(PngError::Unreadable(_))));
    let large = PngError::TooLarge(
        u64::from(sides("width")) * 100,
        u64::from(sides("height")) * 100,
    );
    assert_eq!(png(&written, 100.0), Err(large));
}

#[cfg(feature = "png")]
#[test]
fn whatever_a_machine_is_called_it_has_pixels() {
    for text in HOSTILE {
        let file = wink_chart::export::png(&svg(&named(text)), 0.2);
        let file = file.unwrap_or_else(|error| panic!("{text:?}: {error}"));
        let (width, height, _) = pixels(&file);
        assert!(width > 20 && height > 20, "{text:?}");
    }
}
