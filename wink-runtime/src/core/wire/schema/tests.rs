use super::*;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::num::NonZeroU32;

fn shape_of<T: DeserializeOwned>() -> Result<String, SchemaError> {
    shape(&|probe| T::deserialize(probe).map(drop)).map(|shape| shape.to_string())
}

#[derive(Deserialize)]
#[allow(dead_code)]
enum Order {
    Coffee { sugar: Option<u8>, milk: Milk },
    Cakes(Vec<Cake>),
    Both(Cake, Milk),
    Nothing,
}

#[derive(Deserialize)]
#[allow(dead_code)]
enum Milk {
    Cow,
    Oat { brand: String },
}

#[derive(Deserialize)]
#[allow(dead_code)]
struct Cake {
    price: NonZeroU32,
    pieces: BTreeMap<String, (f32, bool)>,
}

#[test]
fn every_variant_is_looked_at() {
    let cake = "{ price: u32, pieces: [text: (f32, bool)] }";
    let milk = "<Cow | Oat { brand: text }>";
    assert_eq!(
        shape_of::<Order>(),
        Ok(format!(
            "<Coffee {{ sugar: u8?, milk: {milk} }} | Cakes ([{cake}]) | Both ({cake}, {milk}) | \
             Nothing>"
        ))
    );
}

#[test]
fn types_made_of_text_and_bytes_are_found_out() {
    #[derive(Deserialize)]
    #[serde(try_from = "String")]
    struct Version;
    impl TryFrom<String> for Version {
        type Error = &'static str;
        fn try_from(text: String) -> Result<Self, &'static str> {
            match text.split('.').count() {
                3 => Ok(Version),
                _ => Err("a version has three numbers"),
            }
        }
    }
    assert_eq!(shape_of::<Version>().as_deref(), Ok("text"));
    assert_eq!(
        shape_of::<std::time::Duration>().as_deref(),
        Ok("{ secs: u64, nanos: u32 }")
    );
}

#[derive(Deserialize)]
#[allow(dead_code)]
enum Tree {
    Leaf(u8),
    Node(Box<Tree>, Box<Tree>),
}

#[derive(Deserialize)]
#[allow(dead_code)]
struct Forest {
    trees: Vec<Tree>,
}

#[derive(Deserialize)]
#[allow(dead_code)]
struct Chain {
    next: Option<Box<Chain>>,
}

#[test]
fn types_that_contain_themselves_are_refused() {
    let error = shape_of::<Forest>().expect_err("a tree has trees");
    assert_eq!(
        error,
        SchemaError::Recursive {
            within: "`trees.Node`".into()
        }
    );
    assert!(
        error
            .to_string()
            .starts_with("`trees.Node` contains itself")
    );
    assert!(matches!(
        shape_of::<Chain>(),
        Err(SchemaError::Recursive { .. })
    ));
}

#[test]
fn one_type_twice_is_no_recursion() {
    #[derive(Deserialize)]
    #[allow(dead_code)]
    struct Twice {
        first: Milk,
        second: Milk,
        nested: Option<Option<Vec<Vec<Milk>>>>,
    }
    let milk = "<Cow | Oat { brand: text }>";
    assert_eq!(
        shape_of::<Twice>(),
        Ok(format!(
            "{{ first: {milk}, second: {milk}, nested: [[{milk}]]?? }}"
        ))
    );
}

#[test]
fn lists_of_nothing_are_refused() {
    #[derive(Deserialize)]
    struct Nothing;
    for error in [
        shape_of::<Vec<()>>(),
        shape_of::<Vec<(Nothing, ())>>(),
        shape_of::<BTreeMap<(), ()>>(),
        shape_of::<Vec<[u8; 0]>>(),
    ] {
        assert!(
            matches!(error, Err(SchemaError::EmptyElements { .. })),
            "{error:?}"
        );
    }
}

#[test]
fn what_needs_self_describing_bytes_is_refused() {
    #[derive(Deserialize)]
    #[serde(untagged)]
    #[allow(dead_code)]
    enum Either {
        Number(u32),
        Text(String),
    }
    #[derive(Deserialize)]
    #[serde(tag = "kind")]
    #[allow(dead_code)]
    enum Tagged {
        A { value: u32 },
    }
    #[derive(Deserialize)]
    #[allow(dead_code)]
    struct Flat {
        #[serde(flatten)]
        rest: Cake,
    }
    for error in [
        shape_of::<Either>(),
        shape_of::<Tagged>(),
        shape_of::<Flat>(),
        shape_of::<serde_json::Value>(),
    ] {
        assert!(
            matches!(error, Err(SchemaError::SelfDescribing { .. })),
            "{error:?}"
        );
    }
}

#[test]
fn a_type_that_accepts_nothing_says_so() {
    #[derive(Deserialize, Debug)]
    #[serde(try_from = "String")]
    struct Odd;
    impl TryFrom<String> for Odd {
        type Error = String;
        fn try_from(text: String) -> Result<Self, String> {
            Err(format!("`{text}` is not odd"))
        }
    }
    #[derive(Deserialize)]
    #[allow(dead_code)]
    struct Holder {
        odd: Odd,
    }
    let error = shape_of::<Holder>().expect_err("nothing is accepted");
    assert!(
        error
            .to_string()
            .starts_with("the shape of `odd` cannot be found out: `0000"),
        "{error}"
    );
}

#[test]
fn differences_are_named() {
    let schema = |lines: &[&str]| Schema {
        lines: lines.iter().map(|&line| line.to_owned()).collect(),
    };
    let one = schema(&["Coin { value: u32 }", "Push", "Total -> u32"]);
    let two = schema(&["Coin { value: u64 }", "Push", "Total -> u32"]);
    assert_ne!(one.fingerprint(), two.fingerprint());
    assert_eq!(
        one.difference(&two.text()),
        "here `Coin { value: u32 }`, there `Coin { value: u64 }`"
    );
    let turned = schema(&["Push", "Coin { value: u32 }", "Total -> u32"]);
    assert_ne!(one.fingerprint(), turned.fingerprint());
    assert_eq!(one.difference(&turned.text()), "the order of the messages");
}
