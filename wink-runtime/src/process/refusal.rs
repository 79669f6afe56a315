//! What a program without wink's feature `remote` answers to those who want to connect.

use std::net::UdpSocket;

/// Tells everybody who wants to connect that there is no version of QUIC which is spoken here, so
/// that nobody waits for an answer in vain.
pub(super) fn refuse(socket: &UdpSocket) {
    let mut packet = [0; 2_048];
    while let Ok((length, from)) = socket.recv_from(&mut packet) {
        if let Some(answer) = no_version(&packet[..length]) {
            // Whoever has gone away hears nothing.
            let _ = socket.send_to(&answer, from);
        }
    }
}

/// The answer to the first packet of a connection: RFC 9000, section 17.2.1, with no version but
/// a reserved one. Nothing for what is no such packet.
fn no_version(packet: &[u8]) -> Option<Vec<u8>> {
    // The smallest that starts a connection: nobody is sent more than he has sent.
    let (&first, rest) = packet.split_first()?;
    let (version, rest) = rest.split_first_chunk::<4>()?;
    if packet.len() < 1_200 || first & 0x80 == 0 || *version == [0; 4] {
        return None;
    }
    let (&length, rest) = rest.split_first()?;
    let (destination, rest) = rest.split_at_checked(length.into())?;
    let (&length, rest) = rest.split_first()?;
    let (source, _) = rest.split_at_checked(length.into())?;
    let mut answer = vec![0x80, 0, 0, 0, 0];
    for id in [source, destination] {
        answer.push(u8::try_from(id.len()).ok()?);
        answer.extend_from_slice(id);
    }
    answer.extend_from_slice(&[0x1a, 0x2a, 0x3a, 0x4a]);
    Some(answer)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_connects_hears_that_nobody_speaks_here() {
        let mut packet = vec![0xc0, 0, 0, 0, 1, 3, 7, 8, 9, 2, 5, 6];
        assert_eq!(no_version(&packet), None, "too small to be a first packet");
        packet.resize(1_200, 0);
        let answer = [
            0x80, 0, 0, 0, 0, 2, 5, 6, 3, 7, 8, 9, 0x1a, 0x2a, 0x3a, 0x4a,
        ];
        assert_eq!(no_version(&packet), Some(answer.to_vec()));
        for length in 0..packet.len() {
            assert_eq!(no_version(&packet[..length]), None);
        }
        packet[5] = 255;
        packet[261] = 255;
        assert!(no_version(&packet).is_some());
        packet[0] = 0x40;
        assert_eq!(no_version(&packet), None, "no beginning");
        packet[0] = 0xc0;
        packet[1..5].fill(0);
        assert_eq!(no_version(&packet), None, "an answer is not answered");
    }

    #[cfg(feature = "remote")]
    #[allow(
        clippy::disallowed_methods,
        reason = "the other program is a thread here"
    )]
    #[tokio::test]
    async fn who_reaches_for_a_program_without_the_feature_hears_so_at_once() {
        use crate::remote::{Authority, Grant, Kind, Node, Roles};
        let socket = UdpSocket::bind("127.0.0.1:0").expect("a socket");
        let address = socket.local_addr().expect("it is bound").to_string();
        std::thread::spawn(move || refuse(&socket));
        let authority = Authority::generate().expect("an authority");
        let grant = Grant::new("here", Kind::Node, Roles::ALL);
        let credential = authority.issue(&grant).expect("a credential");
        let system = crate::System::new();
        let node = Node::builder(&system, credential)
            .start()
            .expect("it starts");
        let error = node
            .connect(&address)
            .await
            .expect_err("nobody speaks there");
        assert!(
            error.why.contains("without wink's feature `remote`"),
            "{error}"
        );
    }
}
