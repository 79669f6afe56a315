//! Each format read back: no text of a chart gets out of its place, whatever it holds.

use crate::charts::{HOSTILE, everything, named, nothing};
use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};
use serde_json::Value;
use wink_chart::export::{Format, dot, markdown, plantuml, scxml, xstate};

/// What a document of XML may hold of a text.
fn in_xml(text: &str) -> String {
    let letters = text.chars().map(|letter| match letter {
        '\n' | '\r' | '\t' => letter,
        letter if letter < ' ' => '\u{fffd}',
        letter => letter,
    });
    letters.collect()
}

#[test]
fn every_format_has_its_name() {
    for format in Format::ALL {
        assert_eq!(format.name().parse(), Ok(*format));
        assert!(format.write(&everything()).ends_with('\n'), "{format}");
        assert!(format.write(&nothing()).ends_with('\n'), "{format}");
    }
    let problem = "plantulm".parse::<Format>().unwrap_err();
    assert_eq!(
        problem.to_string(),
        "no format `plantulm`: did you mean `plantuml`?"
    );
    let problem = "x".repeat(5000).parse::<Format>().unwrap_err().to_string();
    assert!(
        problem.contains("there are mermaid, dot, ") && problem.len() < 200,
        "{problem}"
    );
}

#[test]
fn scxml_reads_back() {
    const WINK: &str = "https://docs.rs/wink";
    for text in HOSTILE {
        let chart = named(text);
        let written = scxml(&chart);
        let document = roxmltree::Document::parse(&written)
            .unwrap_or_else(|error| panic!("{text:?}: {error}\n{written}"));
        let root = document.root_element();
        let text = in_xml(text);
        assert_eq!(root.attribute("name"), Some(text.as_str()));
        let elements = |name: &str| {
            let found = root
                .descendants()
                .filter(|node| node.has_tag_name((SCXML, name)));
            found.collect::<Vec<_>>()
        };
        let states = elements("state").len() + elements("final").len();
        // Two that rest in themselves, and the end of the document is not reached.
        assert_eq!(states, chart.states.len() + 1, "{written}");
        let rows = elements("transition").into_iter();
        let rows: Vec<_> = rows
            .filter(|row| row.attribute((WINK, "row")).is_some())
            .collect();
        let ways = |row: &wink_chart::Row| if row.chooses { row.targets.len() } else { 1 };
        assert_eq!(rows.len(), chart.rows.iter().map(ways).sum::<usize>());
        for row in rows {
            let guard = row.attribute((WINK, "guard")).or(row.attribute("cond"));
            assert_eq!(guard, Some(text.as_str()));
            let call = row.first_element_child().expect("the function's call");
            assert_eq!(call.attribute("function"), Some(text.as_str()));
            if let Some(target) = row.attribute("target") {
                let is_target =
                    |node: &roxmltree::Node<'_, '_>| node.attribute("id") == Some(target);
                assert_eq!(
                    root.descendants().filter(is_target).count(),
                    1,
                    "{target}\n{written}"
                );
            }
        }
    }
}

const SCXML: &str = "http://www.w3.org/2005/07/scxml";

#[test]
fn xstate_reads_back() {
    for text in HOSTILE {
        let read: Value = serde_json::from_str(&xstate(&named(text))).unwrap();
        let meta = &read["meta"]["wink"];
        assert_eq!(meta["documentation"], text);
        assert_eq!(meta["messages"][0]["fields"][0]["name"], text);
        assert_eq!(read["entry"][0]["type"], text);
        let event = meta["events"][0].as_str().unwrap();
        let row = &read["on"][event][0];
        assert_eq!(row["actions"][0]["type"], text);
        assert_eq!(row["guard"]["type"], text);
        let states = read["states"].as_object().unwrap();
        assert_eq!(states.len(), 2);
        let initial = read["initial"].as_str().unwrap();
        assert!(states.contains_key(initial), "{initial}");
        let name = &states[initial]["meta"]["wink"]["name"];
        assert_eq!(name.as_str().unwrap_or(initial), text);
    }
}

#[test]
fn markdown_reads_back() {
    for text in HOSTILE {
        let chart = named(text);
        let written = markdown(&chart);
        let (mut rows, mut cells, mut cell) = (Vec::new(), Vec::new(), String::new());
        for event in Parser::new_ext(&written, Options::ENABLE_TABLES) {
            match event {
                Event::Start(Tag::TableCell) => cell.clear(),
                Event::Start(Tag::Link { .. } | Tag::Image { .. })
                | Event::Html(_)
                | Event::InlineHtml(_)
                | Event::Start(Tag::CodeBlock(_)) => panic!("{text:?}: markup in\n{written}"),
                Event::Text(part) | Event::Code(part) => cell.push_str(&part),
                Event::End(TagEnd::TableCell) => cells.push(cell.clone()),
                Event::End(TagEnd::TableHead) => cells.clear(),
                Event::End(TagEnd::TableRow) => rows.push(std::mem::take(&mut cells)),
                _ => {}
            }
        }
        let states = chart.states.len();
        assert_eq!(rows.len(), states + chart.rows.len() + 1, "{written}");
        let one_line = |text: &str| {
            let letters = text.chars().map(|letter| match letter {
                '\u{2028}' => ' ',
                letter if letter.is_control() => ' ',
                letter => letter,
            });
            letters
                .collect::<String>()
                .replace('`', "'")
                .trim()
                .to_owned()
        };
        let functions = rows.iter().filter(|row| row[1] == "entry");
        for row in functions.clone() {
            assert_eq!(row[2].replace('`', "'").trim(), one_line(text), "{written}");
        }
        assert_eq!(functions.count(), states, "{text:?}\n{written}");
    }
}

/// Graphviz's own grammar, as far as we use it: words, quoted strings, and what stands between.
#[test]
fn dot_reads_back() {
    for text in HOSTILE {
        let written = dot(&named(text));
        let mut depth = 0_i32;
        for (place, part) in written.split('"').enumerate() {
            if place % 2 == 1 {
                let rest = part
                    .replace("\\\\", "")
                    .replace("\\n", "")
                    .replace("\\l", "");
                assert!(!rest.contains(['\\', '\n']), "{text:?}: {part}");
                continue;
            }
            for letter in part.chars() {
                depth += i32::from(letter == '{') - i32::from(letter == '}');
                let is_ours = letter.is_ascii_alphanumeric() || "_ \n{}[]=,->.".contains(letter);
                assert!(is_ours, "{text:?}: {letter:?} in {part}");
            }
        }
        assert_eq!(depth, 0, "{written}");
    }
}

#[test]
fn plantuml_reads_back() {
    for text in HOSTILE {
        let written = plantuml(&named(text));
        assert!(written.starts_with("@startuml\n") && written.ends_with("\n@enduml\n"));
        for line in written.lines().skip(2) {
            let is_plain = |letter: char| {
                letter.is_alphanumeric() || "_ .,=()+?|<>\"{}[]*-:@/".contains(letter)
            };
            assert!(line.chars().all(is_plain), "{text:?}: {line}");
            let without_codes = line.replace("<U+", "");
            let label = without_codes.split_once(" : ").map(|(_, label)| label);
            assert!(
                !label.is_some_and(|label| label.contains(['<', '*', '[', '{', '"'])),
                "{line}"
            );
        }
    }
}

#[test]
fn charts_are_what_is_read_of_their_documents() {
    for (chart, name) in [(everything(), "everything"), (nothing(), "nothing")] {
        crate::read_back::check(&chart, name);
    }
    for text in HOSTILE {
        // What no document of XML may hold is replaced.
        if in_xml(text) == *text {
            crate::read_back::check(&named(text), text);
        }
    }
}
