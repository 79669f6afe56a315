//! The delay of a `<send>`.

use std::time::Duration;

/// `1.5s`, `10ms`, `.5s`, `2m`, `0`: a CSS2 time. `None` when it is none.
pub fn duration(text: &str) -> Option<Duration> {
    let text = text.trim();
    let (number, factor) = if let Some(number) = text.strip_suffix("ms") {
        (number, 0.001)
    } else if let Some(number) = text.strip_suffix('s') {
        (number, 1.0)
    } else if let Some(number) = text.strip_suffix('m') {
        (number, 60.0)
    } else if let Some(number) = text.strip_suffix('h') {
        (number, 3_600.0)
    } else {
        // Without a unit only a number that needs none, or milliseconds.
        (text, 0.001)
    };
    let plain = |byte: u8| byte.is_ascii_digit() || byte == b'.';
    if number.is_empty() || !number.bytes().all(plain) {
        return None;
    }
    let seconds: f64 = number.parse().ok()?;
    Duration::try_from_secs_f64(seconds * factor).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn css_times_are_read() {
        let cases = [
            ("1s", 1_000),
            ("1.5s", 1_500),
            (".5s", 500),
            ("10ms", 10),
            ("0", 0),
            ("0s", 0),
            (" 2s ", 2_000),
            ("100", 100),
        ];
        for (text, milliseconds) in cases {
            assert_eq!(
                duration(text),
                Some(Duration::from_millis(milliseconds)),
                "{text}"
            );
        }
        for text in ["", "s", "-1s", "1e9s", "soon", "inf"] {
            assert_eq!(duration(text), None, "{text}");
        }
    }
}
