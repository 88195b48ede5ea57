//! A request's parts, from HTTP to an operation that may be executed, without a server around it.

use actix_web::body::to_bytes;
use actix_web::http::Method;
use actix_web::http::header::{ACCEPT, CONTENT_TYPE, HeaderValue};
use actix_web::test::TestRequest;
use actix_web::web::Bytes;
use api::graphql::limits::Limits;
use api::http::documents::Register;
use api::http::graphql::respond;
use api::settings::Settings;
use async_graphql::{Request, Response};
use serde_json::Value;

use crate::network::runtime;

/// `METHOD`, a query string, `Accept` and `Content-Type` on a line each, then the body.
pub fn exchange(bytes: &[u8]) {
    let mut parts = bytes.splitn(5, |byte| *byte == b'\n');
    let mut next = || parts.next().unwrap_or_default();
    let (method, address, accept, content_type, body) = (next(), next(), next(), next(), next());
    let Ok(method) = Method::from_bytes(method) else { return };
    let Ok(uri) = format!("/graphql?{}", String::from_utf8_lossy(address)).parse::<actix_web::http::Uri>()
    else {
        return;
    };
    let mut request = TestRequest::with_uri(&uri.to_string()).method(method);
    for (name, value) in [(ACCEPT, accept), (CONTENT_TYPE, content_type)] {
        if let Ok(value) = HeaderValue::from_bytes(value) {
            request = request.insert_header((name, value));
        }
    }
    let (settings, body) = (Settings::default(), Bytes::copy_from_slice(body));
    let register = Register::open(&settings).expect("a register");
    let request = request.to_http_request();
    let execute = async |_: Request| Response::new(async_graphql::Value::Null);
    let answering = async {
        let response = respond(&request, body, &Limits::default(), &register, execute).await;
        assert!(!response.status().is_server_error(), "{}", response.status());
        let body = to_bytes(response.into_body()).await.unwrap_or_default();
        serde_json::from_slice::<Value>(&body).expect("an answer in JSON");
    };
    runtime().block_on(answering);
}
