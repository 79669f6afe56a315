//! Numbers and texts as bytes, and back, when the bytes may be anybody's.
//!
//! Must not know of: frames.

use std::fmt;

/// Appends numbers and texts.
#[derive(Debug)]
pub struct Writer<'a>(pub &'a mut Vec<u8>);

impl Writer<'_> {
    /// One byte.
    #[inline]
    pub fn byte(&mut self, value: u8) {
        self.0.push(value);
    }

    /// A number in seven bits a byte, the lowest first; all bytes but the last have their top
    /// bit set (LEB128, as in the formats of DWARF and Protocol Buffers).
    #[inline]
    pub fn number(&mut self, mut value: u64) {
        while value >= 0x80 {
            self.0.push(value as u8 | 0x80);
            value >>= 7;
        }
        self.0.push(value as u8);
    }

    /// A number in eight bytes, the lowest first.
    pub fn fixed(&mut self, value: u64) {
        self.0.extend_from_slice(&value.to_le_bytes());
    }

    /// The length in bytes, then the bytes.
    pub fn text(&mut self, value: &str) {
        self.number(value.len() as u64);
        self.0.extend_from_slice(value.as_bytes());
    }

    /// The bytes as they are: only at a frame's end.
    pub fn rest(&mut self, value: &[u8]) {
        self.0.extend_from_slice(value);
    }
}

/// Takes numbers and texts off the front of bytes that may be anything.
#[derive(Clone, Debug)]
pub struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Reader<'a> {
    /// Reads from the first byte.
    pub fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, at: 0 }
    }

    /// How many bytes have been read.
    pub fn at(&self) -> usize {
        self.at
    }

    /// One byte, which is the `what` of its frame.
    ///
    /// # Errors
    /// When there is none.
    #[inline]
    pub fn byte(&mut self, what: &'static str) -> Result<u8, WireError> {
        let byte = *self
            .bytes
            .get(self.at)
            .ok_or(self.error(what, Problem::Truncated))?;
        self.at += 1;
        Ok(byte)
    }

    /// A number, as [`Writer::number`] writes it.
    ///
    /// # Errors
    /// When the bytes end before it does, and when it does not fit 64 bits or could be shorter.
    #[inline]
    pub fn number(&mut self, what: &'static str) -> Result<u64, WireError> {
        let mut value = 0;
        for shift in (0..64).step_by(7) {
            let byte = self.byte(what)?;
            let part = u64::from(byte & 0x7f);
            // The tenth byte has room for one bit.
            if shift == 63 && part > 1 || shift > 0 && byte == 0 {
                break;
            }
            value |= part << shift;
            if byte < 0x80 {
                return Ok(value);
            }
        }
        Err(self.error(what, Problem::Number))
    }

    /// A number of at most 32 bits.
    ///
    /// # Errors
    /// As [`number`](Self::number), and when it is larger.
    pub fn small(&mut self, what: &'static str) -> Result<u32, WireError> {
        let value = self.number(what)?;
        u32::try_from(value).map_err(|_| self.error(what, Problem::Number))
    }

    /// A number of eight bytes.
    ///
    /// # Errors
    /// When there are fewer.
    pub fn fixed(&mut self, what: &'static str) -> Result<u64, WireError> {
        let bytes = self.take(8, what)?;
        let mut value = [0; 8];
        value.copy_from_slice(bytes);
        Ok(u64::from_le_bytes(value))
    }

    /// A text of at most `limit` bytes.
    ///
    /// # Errors
    /// When it is longer, when the bytes end before it does, and when it is no UTF-8.
    pub fn text(&mut self, what: &'static str, limit: usize) -> Result<&'a str, WireError> {
        let length = self.number(what)?;
        if length > limit as u64 {
            let (size, limit) = (length, limit as u64);
            return Err(self.error(what, Problem::Oversized { size, limit }));
        }
        let bytes = self.take(length as usize, what)?;
        std::str::from_utf8(bytes).map_err(|_| self.error(what, Problem::NoText))
    }

    /// Everything that is left.
    #[inline]
    pub fn rest(&mut self) -> &'a [u8] {
        let rest = &self.bytes[self.at..];
        self.at = self.bytes.len();
        rest
    }

    /// Makes sure that nothing is left.
    ///
    /// # Errors
    /// When something is.
    #[inline]
    pub fn finish(&self, what: &'static str) -> Result<(), WireError> {
        match self.bytes.len() - self.at {
            0 => Ok(()),
            extra => Err(self.error(what, Problem::Trailing(extra))),
        }
    }

    /// The error that something is wrong here.
    pub fn error(&self, what: &'static str, problem: Problem) -> WireError {
        WireError {
            what,
            at: self.at,
            problem,
        }
    }

    fn take(&mut self, length: usize, what: &'static str) -> Result<&'a [u8], WireError> {
        let left = &self.bytes[self.at..];
        let Some(bytes) = left.get(..length) else {
            return Err(self.error(what, Problem::Truncated));
        };
        self.at += length;
        Ok(bytes)
    }
}

/// Bytes that are no frame: which part of it, at which of its bytes, and what is wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WireError {
    /// The part of the frame.
    pub what: &'static str,
    /// How many bytes of the frame came before.
    pub at: usize,
    /// What is wrong.
    pub problem: Problem,
}

/// What may be wrong with a part of a frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Problem {
    /// The bytes end in the middle.
    Truncated,
    /// A number has more bits than it may, or more bytes than it needs.
    Number,
    /// A text is no UTF-8.
    NoText,
    /// It is longer than the reader takes.
    Oversized {
        /// How long it says that it is, in bytes.
        size: u64,
        /// How long it may be.
        limit: u64,
    },
    /// So many bytes follow the end.
    Trailing(usize),
    /// There is no such code.
    Unknown(u8),
}

impl fmt::Display for WireError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { what, at, problem } = self;
        write!(formatter, "{what}, at byte {at} of its frame: ")?;
        match problem {
            Problem::Truncated => formatter.write_str("the frame ends in the middle of it"),
            Problem::Number => formatter.write_str("not a number of this protocol"),
            Problem::NoText => formatter.write_str("not UTF-8"),
            Problem::Oversized { size, limit } => {
                write!(formatter, "{size} bytes long; at most {limit} are taken")
            }
            Problem::Trailing(extra) => write!(formatter, "{extra} bytes follow its end"),
            Problem::Unknown(code) => write!(formatter, "there is no code {code}"),
        }
    }
}

impl std::error::Error for WireError {}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn written(write: impl FnOnce(&mut Writer<'_>)) -> Vec<u8> {
        let mut bytes = Vec::new();
        write(&mut Writer(&mut bytes));
        bytes
    }

    #[test]
    fn numbers_are_as_long_as_they_must_be() {
        let table: [(u64, &[u8]); 5] = [
            (0, &[0]),
            (0x7f, &[0x7f]),
            (0x80, &[0x80, 1]),
            (300, &[0xac, 2]),
            (u64::MAX, &[255, 255, 255, 255, 255, 255, 255, 255, 255, 1]),
        ];
        for (number, bytes) in table {
            assert_eq!(written(|writer| writer.number(number)), bytes);
            assert_eq!(Reader::new(bytes).number("n"), Ok(number));
        }
    }

    #[test]
    fn numbers_that_are_too_long_are_refused() {
        for bytes in [&[0x80, 0][..], &[0xff; 10], &[0x80; 11], &[255, 0x80, 0]] {
            let problem = Reader::new(bytes)
                .number("n")
                .map_err(|error| error.problem);
            assert_eq!(problem, Err(Problem::Number), "{bytes:?}");
        }
        let large = written(|writer| writer.number(1 << 32));
        let problem = Reader::new(&large)
            .small("n")
            .map_err(|error| error.problem);
        assert_eq!(problem, Err(Problem::Number));
    }

    #[test]
    fn an_absurd_length_costs_nothing() {
        let bytes = written(|writer| writer.number(u64::MAX));
        let error = Reader::new(&bytes).text("name", 100).expect_err("no text");
        assert_eq!(
            error.to_string(),
            "name, at byte 10 of its frame: 18446744073709551615 bytes long; at most 100 are taken"
        );
    }

    proptest! {
        #[test]
        fn what_is_written_is_read(
            number: u64, small: u32, fixed: u64, text: String, rest: Vec<u8>,
        ) {
            let bytes = written(|writer| {
                writer.number(number);
                writer.number(u64::from(small));
                writer.fixed(fixed);
                writer.text(&text);
                writer.rest(&rest);
            });
            let mut reader = Reader::new(&bytes);
            prop_assert_eq!(reader.number("a"), Ok(number));
            prop_assert_eq!(reader.small("b"), Ok(small));
            prop_assert_eq!(reader.fixed("c"), Ok(fixed));
            prop_assert_eq!(reader.text("d", text.len()), Ok(&*text));
            prop_assert_eq!(reader.rest(), &rest[..]);
            prop_assert_eq!(reader.finish("e"), Ok(()));
        }

        #[test]
        fn a_number_has_one_form(bytes in prop::collection::vec(any::<u8>(), 0..12)) {
            let mut reader = Reader::new(&bytes);
            if let Ok(number) = reader.number("n") {
                prop_assert_eq!(&written(|writer| writer.number(number)), &bytes[..reader.at()]);
            }
        }
    }
}
