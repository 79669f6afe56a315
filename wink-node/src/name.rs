//! Names of machines: `package/Machine`, `package/Machine1.2.3`, `package/Machine@^1.2:tag`.
//!
//! Must not know of: files, and which machines there are.

use semver::{Version, VersionReq};
use std::cmp::Ordering;
use std::fmt;
use std::str::FromStr;
use wink_chart::nearest;

/// The longest name, in bytes.
const LONGEST: usize = 256;

/// A machine as it is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Name {
    /// `package/Machine`.
    pub base: String,
    /// Which versions will do.
    pub wanted: Wanted,
    /// A word of the asker's own, to tell this machine from others of its name.
    pub tag: Option<String>,
}

/// Which versions of a machine will do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wanted {
    /// Any: the highest there is.
    Highest,
    /// This one and no other.
    Exactly(Version),
    /// The highest of these.
    Matching(VersionReq),
}

/// Why a text is no name of a machine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NameError {
    name: String,
    what: &'static str,
}

impl fmt::Display for NameError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (name, what) = (&self.name, self.what);
        write!(
            formatter,
            "`{name}` is no name of a machine: {what}; write `package/Machine`, \
             `package/Machine1.2.3`, `package/Machine@^1.2`, and `:tag` behind it if you like"
        )
    }
}

impl std::error::Error for NameError {}

impl FromStr for Name {
    type Err = NameError;

    fn from_str(text: &str) -> Result<Self, NameError> {
        let wrong = |what| NameError {
            name: text.chars().take(60).flat_map(char::escape_debug).collect(),
            what,
        };
        if text.len() > LONGEST {
            return Err(wrong("it is too long"));
        }
        let (rest, tag) = match text.split_once(':') {
            Some((rest, tag)) => (rest, Some(tag)),
            None => (text, None),
        };
        if tag.is_some_and(|tag| !is_word(tag)) {
            return Err(wrong("its tag is not made of letters, digits, `-` and `_`"));
        }
        let (base, wanted) = match rest.split_once('@') {
            Some((base, wanted)) => {
                let wanted = match (Version::parse(wanted), VersionReq::parse(wanted)) {
                    (Ok(version), _) => Wanted::Exactly(version),
                    (_, Ok(range)) => Wanted::Matching(range),
                    _ => return Err(wrong("what stands behind `@` is no version and no range")),
                };
                (base, wanted)
            }
            None => match split_version(rest) {
                Some((base, version)) => (base, Wanted::Exactly(version)),
                None => (rest, Wanted::Highest),
            },
        };
        let Some((package, machine)) = base.split_once('/') else {
            return Err(wrong("it has no package"));
        };
        if !is_word(package) || !is_word(machine) {
            return Err(wrong(
                "package and machine are made of letters, digits, `-` and `_`",
            ));
        }
        Ok(Name {
            base: base.to_owned(),
            wanted,
            tag: tag.map(str::to_owned),
        })
    }
}

impl Name {
    /// Whether a machine of that full name is one that this asks for.
    pub fn is_met_by(&self, machine: &Name) -> bool {
        let is_version = match &machine.wanted {
            Wanted::Exactly(version) => self.wanted.takes(version),
            _ => self.wanted == Wanted::Highest,
        };
        let is_tag = self.tag.is_none() || self.tag == machine.tag;
        self.base == machine.base && is_version && is_tag
    }
}

fn is_word(text: &str) -> bool {
    let is_plain = |letter: char| letter.is_alphanumeric() || letter == '-' || letter == '_';
    !text.is_empty() && text.chars().all(is_plain)
}

/// The name of these that was most likely meant by a text that is none of them: one that is near
/// it, one of a machine that is called so in another package, one of a package that is.
pub fn meant<'a>(asked: &str, names: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let names: Vec<&str> = names.into_iter().collect();
    let asked = asked.split([':', '@']).next().unwrap_or_default();
    let asked = split_version(asked).map_or(asked, |(base, _)| base);
    // Nothing is as long as that.
    if asked.len() > LONGEST {
        return None;
    }
    let machine = |name: &'a str| name.split_once('/').map_or(name, |(_, machine)| machine);
    let package = |name: &'a str| name.split_once('/').map_or(name, |(package, _)| package);
    let word = asked.rsplit('/').next().unwrap_or_default();
    let near = |part: &dyn Fn(&'a str) -> &'a str| {
        let part_of = nearest(word, names.iter().map(|name| part(name)))?;
        names.iter().copied().find(|name| part(name) == part_of)
    };
    let same = |part: &dyn Fn(&'a str) -> &'a str, word: &str| {
        let mut names = names.iter().copied();
        names.find(|name| part(name).to_lowercase() == word.to_lowercase())
    };
    nearest(asked, names.iter().copied())
        .or_else(|| same(&machine, word))
        .or_else(|| same(&package, asked))
        .or_else(|| near(&machine))
}

/// Takes the version off the end of `Machine1.2.3`: the longest one that there is.
pub fn split_version(text: &str) -> Option<(&str, Version)> {
    let digits = text.match_indices(|letter: char| letter.is_ascii_digit());
    for (place, _) in digits {
        if let Ok(version) = Version::parse(&text[place..]) {
            return Some((&text[..place], version));
        }
    }
    None
}

impl Wanted {
    /// Whether this version will do.
    pub fn takes(&self, version: &Version) -> bool {
        match self {
            Wanted::Highest => true,
            Wanted::Exactly(exact) => version == exact,
            Wanted::Matching(range) => range.matches(version),
        }
    }
}

/// Which of two versions is the higher one, by semantic versioning's rule of precedence (section
/// 11 of semver.org 2.0.0): build metadata takes no part.
pub fn precedence(left: &Version, right: &Version) -> Ordering {
    left.cmp_precedence(right)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn name(text: &str) -> Result<Name, String> {
        text.parse().map_err(|error: NameError| error.to_string())
    }

    #[test]
    fn names_are_read() {
        let plain = name("switch/Switch").unwrap();
        assert_eq!(plain.base, "switch/Switch");
        assert_eq!((plain.wanted, plain.tag), (Wanted::Highest, None));
        let exact = name("version/Version1.0.0-rc.1+7:blue").unwrap();
        assert_eq!(exact.base, "version/Version");
        let version = Version::parse("1.0.0-rc.1+7").unwrap();
        assert_eq!(exact.wanted, Wanted::Exactly(version));
        assert_eq!(exact.tag.as_deref(), Some("blue"));
        let range = name("a/B@^1.2").unwrap();
        assert!(range.wanted.takes(&Version::new(1, 9, 0)));
        assert!(!range.wanted.takes(&Version::new(2, 0, 0)));
        assert_eq!(name("a/B2").unwrap().base, "a/B2");
        assert_eq!(name("a/B21.0.0").unwrap().base, "a/B");
    }

    /// What made the forerunner run any program on the computer, and more of the kind.
    #[test]
    fn nothing_outside_can_be_named() {
        for bad in [
            "",
            "/",
            "switch",
            "/usr/bin/touch",
            "../outside/Machine",
            "a/../b",
            "a/..",
            "./a/b",
            "a/b/c",
            "a//b",
            "a/b\0",
            "a/b\n",
            "a b/c",
            "a/b c",
            "a/b:",
            "a/b:x/y",
            "a/b@",
            "a/b@soon",
            "~/x",
            "a\\b/c",
            "-/.",
        ] {
            assert!(name(bad).is_err(), "{bad:?}");
        }
        assert!(name(&"x/".repeat(1000)).is_err());
    }

    /// Precedence as the standard tells it, written down a second time and slowly.
    fn slow(left: &Version, right: &Version) -> Ordering {
        let numbers = |version: &Version| [version.major, version.minor, version.patch];
        let parts = |version: &Version| -> Vec<String> {
            let text = version.pre.as_str();
            match text.is_empty() {
                true => Vec::new(),
                false => text.split('.').map(str::to_owned).collect(),
            }
        };
        numbers(left).cmp(&numbers(right)).then_with(|| {
            let (left, right) = (parts(left), parts(right));
            match (left.is_empty(), right.is_empty()) {
                (true, true) => return Ordering::Equal,
                (true, false) => return Ordering::Greater,
                (false, true) => return Ordering::Less,
                (false, false) => {}
            }
            for (one, other) in left.iter().zip(&right) {
                let order = match (one.parse::<u64>(), other.parse::<u64>()) {
                    (Ok(one), Ok(other)) => one.cmp(&other),
                    (Ok(_), Err(_)) => Ordering::Less,
                    (Err(_), Ok(_)) => Ordering::Greater,
                    (Err(_), Err(_)) => one.as_bytes().cmp(other.as_bytes()),
                };
                if order != Ordering::Equal {
                    return order;
                }
            }
            left.len().cmp(&right.len())
        })
    }

    fn version() -> impl Strategy<Value = Version> {
        let number = 0_u64..4;
        let part = prop_oneof!["[a-c]{1,2}", "(0|[1-9][0-9]?)", "[0-9]?[a-c]-"];
        let pre = proptest::collection::vec(part, 0..3);
        let build = proptest::collection::vec("[0-9a-c]{1,2}", 0..2);
        (number.clone(), number.clone(), number, pre, build).prop_map(
            |(major, minor, patch, pre, build)| {
                let mut text = format!("{major}.{minor}.{patch}");
                if !pre.is_empty() {
                    text += &format!("-{}", pre.join("."));
                }
                if !build.is_empty() {
                    text += &format!("+{}", build.join("."));
                }
                Version::parse(&text).expect("a version")
            },
        )
    }

    #[test]
    fn who_leaves_out_the_package_or_takes_another_is_told_the_whole_name() {
        let names = ["family/Child", "family/Parent", "switch/Switch"];
        let meant = |asked| meant(asked, names);
        for asked in [
            "Switch",
            "switch",
            "SWITCH:blue",
            "samples/Switch",
            "Swich@^1",
            "switch/Swich",
        ] {
            assert_eq!(meant(asked), Some("switch/Switch"), "{asked}");
        }
        assert_eq!(meant("family"), Some("family/Child"));
        assert_eq!(meant("Parent0.1.0"), Some("family/Parent"));
        for asked in ["", "/", "toaster/Toaster", "/usr/bin/touch", "é/ü"] {
            assert_eq!(meant(asked), None, "{asked}");
        }
        assert_eq!(meant(&"x".repeat(100_000)), None);
    }

    #[test]
    fn a_machine_is_asked_for_by_its_whole_name_and_no_part_of_it() {
        let machine: Name = "switch/Switch1.2.3:blue".parse().expect("a name");
        for (asked, is_it) in [
            ("switch/Switch", true),
            ("switch/Switch1.2.3", true),
            ("switch/Switch@^1.1:blue", true),
            ("switch/Swi", false),
            ("switch/Switch1.2.4", false),
            ("switch/Switch:red", false),
        ] {
            let name: Name = asked.parse().expect("a name");
            assert_eq!(name.is_met_by(&machine), is_it, "{asked}");
        }
    }

    proptest! {
        #[test]
        fn precedence_is_the_standard_s(left in version(), right in version()) {
            prop_assert_eq!(precedence(&left, &right), slow(&left, &right));
        }

        #[test]
        fn any_text_is_a_name_or_an_error(text in ".{0,40}") {
            if let Ok(read) = text.parse::<Name>() {
                prop_assert!(!read.base.contains(".."));
                prop_assert_eq!(read.base.matches('/').count(), 1);
            }
        }

        #[test]
        fn a_version_behind_a_name_comes_off_whole(version in version()) {
            let text = format!("a/B{version}");
            let read: Name = text.parse().expect("a name");
            prop_assert_eq!(read.wanted, Wanted::Exactly(version));
        }
    }
}
