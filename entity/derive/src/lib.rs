//! Derives how rows of an entity are read, and which of their columns what is shown of them needs.

mod reads;

use proc_macro::TokenStream;
use quote::quote;
use syn::{Data, DeriveInput, Error, Fields, ItemImpl, parse_macro_input};

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
    let read = quote! {
        let mut next = at..;
        Ok(Self { #(
            #names: match columns.has(#places).then(|| next.next()).flatten() {
                Some(place) => sea_orm::sqlx::Row::try_get(row, place)?,
                None => crate::Unread::unread(),
            },
        )* })
    };
    quote! {
        impl crate::Placed for #name {
            const WIDTH: usize = {
                assert!(#width <= 64, "there are more columns than `Columns` can name");
                #width
            };
            fn of_postgres(
                row: &sea_orm::sqlx::postgres::PgRow, at: usize, columns: crate::Columns,
            ) -> sea_orm::sqlx::Result<Self> { #read }
            fn of_sqlite(
                row: &sea_orm::sqlx::sqlite::SqliteRow, at: usize, columns: crate::Columns,
            ) -> sea_orm::sqlx::Result<Self> { #read }
        }
    }
    .into()
}

/// Finds which columns of its row each field of an object reads, by looking at what it does with `self`, and adds them as
/// the constant `READS`. It stands before `#[Object]`, on an object that holds its row as `self.0`: a model, or a member of
/// a family of them.
///
/// A field reads the columns `self.0.column` and, of a family, `row.column` in what closures do with each of
/// `self.0.rows().iter()`; that it reads what hangs on the rows, `self.0.kin().thing`, is noted as well. `self.ids()` reads
/// identifiers, which are always read. A field that does anything else with `self` reads everything.
#[proc_macro_attribute]
pub fn reads_columns(_: TokenStream, item: TokenStream) -> TokenStream {
    let object = parse_macro_input!(item as ItemImpl);
    let constant = reads::constant(&object);
    quote! { #object #constant }.into()
}

fn refused(input: &DeriveInput) -> TokenStream {
    Error::new_spanned(&input.ident, "only a struct with named fields has columns").to_compile_error().into()
}
