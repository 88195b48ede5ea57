//! What the page is made of. It is built from `api/explore` and lies beside this file, compressed: the binary
//! carries it so, and sends it as it is.

use std::sync::LazyLock;

use actix_web::http::StatusCode;
use actix_web::http::header::{self, ETag, EntityTag};
use actix_web::{HttpRequest, HttpResponse, web};

use super::{digest, has};
use crate::http::nowhere;

/// A file of the page.
struct Asset {
    name: &'static str,
    media: &'static str,
    gzip: &'static [u8],
}

const ASSETS: [Asset; 3] = [
    Asset {
        name: "page.js",
        media: "text/javascript; charset=utf-8",
        gzip: include_bytes!("built/page.js.gz"),
    },
    Asset { name: "page.css", media: "text/css; charset=utf-8", gzip: include_bytes!("built/page.css.gz") },
    Asset {
        name: "licences.txt",
        media: "text/plain; charset=utf-8",
        gzip: include_bytes!("built/licences.txt.gz"),
    },
];

/// The version of all of them, which stands in their addresses: what is at one never changes.
static VERSION: LazyLock<String> = LazyLock::new(|| {
    let all: Vec<u8> = ASSETS.iter().flat_map(|asset| asset.gzip).copied().collect();
    digest(&all)
});

/// The page that names them.
pub(super) fn page() -> String {
    include_str!("page.html").replace("{version}", &VERSION)
}

/// `GET /explore/{version}/{file}`.
pub(super) async fn file(request: HttpRequest, path: web::Path<(String, String)>) -> HttpResponse {
    let (version, name) = path.into_inner();
    let asset = ASSETS.iter().find(|asset| asset.name == name).filter(|_| version == *VERSION);
    let Some(asset) = asset else { return nowhere().await };
    let tag = EntityTag::new_strong(format!("{version}-{name}"));
    let mut response = HttpResponse::Ok();
    response
        .content_type(asset.media)
        .insert_header((header::CACHE_CONTROL, "public, max-age=31536000, immutable"))
        .insert_header(ETag(tag.clone()));
    if has(&request, &tag) {
        return response.status(StatusCode::NOT_MODIFIED).finish();
    }
    // Every browser takes it so, and nobody else needs it.
    response.insert_header((header::CONTENT_ENCODING, "gzip")).body(asset.gzip)
}
