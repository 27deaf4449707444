//! A client of HTTP/2 without TLS that sees the frames.

use std::io::{Read as _, Write as _};
use std::net::{Ipv4Addr, TcpStream};

use crate::support::LONG;

const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
const END_STREAM: u8 = 1;
const END_HEADERS: u8 = 4;
const ACK: u8 = 1;

/// A frame (RFC 9113, 4.1).
#[derive(Debug)]
pub struct Frame {
    pub kind: u8,
    flags: u8,
    pub stream: u32,
    pub payload: Vec<u8>,
}

impl Frame {
    pub const DATA: u8 = 0;
    const HEADERS: u8 = 1;
    const SETTINGS: u8 = 4;
    const PING: u8 = 6;
    pub const GO_AWAY: u8 = 7;
}

/// A connection that answers pings and settings.
pub struct Http2(TcpStream);

impl Http2 {
    pub fn connect(port: u16) -> Self {
        let stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port)).unwrap();
        stream.set_read_timeout(Some(LONG)).unwrap();
        let mut client = Self(stream);
        client.0.write_all(PREFACE).unwrap();
        client.send(Frame::SETTINGS, 0, 0, &[]);
        client
    }

    /// Sends the head of a POST whose body follows.
    pub fn send_head(&mut self, stream: u32, path: &str, content_type: &str) {
        // The static table has `:method: POST` and `:scheme: http` as 3 and 6, and the names of the
        // others as 1, 4 and 31 (RFC 7541, appendix A).
        let mut head = vec![0x83, 0x86];
        for (name, value) in [
            (&[0x01][..], "localhost"),
            (&[0x04], path),
            (&[0x0f, 0x10], content_type),
        ] {
            head.extend(name);
            head.push(u8::try_from(value.len()).unwrap());
            head.extend(value.as_bytes());
        }
        self.send(Frame::HEADERS, END_HEADERS, stream, &head);
    }

    /// Sends the whole body of a request.
    pub fn send_body(&mut self, stream: u32, body: &[u8]) {
        self.send(Frame::DATA, END_STREAM, stream, body);
    }

    /// Reads until a frame matches.
    pub fn wait_for(&mut self, matches: impl Fn(&Frame) -> bool) -> Frame {
        loop {
            let frame = self.read().expect("the connection ended");
            if matches(&frame) {
                return frame;
            }
        }
    }

    /// Reads until the service closes the connection.
    pub fn wait_for_end(mut self) {
        while self.read().is_some() {}
    }

    /// Reads a frame; none at the end.
    fn read(&mut self) -> Option<Frame> {
        let mut head = [0; 9];
        let count = self.0.read(&mut head[..1]).unwrap();
        if count == 0 {
            return None;
        }

        self.0.read_exact(&mut head[1..]).unwrap();
        let length = u32::from_be_bytes([0, head[0], head[1], head[2]]);
        let mut payload = vec![0; usize::try_from(length).unwrap()];
        self.0.read_exact(&mut payload).unwrap();

        let frame = Frame {
            kind: head[3],
            flags: head[4],
            stream: u32::from_be_bytes([head[5], head[6], head[7], head[8]]),
            payload,
        };
        self.acknowledge(&frame);
        Some(frame)
    }

    fn acknowledge(&mut self, frame: &Frame) {
        if frame.flags & ACK != 0 {
            return;
        }
        match frame.kind {
            Frame::PING => self.send(Frame::PING, ACK, 0, &frame.payload),
            Frame::SETTINGS => self.send(Frame::SETTINGS, ACK, 0, &[]),
            _ => {}
        }
    }

    fn send(&mut self, kind: u8, flags: u8, stream: u32, payload: &[u8]) {
        let [_, length @ ..] = u32::try_from(payload.len()).unwrap().to_be_bytes();
        let head = [&length[..], &[kind, flags], &stream.to_be_bytes()].concat();
        self.0.write_all(&[&head, payload].concat()).unwrap();
    }
}
