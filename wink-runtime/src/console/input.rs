//! Lines from a pipe, whatever is in it.

use std::io::{BufRead, ErrorKind};

/// The longest line that is read, in bytes.
pub const LONGEST: usize = 64 * 1024;

/// One line of input.
#[derive(Debug, PartialEq, Eq)]
pub enum Input {
    Text(String),
    /// Cannot be read as a message; the reason.
    Bad(&'static str),
}

/// The next line without its end; `None` when there is no more. A line that is too long is
/// skipped without being kept.
pub fn read_line(reader: &mut impl BufRead) -> Option<Input> {
    let mut line = Vec::new();
    let mut is_too_long = false;
    let mut has_read = false;
    loop {
        let chunk = match reader.fill_buf() {
            Ok(chunk) => chunk,
            Err(error) if error.kind() == ErrorKind::Interrupted => continue,
            // What cannot be read has ended.
            Err(_) => &[],
        };
        if chunk.is_empty() {
            if !has_read {
                return None;
            }
            break;
        }
        has_read = true;
        let end = chunk.iter().position(|&byte| byte == b'\n');
        let piece = &chunk[..end.unwrap_or(chunk.len())];
        if line.len() + piece.len() > LONGEST {
            is_too_long = true;
            line.clear();
        } else if !is_too_long {
            line.extend_from_slice(piece);
        }
        let used = end.map_or(chunk.len(), |end| end + 1);
        reader.consume(used);
        if end.is_some() {
            break;
        }
    }
    if is_too_long {
        return Some(Input::Bad("the line is longer than 64 KiB"));
    }
    Some(match String::from_utf8(line) {
        Ok(text) => Input::Text(text),
        Err(_) => Input::Bad("the line is not valid UTF-8"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(bytes: &[u8]) -> Vec<Input> {
        // A tiny buffer, so that lines come in pieces.
        let mut reader = std::io::BufReader::with_capacity(7, bytes);
        std::iter::from_fn(|| read_line(&mut reader)).collect()
    }

    #[test]
    fn any_bytes_are_lines() {
        let text = |text: &str| Input::Text(text.to_owned());
        assert_eq!(
            lines(b"coin 5\n\npush"),
            [text("coin 5"), text(""), text("push")]
        );
        assert_eq!(lines(b""), []);
        let bad = Input::Bad("the line is not valid UTF-8");
        assert_eq!(lines(b"\xff\xfe\npush\n"), [bad, text("push")]);
        assert_eq!(lines(b"a\0b\n"), [text("a\0b")]);
    }

    #[test]
    fn a_long_line_is_skipped_and_the_next_is_read() {
        let mut bytes = vec![b'x'; 5 * LONGEST];
        bytes.extend_from_slice(b"\npush\n");
        let long = Input::Bad("the line is longer than 64 KiB");
        assert_eq!(lines(&bytes), [long, Input::Text("push".to_owned())]);
        let exact = vec![b'x'; LONGEST];
        assert_eq!(lines(&exact), [Input::Text("x".repeat(LONGEST))]);
    }
}
