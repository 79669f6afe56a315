//! Names for machines, and groups by name.
#![allow(
    clippy::disallowed_methods,
    reason = "the tests are the outside: they have tasks"
)]

use wink_runtime::{Address, FindError, Group, Handle, Recipient, RegisterError, Registry};

use crate::driver::probe::{Deaf, Hearing, Log, note, quiet};

#[tokio::test(start_paused = true)]
async fn what_is_registered_is_found_as_what_it_is() {
    let system = quiet();
    let registry = Registry::new();
    let store = system.spawn(Deaf::new("store", &Log::default()));
    let lines: Recipient<String> = store.recipient_with(|line: String| note(line));
    registry
        .register("store", &store)
        .expect("the name is free");
    registry
        .register("lines", &lines)
        .expect("the name is free");
    registry
        .register("any", &store.handle())
        .expect("the name is free");
    assert_eq!(registry.find::<Address<Deaf>>("store"), Ok(store.clone()));
    let found: Recipient<String> = registry.find("lines").expect("it is registered");
    assert_eq!(found, lines);
    assert_eq!(registry.find::<Handle>("any"), Ok(store.handle()));
    let names = ["any", "lines", "store"].map(|name| (name.to_owned(), store.identity()));
    assert_eq!(registry.names(), names);
    assert_eq!(registry.unregister("any"), Some(store.identity()));
    assert_eq!(registry.unregister("any"), None);
}

#[tokio::test(start_paused = true)]
async fn the_error_says_what_is_there() {
    let system = quiet();
    let registry = Registry::new();
    let store = system.spawn(Deaf::new("store", &Log::default()));
    registry
        .register("store", &store)
        .expect("the name is free");
    let error = registry
        .find::<Address<Hearing>>("store")
        .expect_err("it is another machine");
    assert!(matches!(&error, FindError::Another { machine, .. } if *machine == store));
    let text = error.to_string();
    assert!(
        text.starts_with(&format!("\"store\" is {store}, registered as `")),
        "{text}"
    );
    assert!(
        text.contains("Probe<true>") && text.contains("Probe<false>"),
        "{text}"
    );
    let error = registry
        .find::<Address<Deaf>>("stor")
        .expect_err("nothing has that name");
    assert_eq!(
        error.to_string(),
        "nothing is registered as \"stor\"; did you mean \"store\"?"
    );
    let error = registry
        .find::<Address<Deaf>>("elsewhere")
        .expect_err("nothing has that name");
    assert_eq!(error.to_string(), "nothing is registered as \"elsewhere\"");
}

#[tokio::test(start_paused = true)]
async fn a_name_has_one_owner_and_is_free_when_that_ends() {
    let system = quiet();
    let registry = Registry::new();
    let first = system.spawn(Deaf::new("first", &Log::default()));
    let second = system.spawn(Deaf::new("second", &Log::default()));
    registry
        .register("store", &first)
        .expect("the name is free");
    registry.register("store", &first).expect("it is its own");
    assert_eq!(first.handle().watchers(), 1);
    let taken = RegisterError::Taken {
        name: "store".to_owned(),
        by: first.identity(),
    };
    assert_eq!(registry.register("store", &second), Err(taken));
    first.stop();
    first.closed().await;
    assert_eq!(registry.names(), []);
    registry
        .register("store", &second)
        .expect("the name is free again");
    let ended = RegisterError::Ended {
        name: "old".to_owned(),
        machine: first.identity(),
    };
    assert_eq!(registry.register("old", &first), Err(ended));
    assert_eq!(registry.names(), [("store".to_owned(), second.identity())]);
    drop(registry);
    assert_eq!(second.handle().watchers(), 0);
}

#[test]
fn groups_have_names_and_types() {
    let registry = Registry::new();
    let group: Group<String> = registry.group("room").expect("it is made");
    assert_eq!(registry.group("room"), Ok(group));
    let error = registry
        .group::<u32>("room")
        .expect_err("it is another type's");
    assert_eq!(
        error.to_string(),
        "the group \"room\" takes `alloc::string::String`; it was asked for as one that takes `u32`"
    );
    assert!(registry.topics().topic::<String>().is_empty());
}
