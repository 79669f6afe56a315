use super::*;
use crate::core::machine::Messages;
use serde::Deserializer;
use wink_chart::describe::field;

/// A message as its number and its fields, so that no machine is needed.
#[derive(Debug, PartialEq)]
struct Built(usize, Vec<Value>);

impl Messages for Built {
    type Reply = ();

    fn id(&self) -> MessageId {
        MessageId(self.0 as u16)
    }
}

impl FromFields for Built {
    fn from_fields<'de, D: Deserializer<'de>>(
        message: MessageId,
        fields: Vec<D>,
    ) -> Result<Self, D::Error> {
        use serde::Deserialize;
        let fields: Result<Vec<Value>, D::Error> =
            fields.into_iter().map(Value::deserialize).collect();
        Ok(Built(message.index(), fields?))
    }
}

fn message(name: &'static str, shape: Shape, fields: Vec<Field>) -> Message {
    Message {
        name: name.into(),
        documentation: "".into(),
        shape,
        fields: fields.into(),
        reply: None,
    }
}

fn chart() -> Chart {
    let messages = vec![
        message("Push", Shape::Unit, vec![]),
        message("Coin", Shape::Named, vec![field("value", "u32", "")]),
        message("Say", Shape::Named, vec![field("text", "String", "")]),
        message(
            "MoveTo",
            Shape::Tuple,
            vec![field("0", "i64", ""), field("1", "f64", "")],
        ),
        message(
            "Order",
            Shape::Named,
            vec![
                field("item", "String", ""),
                field("count", "Option<u8>", ""),
                field("tags", "Vec<String>", ""),
                field("size", "char", ""),
                field("gift", "bool", ""),
            ],
        ),
    ];
    Chart {
        name: "test/Test".into(),
        version: "0.1.0".into(),
        data: "Test".into(),
        documentation: "".into(),
        messages: messages.into(),
        states: vec![].into(),
        rows: vec![].into(),
        defaults: std::borrow::Cow::Borrowed(&[]),
        completions: std::borrow::Cow::Borrowed(&[]),
    }
}

fn read(line: &str) -> Result<Built, String> {
    parse(&chart(), line)
        .map(|(_, built)| built)
        .map_err(|mistake| mistake.to_string())
}

fn built(id: usize, json: &str) -> Result<Built, String> {
    Ok(Built(id, serde_json::from_str(json).unwrap()))
}

#[test]
fn a_message_is_typed_in_many_ways() {
    for line in [
        "coin 5",
        "Coin 5",
        "coin value=5",
        "COIN  value=5 ",
        "coin 0_5",
        "coin +5",
        r#"{"Coin":{"value":5}}"#,
        r#"{"coin":5}"#,
        r#"{"Coin":[5]}"#,
        r#"coin {"value":5}"#,
    ] {
        assert_eq!(read(line), built(1, "[5]"), "{line}");
    }
    for line in ["push", "Push", r#""Push""#, r#"{"Push":null}"#] {
        assert_eq!(read(line), built(0, "[]"), "{line}");
    }
    for line in [
        "move_to -3 2.5",
        "move-to -3 2.5",
        "moveTo -3 2.5",
        r#"{"MoveTo":[-3,2.5]}"#,
    ] {
        assert_eq!(read(line), built(3, "[-3, 2.5]"), "{line}");
    }
}

#[test]
fn one_text_takes_the_rest_of_the_line() {
    for line in [
        r#"say hello "big" world = 1"#,
        r#"say "hello \"big\" world = 1""#,
        r#"say text="hello \"big\" world = 1""#,
    ] {
        assert_eq!(
            read(line),
            built(2, r#"["hello \"big\" world = 1"]"#),
            "{line}"
        );
    }
}

#[test]
fn values_follow_the_schema() {
    let line = r#"order "two words" tags=["a b","c"] size=L gift=yes count=none"#;
    assert_eq!(
        read(line),
        built(4, r#"["two words", null, ["a b", "c"], "L", true]"#)
    );
    let line = r#"order item=x tags=[] size="\"" gift=false"#;
    assert_eq!(read(line), built(4, r#"["x", null, [], "\"", false]"#));
}

#[test]
fn mistakes_say_what_to_type() {
    let cases = [
        (
            "coyn 5",
            "no message `coyn`; did you mean `coin <value: u32>`?",
        ),
        (
            "xyzzy",
            "no message `xyzzy`; its messages are push, coin, say, move_to, order",
        ),
        ("coin", "`Coin` lacks `value`; type `coin <value: u32>`"),
        (
            "coin 5x",
            "`value`: `5x` is not a u32; type `coin <value: u32>`",
        ),
        (
            "coin 4294967296",
            "`value`: `4294967296` is not a u32: the greatest is 4294967295; type `coin <value: u32>`",
        ),
        (
            "coin -1",
            "`value`: `-1` is not a u32: the least is 0; type `coin <value: u32>`",
        ),
        ("quit", "no message `quit`; did you mean `:quit`?"),
        (
            "coin 1 2",
            "`Coin` has only one field; type `coin <value: u32>`",
        ),
        (
            "coin valu=1",
            "`Coin` has no field `valu`: did you mean `value`?; type `coin <value: u32>`",
        ),
        (
            "coin value=1 value=2",
            "field `value` is given twice; type `coin <value: u32>`",
        ),
        ("push 1", "`Push` has no fields; type `push`"),
        (
            r#"say "open"#,
            "a quotation mark is not closed, or an escape is wrong; type `say <text: String>`",
        ),
        (
            r#"{"Coin":"#,
            "this is not JSON: EOF while parsing a value at line 1 column 8",
        ),
        (
            "{}",
            "as JSON, a message is an object with its name as the only key; for example \"Push\"",
        ),
        (
            "order a size=XL",
            "`size`: `XL` is not a char: it must be one character; type `order <item: String> <count: Option<u8>> <tags: Vec<String>> <size: char> <gift: bool>`",
        ),
    ];
    for (line, mistake) in cases {
        assert_eq!(read(line), Err(mistake.to_owned()), "{line}");
    }
}

#[test]
fn lines_for_the_console_begin_with_a_colon() {
    assert_eq!(Line::of("  "), Line::Empty);
    assert_eq!(Line::of("# a comment"), Line::Empty);
    assert_eq!(Line::of(":wait  5s "), Line::Command("wait", "5s"));
    assert_eq!(Line::of(" coin 5 "), Line::Message("coin 5"));
}

#[test]
fn no_line_is_too_strange() {
    // A small generator of its own: the same lines in every run.
    let pieces = [
        "coin",
        "say",
        "order",
        "\"",
        "{",
        "}",
        "[",
        "]",
        "=",
        " ",
        "\\",
        ":",
        "5",
        "é",
        "\u{0}",
        "value",
        "-",
        "none",
        ",",
        "\u{202e}",
        "1e999",
        "99999999999999999999999",
    ];
    let mut seed = 0x9e37_79b9_u64;
    for _ in 0..20_000 {
        let mut line = String::new();
        for _ in 0..12 {
            seed ^= seed << 13;
            seed ^= seed >> 7;
            seed ^= seed << 17;
            line.push_str(pieces[(seed % pieces.len() as u64) as usize]);
        }
        if let Line::Message(text) = Line::of(&line) {
            // Any answer will do, as long as there is one.
            let _ = read(text);
        }
    }
}

/// A message as JSON, with all of its fields.
fn as_json(Built(id, values): &Built) -> String {
    let chart = chart();
    let message = &chart.messages[*id];
    let inside = match message.shape {
        Shape::Named => {
            let names = message.fields.iter().map(|field| field.name.to_string());
            Value::Object(names.zip(values.iter().cloned()).collect())
        }
        _ => Value::Array(values.clone()),
    };
    serde_json::json!({ message.name.to_string(): inside }).to_string()
}

/// Whatever is typed is a message or a mistake with its reason; and what is a message is the same
/// one as JSON.
#[test]
fn any_line_is_a_message_or_a_mistake() {
    crate::fuzz::fuzz_dear("lines", 5, |input| {
        let line = String::from_utf8_lossy(input);
        let line = match Line::of(&line) {
            Line::Empty => return "nothing".to_owned(),
            Line::Command(name, rest) => return format!("{} {}", name.len(), rest.is_empty()),
            Line::Message(line) => line,
        };
        match parse::<Built>(&chart(), line) {
            Ok((id, built)) => {
                let json = as_json(&built);
                assert_eq!(read(&json).as_ref(), Ok(&built), "{json} of {line:?}");
                format!("message {}", id.index())
            }
            Err(mistake) => {
                assert!(!mistake.reason.is_empty());
                mistake.reason.chars().take(24).collect()
            }
        }
    });
}
