//! Messages as text: `coin 5`, `coin value=5`, `{"Coin":{"value":5}}`.
//!
//! Must not know of: where lines come from, and what becomes of the messages.

use super::terminal::COMMANDS;
use crate::core::machine::FromFields;
use serde_json::Value;
use std::fmt;
use wink_chart::{Chart, Field, FieldKind, Message, MessageId, Shape, nearest, snake};

/// What a line says.
#[derive(Debug, PartialEq, Eq)]
pub enum Line<'a> {
    /// Nothing.
    Empty,
    /// `:wait 5s` as `("wait", "5s")`: for the console.
    Command(&'a str, &'a str),
    /// Everything else should be a message.
    Message(&'a str),
}

impl<'a> Line<'a> {
    /// Tells the three apart.
    pub fn of(line: &'a str) -> Line<'a> {
        let line = line.trim();
        match line.strip_prefix(':') {
            _ if line.is_empty() || line.starts_with('#') => Line::Empty,
            Some(command) => {
                let (name, rest) = split_word(command.trim_start());
                Line::Command(name, rest)
            }
            None => Line::Message(line),
        }
    }
}

/// Why a line is no message, and what would be one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mistake {
    /// What is wrong.
    pub reason: String,
    /// What to type instead.
    pub help: Option<String>,
}

impl Mistake {
    fn new(reason: impl Into<String>) -> Mistake {
        Mistake {
            reason: reason.into(),
            help: None,
        }
    }

    fn usage(reason: impl Into<String>, message: &Message) -> Mistake {
        Mistake {
            reason: reason.into(),
            help: Some(format!("type `{}`", message.usage())),
        }
    }
}

impl fmt::Display for Mistake {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.reason)?;
        match &self.help {
            Some(help) => write!(formatter, "; {help}"),
            None => Ok(()),
        }
    }
}

/// Reads one message.
///
/// # Errors
/// When the line is no message of this machine.
pub fn parse<Msg: FromFields>(chart: &Chart, line: &str) -> Result<(MessageId, Msg), Mistake> {
    let (id, fields) = match line.as_bytes().first() {
        Some(b'{' | b'"') => json_message(chart, line)?,
        _ => words(chart, line)?,
    };
    let message = chart.message(id);
    match Msg::from_fields(id, fields) {
        Ok(built) => Ok((id, built)),
        Err(problem) => Err(Mistake::usage(problem.to_string(), message)),
    }
}

/// `{"Coin":{"value":5}}`, `{"Coin":5}`, `{"Coin":[5]}` or `"Push"`.
fn json_message(chart: &Chart, line: &str) -> Result<(MessageId, Vec<Value>), Mistake> {
    let value: Value = serde_json::from_str(line)
        .map_err(|problem| Mistake::new(format!("this is not JSON: {problem}")))?;
    match value {
        Value::String(name) => {
            let id = find(chart, &name)?;
            Ok((id, by_position(chart.message(id), Vec::new())?))
        }
        Value::Object(object) if object.len() == 1 => {
            let Some((name, value)) = object.into_iter().next() else {
                return Err(Mistake::new("an empty object is no message"));
            };
            let id = find(chart, &name)?;
            Ok((id, json_fields(chart.message(id), value)?))
        }
        _ => Err(Mistake {
            reason: "as JSON, a message is an object with its name as the only key".to_owned(),
            help: chart
                .messages
                .first()
                .map(|message| format!("for example {}", example(message))),
        }),
    }
}

fn example(message: &Message) -> String {
    let fields: Vec<String> = message
        .fields
        .iter()
        .map(|field| format!("\"{}\":…", field.name))
        .collect();
    match message.shape {
        Shape::Unit => format!("\"{}\"", message.name),
        _ => format!("{{\"{}\":{{{}}}}}", message.name, fields.join(",")),
    }
}

fn json_fields(message: &Message, value: Value) -> Result<Vec<Value>, Mistake> {
    match value {
        Value::Object(object) if message.shape == Shape::Named => {
            let mut given = Given::new(message);
            for (name, value) in object {
                let place = given.place(&name)?;
                given.put(place, value)?;
            }
            given.complete()
        }
        Value::Array(values) if message.fields.len() != 1 => by_position(message, values),
        Value::Array(values)
            if message.fields[0].kind() != FieldKind::Json && values.len() == 1 =>
        {
            by_position(message, values)
        }
        Value::Null if message.fields.is_empty() => Ok(Vec::new()),
        value => by_position(message, vec![value]),
    }
}

fn by_position(message: &Message, values: Vec<Value>) -> Result<Vec<Value>, Mistake> {
    let mut given = Given::new(message);
    for value in values {
        let place = given.next_free()?;
        given.put(place, value)?;
    }
    given.complete()
}

/// A name, then values by position or `name=value`.
fn words(chart: &Chart, line: &str) -> Result<(MessageId, Vec<Value>), Mistake> {
    let (name, rest) = split_word(line);
    let id = find(chart, name)?;
    let message = chart.message(id);
    if rest.starts_with('{') && message.shape == Shape::Named {
        let value = serde_json::from_str(rest)
            .map_err(|problem| Mistake::usage(format!("this is not JSON: {problem}"), message))?;
        return Ok((id, json_fields(message, value)?));
    }
    // A message of one text takes the rest of the line, quotes or not.
    if let [field] = &*message.fields
        && field.kind() == FieldKind::Text
        && !rest.is_empty()
        && !rest.starts_with('"')
        && !rest.starts_with(&format!("{}=", field.name))
    {
        return Ok((id, vec![Value::String(rest.to_owned())]));
    }
    let mut given = Given::new(message);
    for word in split_words(rest).map_err(|reason| Mistake::usage(reason, message))? {
        let named = word.name.filter(|_| message.shape == Shape::Named);
        let place = match named {
            Some(name) => given.place(name)?,
            None => given.next_free()?,
        };
        let text = if named.is_none() {
            &word.whole
        } else {
            &word.value
        };
        let value = read_value(&message.fields[place], text, word.is_quoted)
            .map_err(|reason| Mistake::usage(reason, message))?;
        given.put(place, value)?;
    }
    Ok((id, given.complete()?))
}

/// The fields of a message as they come in.
struct Given<'a> {
    message: &'a Message,
    values: Vec<Option<Value>>,
}

impl<'a> Given<'a> {
    fn new(message: &'a Message) -> Self {
        Given {
            message,
            values: vec![None; message.fields.len()],
        }
    }

    fn place(&self, name: &str) -> Result<usize, Mistake> {
        let fields = &self.message.fields;
        if let Some(place) = fields
            .iter()
            .position(|field| snake(&field.name) == snake(name))
        {
            return Ok(place);
        }
        let known = fields.iter().map(|field| &*field.name);
        let reason = match nearest(name, known) {
            Some(near) => format!(
                "`{}` has no field `{name}`: did you mean `{near}`?",
                self.message.name
            ),
            None => format!("`{}` has no field `{name}`", self.message.name),
        };
        Err(Mistake::usage(reason, self.message))
    }

    fn next_free(&self) -> Result<usize, Mistake> {
        self.values.iter().position(Option::is_none).ok_or_else(|| {
            let reason = match self.values.len() {
                0 => format!("`{}` has no fields", self.message.name),
                1 => format!("`{}` has only one field", self.message.name),
                count => format!("`{}` has only {count} fields", self.message.name),
            };
            Mistake::usage(reason, self.message)
        })
    }

    fn put(&mut self, place: usize, value: Value) -> Result<(), Mistake> {
        if self.values[place].is_some() {
            let name = &self.message.fields[place].name;
            return Err(Mistake::usage(
                format!("field `{name}` is given twice"),
                self.message,
            ));
        }
        self.values[place] = Some(value);
        Ok(())
    }

    fn complete(self) -> Result<Vec<Value>, Mistake> {
        let fields = self.message.fields.iter();
        let missing: Vec<&str> = fields
            .zip(&self.values)
            .filter(|(field, value)| value.is_none() && !field.type_name.starts_with("Option<"))
            .map(|(field, _)| &*field.name)
            .collect();
        if !missing.is_empty() {
            let reason = format!("`{}` lacks `{}`", self.message.name, missing.join("`, `"));
            return Err(Mistake::usage(reason, self.message));
        }
        Ok(self
            .values
            .into_iter()
            .map(Option::unwrap_or_default)
            .collect())
    }
}

fn find(chart: &Chart, name: &str) -> Result<MessageId, Mistake> {
    let typed = snake(name);
    if let Some(id) = chart
        .message_ids()
        .find(|&id| chart.message(id).text_name() == typed)
    {
        return Ok(id);
    }
    let names: Vec<String> = chart.messages.iter().map(Message::text_name).collect();
    let is_command = typed == "exit" || COMMANDS.iter().any(|(command, _)| *command == typed);
    let help = match nearest(&typed, names.iter().map(String::as_str)) {
        Some(near) => {
            let message = chart
                .messages
                .iter()
                .find(|message| message.text_name() == near);
            let usage = message.map_or_else(|| near.to_owned(), Message::usage);
            Some(format!("did you mean `{usage}`?"))
        }
        None if is_command => Some(format!("did you mean `:{typed}`?")),
        None if names.is_empty() => Some("this machine takes none".to_owned()),
        None => Some(format!("its messages are {}", names.join(", "))),
    };
    Err(Mistake {
        reason: format!("no message `{}`", shortened(name)),
        help,
    })
}

/// A text that may be very long, as it is quoted in an error.
fn shortened(text: &str) -> String {
    match text.char_indices().nth(40) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

/// What a word says for a field of this kind.
fn read_value(field: &Field, text: &str, is_quoted: bool) -> Result<Value, String> {
    let refuse = |why: &str| {
        let (text, type_name) = (shortened(text), &field.type_name);
        Err(format!(
            "`{}`: `{text}` is not a {type_name}{why}",
            field.name
        ))
    };
    if field.type_name.starts_with("Option<") && !is_quoted && matches!(text, "none" | "null") {
        return Ok(Value::Null);
    }
    match field.kind() {
        FieldKind::Text => Ok(Value::String(text.to_owned())),
        FieldKind::Char => {
            let mut letters = text.chars();
            match (letters.next(), letters.next()) {
                (Some(_), None) => Ok(Value::String(text.to_owned())),
                _ => refuse(": it must be one character"),
            }
        }
        FieldKind::Bool => match text {
            "true" | "yes" => Ok(Value::Bool(true)),
            "false" | "no" => Ok(Value::Bool(false)),
            _ => refuse(": write true or false"),
        },
        FieldKind::Integer { .. } => match text.replace('_', "").parse::<i128>() {
            Ok(number) => match whole_number(field, number) {
                Ok(value) => Ok(value),
                Err(why) => refuse(&why),
            },
            Err(_) => refuse(""),
        },
        FieldKind::Float => match text
            .parse::<f64>()
            .ok()
            .and_then(serde_json::Number::from_f64)
        {
            Some(number) => Ok(Value::Number(number)),
            None => refuse(""),
        },
        FieldKind::Json => serde_json::from_str(text)
            .or_else(|problem| {
                // A bare word is a text: the name of a unit variant for example.
                let is_word = text
                    .chars()
                    .all(|letter| letter.is_alphanumeric() || letter == '_');
                if is_word {
                    Ok(Value::String(text.to_owned()))
                } else {
                    Err(problem)
                }
            })
            .or_else(|problem| refuse(&format!(" as JSON: {problem}"))),
    }
}

/// A number that the field holds, or why it does not.
fn whole_number(field: &Field, number: i128) -> Result<Value, String> {
    // What JSON carries, which is what messages are made of here.
    let (least, greatest) = field.range().unwrap_or((i64::MIN, u64::MAX));
    if number < least.into() {
        return Err(format!(": the least is {least}"));
    }
    if number > greatest.into() {
        return Err(format!(": the greatest is {greatest}"));
    }
    let positive = u64::try_from(number).map(Value::from);
    let negative = i64::try_from(number).map(Value::from);
    positive.or(negative).map_err(|_| String::new())
}

fn split_word(text: &str) -> (&str, &str) {
    match text.split_once(char::is_whitespace) {
        Some((word, rest)) => (word, rest.trim_start()),
        None => (text, ""),
    }
}

/// One value as typed.
struct Word<'a> {
    /// What stands before a `=`, when that could be a field's name.
    name: Option<&'a str>,
    /// What stands after it.
    value: String,
    /// All of it.
    whole: String,
    is_quoted: bool,
}

/// Splits at white space outside of quotes and brackets. `"a \"b\""` is one word.
fn split_words(text: &str) -> Result<Vec<Word<'_>>, String> {
    let mut words = Vec::new();
    let mut rest = text.trim_start();
    while !rest.is_empty() {
        let name_end = rest
            .find(|letter: char| !(letter.is_alphanumeric() || letter == '_' || letter == '-'))
            .filter(|&end| end > 0 && rest[end..].starts_with('='));
        let name = name_end.map(|end| &rest[..end]);
        let body = &rest[name_end.map_or(0, |end| end + 1)..];
        let (value, length, is_quoted) = one_value(body)?;
        let consumed = rest.len() - body.len() + length;
        let whole = if name.is_none() {
            value.clone()
        } else {
            rest[..consumed].to_owned()
        };
        words.push(Word {
            name,
            value,
            whole,
            is_quoted,
        });
        rest = rest[consumed..].trim_start();
    }
    Ok(words)
}

/// The value at the beginning of `text`, how many bytes it takes, and whether it was quoted.
fn one_value(text: &str) -> Result<(String, usize, bool), String> {
    if text.starts_with('"') {
        let mut stream = serde_json::Deserializer::from_str(text).into_iter::<String>();
        return match stream.next() {
            Some(Ok(value)) => Ok((value, stream.byte_offset(), true)),
            _ => Err("a quotation mark is not closed, or an escape is wrong".to_owned()),
        };
    }
    let (mut depth, mut quoted, mut escaped) = (0_usize, false, false);
    let end = text
        .char_indices()
        .find(|&(_, letter)| {
            if quoted {
                quoted = escaped || letter != '"';
                escaped = !escaped && letter == '\\';
                return false;
            }
            match letter {
                '[' | '{' => depth += 1,
                ']' | '}' => depth = depth.saturating_sub(1),
                '"' if depth > 0 => quoted = true,
                letter => return depth == 0 && letter.is_whitespace(),
            }
            false
        })
        .map_or(text.len(), |(end, _)| end);
    Ok((text[..end].to_owned(), end, false))
}

#[cfg(test)]
#[path = "text_tests.rs"]
mod tests;
