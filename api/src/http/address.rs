//! From which address a request comes.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use actix_web::HttpRequest;
use actix_web::http::header;
use ipnet::IpNet;

/// The address of whoever sends the request: the connection's, or, if that is a trusted proxy's, the last one in
/// `X-Forwarded-For` that is not. What stands before it there may be made up.
///
/// Of an address of IPv6 only the network counts (/64): within it one household has as many as it likes.
pub(super) fn of_client(request: &HttpRequest, proxies: &[IpNet]) -> IpAddr {
    let trusted = |address: &IpAddr| proxies.iter().any(|proxy| proxy.contains(address));
    let peer = request.peer_addr().map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |peer| peer.ip());
    let mut client = peer.to_canonical();
    let headers = request.headers().get_all(header::X_FORWARDED_FOR).rev();
    for said in headers.flat_map(|value| value.to_str().unwrap_or_default().rsplit(',')) {
        if !trusted(&client) {
            break;
        }
        match parse(said.trim()) {
            Some(address) => client = address,
            None => break,
        }
    }
    network(client)
}

/// An address as proxies write it: bare, in brackets, or with a port.
fn parse(text: &str) -> Option<IpAddr> {
    let bare = text.strip_prefix('[').and_then(|text| text.strip_suffix(']')).unwrap_or(text);
    let address = bare.parse::<IpAddr>().ok();
    let address = address.or_else(|| text.parse::<SocketAddr>().ok().map(|address| address.ip()));
    address.map(|address| address.to_canonical())
}

fn network(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V4(_) => address,
        IpAddr::V6(address) => Ipv6Addr::from_bits(address.to_bits() & !u128::from(u64::MAX)).into(),
    }
}
