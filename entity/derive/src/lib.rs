//! Derives how a row of an entity is read.

use proc_macro::TokenStream;
use quote::quote;
use syn::{Data, DeriveInput, Error, Fields, parse_macro_input};

/// Derives `entity::Placed`: the fields are read from the columns of a row by their places, in the order in which they
/// are declared, which is that in which SeaORM selects them.
#[proc_macro_derive(Placed)]
pub fn placed(input: TokenStream) -> TokenStream {
    let input = parse_macro_input!(input as DeriveInput);
    let Data::Struct(data) = &input.data else {
        return refused(&input);
    };
    let Fields::Named(fields) = &data.fields else {
        return refused(&input);
    };
    let name = &input.ident;
    let names: Vec<_> = fields.named.iter().filter_map(|field| field.ident.as_ref()).collect();
    let places = 0..names.len();
    let width = names.len();
    let read = quote! { Ok(Self { #( #names: sea_orm::sqlx::Row::try_get(row, at + #places)?, )* }) };
    quote! {
        impl crate::Placed for #name {
            const WIDTH: usize = #width;
            fn of_postgres(row: &sea_orm::sqlx::postgres::PgRow, at: usize) -> sea_orm::sqlx::Result<Self> { #read }
            fn of_sqlite(row: &sea_orm::sqlx::sqlite::SqliteRow, at: usize) -> sea_orm::sqlx::Result<Self> { #read }
        }
    }
    .into()
}

fn refused(input: &DeriveInput) -> TokenStream {
    Error::new_spanned(&input.ident, "only a struct with named fields has columns").to_compile_error().into()
}
