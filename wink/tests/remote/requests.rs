//! Requests between programs.

use super::machines::Two;
use wink::remote::{Answers, NotSent, Peer, Roles};

#[tokio::test(start_paused = true)]
async fn a_request_may_have_many_answers() {
    let two = Two::new();
    two.there
        .requests(|peer: Peer, body: Vec<u8>, answers: Answers| {
            assert!(peer.may(Roles::OBSERVE));
            tokio::spawn(async move {
                for index in 0..body[0] {
                    answers.send(&[index; 3]).await.expect("somebody waits");
                }
            });
        });
    let peer = two.here.connect("there").await.expect("it is there");
    assert_eq!(peer.holder().name, "there");
    for count in [0, 1, 200] {
        let mut answers = peer.request(&[count]).await.expect("short enough");
        for index in 0..count {
            assert_eq!(answers.next().await, Some(Ok(vec![index; 3])));
        }
        assert_eq!(answers.next().await, None);
    }
}

#[tokio::test(start_paused = true)]
async fn who_no_longer_waits_is_known() {
    let two = Two::new();
    let (told, mut heard) = tokio::sync::mpsc::unbounded_channel();
    two.there
        .requests(move |_: Peer, _: Vec<u8>, answers: Answers| {
            let told = told.clone();
            tokio::spawn(async move {
                answers.send(b"begun").await.expect("somebody waits");
                answers.cancelled().await;
                let _ = told.send(answers.send(b"late").await);
            });
        });
    let peer = two.here.connect("there").await.expect("it is there");
    let mut answers = peer.request(b"follow").await.expect("short enough");
    assert_eq!(answers.next().await, Some(Ok(b"begun".to_vec())));
    drop(answers);
    assert_eq!(heard.recv().await, Some(Err(NotSent::Cancelled)));
}

#[tokio::test(start_paused = true)]
async fn a_lost_node_is_an_error_of_what_it_was_asked() {
    let two = Two::new();
    two.there.requests(|_: Peer, _: Vec<u8>, answers: Answers| {
        // Never answered while the link lasts.
        tokio::spawn(async move { answers.cancelled().await });
    });
    let peer = two.here.connect("there").await.expect("it is there");
    let mut answers = peer.request(b"follow").await.expect("short enough");
    two.network.cut();
    let error = answers
        .next()
        .await
        .expect("an error")
        .expect_err("it is lost");
    assert!(error.to_string().contains("declared dead"), "{error}");
    assert_eq!(answers.next().await, None);
    let mut answers = peer.request(b"more").await.expect("short enough");
    assert!(answers.next().await.expect("an error").is_err());
}

#[tokio::test(start_paused = true)]
async fn a_node_that_serves_nothing_answers_nothing() {
    let two = Two::new();
    let peer = two.here.connect("there").await.expect("it is there");
    let mut answers = peer.request(b"list").await.expect("short enough");
    assert_eq!(answers.next().await, None);
    let long = vec![0; 2 << 20];
    let error = peer.request(&long).await.expect_err("too long");
    assert!(error.to_string().contains("send it in parts"), "{error}");
}
