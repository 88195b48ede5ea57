//! Which columns of its row each field of an object reads.

use proc_macro2::{Delimiter, TokenStream, TokenTree};
use quote::{ToTokens as _, quote};
use syn::{ImplItem, ImplItemFn, ItemImpl};

/// What a field does with its row.
#[derive(Debug, Default, PartialEq, Eq)]
struct Use {
    /// Names among which the columns are that it reads.
    columns: Vec<String>,
    /// What hangs on the rows, and it shows.
    kin: Vec<String>,
}

/// The constant that says what each field of the object reads.
pub fn constant(object: &ItemImpl) -> TokenStream {
    let of = &object.self_ty;
    let fields = object.items.iter().filter_map(|item| match item {
        ImplItem::Fn(method) => Some(field(method)),
        _ => None,
    });
    quote! {
        impl #of {
            /// What each of its fields reads.
            pub const READS: &'static [entity::Reads] = &[#(#fields),*];
        }
    }
}

fn field(method: &ImplItemFn) -> TokenStream {
    let name = camel_case(&method.sig.ident.to_string());
    match used(method.block.to_token_stream()) {
        Some(Use { columns, kin }) => {
            let kin = kin.iter().map(|name| camel_case(name));
            quote! { entity::Reads { field: #name, columns: Some(&[#(#columns),*]), kin: &[#(#kin),*] } }
        }
        None => quote! { entity::Reads { field: #name, columns: None, kin: &[] } },
    }
}

/// As GraphQL names a field that Rust names so.
fn camel_case(name: &str) -> String {
    let mut words = name.trim_start_matches("r#").split('_');
    let first = words.next().unwrap_or_default().to_owned();
    words.fold(first, |name, word| {
        let mut letters = word.chars();
        let capital = letters.next().map(|letter| letter.to_ascii_uppercase());
        name + &capital.into_iter().chain(letters).collect::<String>()
    })
}

/// What a body does with `self`; none if that is more than is understood here.
fn used(body: TokenStream) -> Option<Use> {
    let mut all = Use::default();
    collect(&body.into_iter().collect::<Vec<_>>(), &mut all)?;
    Some(all)
}

fn collect(tokens: &[TokenTree], all: &mut Use) -> Option<()> {
    let mut rest = tokens;
    while let Some((token, after)) = rest.split_first() {
        rest = match token {
            TokenTree::Group(group) => {
                collect(&group.stream().into_iter().collect::<Vec<_>>(), all)?;
                after
            }
            TokenTree::Ident(name) if name == "self" => of_self(after, all)?,
            _ => after,
        };
    }
    Some(())
}

/// What follows `self`, up to where it is understood.
fn of_self<'t>(tokens: &'t [TokenTree], all: &mut Use) -> Option<&'t [TokenTree]> {
    if let Some(rest) = call(tokens, "ids") {
        return Some(rest);
    }
    let rest = member(tokens)?;
    let rest = match rest {
        (TokenTree::Literal(first), rest) if first.to_string() == "0" => rest,
        _ => return None,
    };
    if let Some(rest) = call(rest, "kin") {
        let (name, rest) = member(rest)?;
        all.kin.push(name.to_string());
        return Some(rest);
    }
    if let Some(rest) = call(rest, "rows") {
        return of_rows(call(rest, "iter")?, all);
    }
    of_row(rest, all)
}

/// A column of a row, which is no method.
fn of_row<'t>(tokens: &'t [TokenTree], all: &mut Use) -> Option<&'t [TokenTree]> {
    match member(tokens)? {
        (TokenTree::Ident(column), rest) if !is_call(rest) => {
            all.columns.push(column.to_string());
            Some(rest)
        }
        _ => None,
    }
}

/// What closures do with each row.
fn of_rows<'t>(mut tokens: &'t [TokenTree], all: &mut Use) -> Option<&'t [TokenTree]> {
    loop {
        let (method, rest) = member(tokens)?;
        let (TokenTree::Group(closure), rest) = rest.split_first()? else { return None };
        of_closure(&closure.stream().into_iter().collect::<Vec<_>>(), all)?;
        match method.to_string().as_str() {
            "filter" => tokens = rest,
            "map" | "filter_map" => return Some(rest),
            _ => return None,
        }
    }
}

/// `|row| …`: what it does with the row.
fn of_closure(tokens: &[TokenTree], all: &mut Use) -> Option<()> {
    match tokens {
        [TokenTree::Punct(open), TokenTree::Ident(row), TokenTree::Punct(close), body @ ..]
            if open.as_char() == '|' && close.as_char() == '|' =>
        {
            of_named(body, &row.to_string(), all)
        }
        _ => None,
    }
}

fn of_named(tokens: &[TokenTree], row: &str, all: &mut Use) -> Option<()> {
    let mut rest = tokens;
    while let Some((token, after)) = rest.split_first() {
        rest = match token {
            TokenTree::Group(group) => {
                of_named(&group.stream().into_iter().collect::<Vec<_>>(), row, all)?;
                after
            }
            TokenTree::Ident(name) if name == "self" => return None,
            TokenTree::Ident(name) if name == row => of_row(after, all)?,
            _ => after,
        };
    }
    Some(())
}

/// `.name`, and what follows it.
fn member(tokens: &[TokenTree]) -> Option<(&TokenTree, &[TokenTree])> {
    match tokens {
        [TokenTree::Punct(dot), name, rest @ ..] if dot.as_char() == '.' => Some((name, rest)),
        _ => None,
    }
}

/// What follows `.name()`.
fn call<'t>(tokens: &'t [TokenTree], name: &str) -> Option<&'t [TokenTree]> {
    match member(tokens)? {
        (TokenTree::Ident(method), rest) if method == name && is_call(rest) => rest.get(1..),
        _ => None,
    }
}

fn is_call(tokens: &[TokenTree]) -> bool {
    matches!(tokens.first(), Some(TokenTree::Group(group)) if group.delimiter() == Delimiter::Parenthesis)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn reads(body: TokenStream, columns: &[&str], kin: &[&str]) {
        let owned = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
        assert_eq!(used(body), Some(Use { columns: owned(columns), kin: owned(kin) }));
    }

    #[test]
    fn a_column_is_read_by_its_name() {
        reads(quote!({ &self.0.reference }), &["reference"], &[]);
        reads(quote!({ self.0.rar_days.map(|days| days + 1) }), &["rar_days"], &[]);
        reads(quote!({ format!("{} {}", self.0.a, self.0.b) }), &["a", "b"], &[]);
        reads(quote!({ store(ctx).today() }), &[], &[]);
    }

    #[test]
    fn what_closures_read_of_each_row_is_read() {
        reads(
            quote!({
                let ids = || self.0.rows().iter().filter_map(|row| row.worker_id);
                self.0.kin().worker.of(&self.0.worker_id, || load(ids())).await
            }),
            &["worker_id", "worker_id"],
            &["worker"],
        );
        reads(quote!({ self.0.kin().items.of(&self.0.id, || load(self.ids())) }), &["id"], &["items"]);
        reads(
            quote!({ self.0.rows().iter().filter(|row| row.open).map(|row| (row.id, Some(row.at))) }),
            &["open", "id", "at"],
            &[],
        );
    }

    #[test]
    fn whatever_else_it_does_it_reads_everything() {
        for body in [
            quote!({ flags(&self.0) }),
            quote!({ self.situation() }),
            quote!({ self.0.clone() }),
            quote!({ self.0.rows() }),
            quote!({ self.0.rows().iter().map(whole) }),
            quote!({ self.0.rows().iter().map(|row| whole(row)) }),
            quote!({ self.0.rows().iter().map(|row| row.clone()) }),
            quote!({ self.0.rows().iter().filter(|row| row.open).map(whole) }),
            quote!({
                let Self(member) = self;
                member.id
            }),
            quote!({
                let all = self;
                all.0.id
            }),
            quote!({ self.1.id }),
        ] {
            assert_eq!(used(body.clone()), None, "{body}");
        }
    }

    #[test]
    fn a_field_is_named_as_graphql_names_it() {
        assert_eq!(camel_case("rar_days_used"), "rarDaysUsed");
        assert_eq!(camel_case("id"), "id");
        assert_eq!(camel_case("r#type"), "type");
    }
}
