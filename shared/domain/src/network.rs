//! Network addresses as limits count them.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use crate::reasons::redacted;

/// Longest text that is kept of what is no address, in bytes; no address is as long (RFC 4291: 45).
const MAX_TEXT: usize = 64;

/// What counts as one source of requests. An address is personal data: it does not show itself in logs.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Source(String);

redacted!(Source);

impl Source {
    /// The source, for what hashes it.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

/// The source that a caller's address belongs to: every limit by address counts by it.
///
/// An IPv4 address is its own source. Of an IPv6 address the first 64 bits are: a subscriber has at least that many
/// addresses, and changes them at will (RFC 8981; RIPE-690). Where an IPv6 address holds an IPv4 address by a standard,
/// it is that one: mapped (RFC 4291), translated (RFC 6052, `64:ff9b::/96`) and 6to4 (RFC 3056), of which one IPv4
/// address has 65,536 networks. What is no address is a source by itself.
pub fn source(address: &str) -> Source {
    let text = address.trim();
    let bare = text.strip_prefix('[').and_then(|rest| rest.split_once(']')).map_or(text, |(inner, _)| inner);
    // A zone is the receiver's name for an interface (RFC 4007), and says nothing of the caller.
    let bare = bare.split_once('%').map_or(bare, |(address, _)| address);
    Source(match bare.parse() {
        Ok(IpAddr::V4(address)) => address.to_string(),
        Ok(IpAddr::V6(address)) => match embedded(address) {
            Some(address) => address.to_string(),
            None => network(address),
        },
        Err(_) => text
            .chars()
            .scan(0, |bytes, c| {
                *bytes += c.len_utf8();
                (*bytes <= MAX_TEXT).then_some(c)
            })
            .collect(),
    })
}

/// The IPv4 address that stands in an IPv6 address.
fn embedded(address: Ipv6Addr) -> Option<Ipv4Addr> {
    let four = |high: u16, low: u16| {
        let [a, b] = high.to_be_bytes();
        let [c, d] = low.to_be_bytes();
        Ipv4Addr::new(a, b, c, d)
    };
    match address.segments() {
        [0x64, 0xff9b, 0, 0, 0, 0, high, low] | [0x2002, high, low, ..] => Some(four(high, low)),
        _ => address.to_ipv4_mapped(),
    }
}

/// The first 64 bits.
fn network(address: Ipv6Addr) -> String {
    let [a, b, c, d, ..] = address.segments();
    format!("{}/64", Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0))
}
