//! A picture as pixels, for what shows no SVG. resvg draws it.
//!
//! Letters need a font. None is shipped: one with letters of one width is looked for on this
//! computer, and that there is none is an error, not a picture without words.

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;
use resvg::tiny_skia::{Pixmap, Transform};
use resvg::usvg::fontdb::{Database, Family, Query};
use resvg::usvg::{Options, Tree};

/// What is taken before any other font whose letters are of one width.
const FONTS: [&str; 8] = [
    "DejaVu Sans Mono",
    "Menlo",
    "Consolas",
    "Liberation Mono",
    "Noto Sans Mono",
    "Ubuntu Mono",
    "Cascadia Mono",
    "Courier New",
];
/// Pixels at most: 256 MB in memory.
const PIXELS: f64 = 64e6;

/// Why there are no pixels.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum PngError {
    /// No font whose letters are of one width was found.
    NoFont,
    /// It would be this wide and high.
    TooLarge(u64, u64),
    /// It is no picture that can be read; what is wrong with it.
    Unreadable(String),
}

impl fmt::Display for PngError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            PngError::NoFont => formatter.write_str(
                "no font with letters of one width is installed: nothing could be written into \
                 the picture\nhelp: install DejaVu Sans Mono (Debian: `fonts-dejavu-core`), or \
                 take `--format svg`",
            ),
            PngError::TooLarge(width, height) => {
                write!(formatter, "{width} x {height} pixels are too many")
            }
            PngError::Unreadable(what) => write!(formatter, "the picture cannot be read: {what}"),
        }
    }
}

impl core::error::Error for PngError {}

/// The pixels, as a PNG file, of a picture that [`svg`](super::svg()) or
/// [`svg_in`](super::svg_in) wrote; one that follows its reader is light. At scale 1 a letter is
/// as large as in a browser.
///
/// # Errors
/// When this computer has no font for it, when it would be too large, and when it is no picture.
pub fn png(svg: &str, scale: f32) -> Result<Vec<u8>, PngError> {
    let mut options = Options::default();
    let fonts = options.fontdb_mut();
    fonts.load_system_fonts();
    let font = monospaced(fonts).ok_or(PngError::NoFont)?;
    fonts.set_monospace_family(&font);
    options.font_family = font;
    let tree = Tree::from_str(&without_media(svg), &options);
    let tree = tree.map_err(|error| PngError::Unreadable(format!("{error}")))?;
    let size = tree.size();
    let [width, height] = [size.width(), size.height()].map(|side| (side * scale).ceil());
    if f64::from(width) * f64::from(height) > PIXELS {
        return Err(PngError::TooLarge(width as u64, height as u64));
    }
    let pixels = Pixmap::new(width as u32, height as u32);
    let Some(mut pixels) = pixels else {
        return Err(PngError::TooLarge(width as u64, height as u64));
    };
    resvg::render(
        &tree,
        Transform::from_scale(scale, scale),
        &mut pixels.as_mut(),
    );
    let encoded = pixels.encode_png();
    encoded.map_err(|error| PngError::Unreadable(format!("{error}")))
}

/// The family of a font whose letters are of one width.
fn monospaced(fonts: &Database) -> Option<String> {
    let is_there = |name: &&str| {
        let families = [Family::Name(name)];
        let query = Query {
            families: &families,
            ..Query::default()
        };
        fonts.query(&query).is_some()
    };
    if let Some(name) = FONTS.iter().find(|name| is_there(name)) {
        return Some((*name).into());
    }
    let mut faces = fonts.faces().filter(|face| face.monospaced);
    faces.find_map(|face| face.families.first().map(|family| family.0.clone()))
}

/// The picture without rules for what its reader likes, of which resvg knows nothing.
fn without_media(svg: &str) -> String {
    let mut text = String::new();
    let mut rest = svg;
    while let Some(start) = rest.find("@media") {
        let Some(length) = rest[start..].find("}}") else {
            break;
        };
        text.push_str(&rest[..start]);
        rest = &rest[start + length + 2..];
    }
    text.push_str(rest);
    text
}
