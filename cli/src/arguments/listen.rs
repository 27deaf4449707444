//! Address of the service: what `serve` listens on and `health` connects to.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, ToSocketAddrs as _};
use std::str::FromStr;

use anyhow::Context as _;
use clap::Args;

/// Default port of the service.
pub const DEFAULT_PORT: u16 = 8080;
/// Maximum length of a host name in bytes.
const MAX_NAME_BYTES: usize = 253;

/// Address and port of the service.
#[derive(Debug, Args)]
#[command(next_help_heading = None::<&str>)]
pub struct ListenArguments {
    /// Address that the service listens on: IPv4, IPv6 or a host name.
    #[arg(
        long,
        env = "RELEVANCE_ADDRESS",
        value_name = "ADDRESS",
        default_value = "0.0.0.0"
    )]
    pub address: Host,
    /// Port that the service listens on; `AIP_HTTP_PORT`, which Vertex AI sets, replaces `PORT`.
    #[arg(long, env = "PORT", value_name = "PORT", default_value_t = DEFAULT_PORT)]
    pub port: u16,
}

impl ListenArguments {
    /// Returns the addresses of the host.
    pub fn resolve(&self) -> anyhow::Result<Vec<SocketAddr>> {
        let name = match &self.address {
            Host::Address(address) => return Ok(vec![SocketAddr::new(*address, self.port)]),
            Host::Name(name) => name,
        };

        let addresses = (name.as_str(), self.port).to_socket_addrs();
        addresses.map(Iterator::collect).with_context(|| {
            format!("`--address` or RELEVANCE_ADDRESS: the host name `{name}` has no address")
        })
    }
}

/// An IP address or a host name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Host {
    Address(IpAddr),
    Name(String),
}

impl Host {
    /// Returns the host that a client on this machine connects to: loopback for all addresses.
    pub fn for_clients(&self) -> Self {
        match self {
            Self::Address(IpAddr::V4(address)) if address.is_unspecified() => {
                Self::Address(Ipv4Addr::LOCALHOST.into())
            }
            Self::Address(IpAddr::V6(address)) if address.is_unspecified() => {
                Self::Address(Ipv6Addr::LOCALHOST.into())
            }
            other => other.clone(),
        }
    }
}

impl FromStr for Host {
    type Err = String;

    /// Parses an address, IPv6 with or without brackets, or a host name.
    fn from_str(text: &str) -> Result<Self, String> {
        let plain = text
            .strip_prefix('[')
            .and_then(|rest| rest.strip_suffix(']'))
            .unwrap_or(text);
        if let Ok(address) = plain.parse() {
            return Ok(Self::Address(address));
        }

        let is_letter = |letter: u8| letter.is_ascii_alphanumeric() || b"-_.".contains(&letter);
        let has_letter = text.bytes().any(|letter| letter.is_ascii_alphabetic());
        if has_letter && text.len() <= MAX_NAME_BYTES && text.bytes().all(is_letter) {
            return Ok(Self::Name(text.to_owned()));
        }
        Err("an address is IPv4, IPv6 or a host name, without scheme and port".to_owned())
    }
}

/// The form in a URL: IPv6 in brackets.
impl fmt::Display for Host {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Address(IpAddr::V6(address)) => write!(formatter, "[{address}]"),
            Self::Address(IpAddr::V4(address)) => write!(formatter, "{address}"),
            Self::Name(name) => formatter.write_str(name),
        }
    }
}
