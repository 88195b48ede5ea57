//! What people look at: the page to explore on the server's root, and the reference of the schema. Both are made of
//! what this server sends and nothing else, under a policy that forbids everything else.

mod assets;
mod demonstration;
mod examples;

use std::sync::OnceLock;

use actix_web::http::header::{self, ETag, EntityTag, Header as _, IfNoneMatch};
use actix_web::{HttpRequest, HttpResponse, HttpResponseBuilder, web};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::json;
use sha2::{Digest as _, Sha256};

use super::browsers::PAGE_POLICY;
use super::{Shared, nowhere, page};

/// How the reference looks.
const REFERENCE_STYLE: &str = include_str!("reference.css");

/// The pages, as far as the settings show them.
pub(super) struct Explored {
    /// The page to explore; none where it is off.
    front: Option<Page>,
    /// The reference of the schema, made when somebody asks for it; none where the schema is not shown.
    reference: Option<OnceLock<Page>>,
}

/// A page and the name of this version of it.
struct Page {
    html: String,
    tag: EntityTag,
}

impl Page {
    fn of(html: String) -> Self {
        let tag = EntityTag::new_weak(digest(html.as_bytes()));
        Self { html, tag }
    }

    fn answer(&self, request: &HttpRequest) -> HttpResponse {
        let mut response = HttpResponse::Ok();
        response.insert_header((header::CONTENT_SECURITY_POLICY, PAGE_POLICY));
        response.content_type("text/html; charset=utf-8");
        dated(request, response, &self.tag, || self.html.clone().into())
    }
}

impl Explored {
    /// What the settings show.
    pub(super) fn of(shared: &Shared) -> Self {
        let settings = &shared.settings;
        let shown = settings.explore.show_page(settings.production, &settings.documents);
        let reference = settings.documents.show_schema(settings.production);
        Self { front: shown.then(|| Page::of(assets::page())), reference: reference.then(OnceLock::new) }
    }

    /// The routes of what is shown.
    pub(super) fn routes(&self, routes: &mut web::ServiceConfig) {
        if self.front.is_some() {
            routes
                .service(page("/explore/start", web::to(start)))
                .service(page("/explore/{version}/{file}", web::to(assets::file)))
                .route("/explore/token", web::post().to(demonstration::token));
        }
        if self.reference.is_some() {
            routes
                .service(page("/reference", web::to(reference)))
                .service(page("/reference.css", web::to(reference_style)));
        }
    }

    /// The page to explore, if it is there and the request comes from somebody who looks at pages.
    pub(super) fn front(&self, request: &HttpRequest) -> Option<HttpResponse> {
        let accepted = request.headers().get_all(header::ACCEPT).filter_map(|accept| accept.to_str().ok());
        let looks =
            accepted.flat_map(|accept| accept.split(',')).any(|media| media.trim().starts_with("text/html"));
        let mut response = self.front.as_ref().filter(|_| looks)?.answer(request);
        // Whoever asks with other words gets the same in plain text.
        response.headers_mut().insert(header::VARY, header::HeaderValue::from_static("Accept"));
        Some(response)
    }
}

/// `GET /explore/start`: what the page begins with.
async fn start(
    request: HttpRequest,
    shared: web::Data<Shared>,
    explored: web::Data<Explored>,
) -> HttpResponse {
    HttpResponse::Ok().json(json!({
        "personas": demonstration::personas(&request, &shared).await,
        "examples": examples::all(),
        "reference": explored.reference.is_some(),
    }))
}

/// `GET /reference`.
async fn reference(
    request: HttpRequest,
    shared: web::Data<Shared>,
    explored: web::Data<Explored>,
) -> HttpResponse {
    match &explored.reference {
        Some(made) => made.get_or_init(|| Page::of(shared.schema.reference())).answer(&request),
        None => nowhere().await,
    }
}

async fn reference_style(request: HttpRequest) -> HttpResponse {
    let mut response = HttpResponse::Ok();
    response.content_type("text/css; charset=utf-8");
    let tag = EntityTag::new_weak(digest(REFERENCE_STYLE.as_bytes()));
    dated(&request, response, &tag, || REFERENCE_STYLE.into())
}

/// The answer, or that whoever asks has it already. A browser may keep it and asks each time whether it is still so.
fn dated(
    request: &HttpRequest,
    mut response: HttpResponseBuilder,
    tag: &EntityTag,
    body: impl FnOnce() -> web::Bytes,
) -> HttpResponse {
    response.insert_header((header::CACHE_CONTROL, "no-cache")).insert_header(ETag(tag.clone()));
    if has(request, tag) {
        response.status(actix_web::http::StatusCode::NOT_MODIFIED).finish()
    } else {
        response.body(body())
    }
}

/// Whether the request says that this version is at hand.
fn has(request: &HttpRequest, tag: &EntityTag) -> bool {
    match IfNoneMatch::parse(request) {
        Ok(IfNoneMatch::Any) => true,
        Ok(IfNoneMatch::Items(tags)) => tags.iter().any(|other| other.weak_eq(tag)),
        Err(_) => false,
    }
}

/// A short name of what these bytes are.
fn digest(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(&Sha256::digest(bytes)[..12])
}
