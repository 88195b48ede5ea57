//! Search for words in a column of folded text.

use rules::search::{fold, stem, words};
use rules::text::{SHORT_TEXT, check};
use sea_orm::sea_query::{CaseStatement, Expr, ExprTrait, LikeExpr};
use sea_orm::{ColumnTrait, Condition};

use crate::error::{Fault, Result};

/// Rows whose kept words (`rules::search::kept_words`) have every word of `text`, whatever its ending, or one that
/// begins with what was typed of it.
pub fn has_stems<C: ColumnTrait>(column: C, text: &str) -> Result<Condition> {
    let text = check(text, SHORT_TEXT, false)
        .map_err(|problem| Fault::bad_input(format!("text: {}", problem.message())))?;
    let sought = words(&text);
    if sought.is_empty() && !text.is_empty() {
        // Of signs alone there is no word, and no column of words is null.
        return Ok(Condition::all().add(column.is_null()));
    }
    // A word has letters and digits alone, so that no part of it is a pattern.
    let begins =
        |word: &String| Expr::col(column.as_column_ref()).like(LikeExpr::new(format!("% {}%", stem(word))));
    Ok(sought.iter().map(begins).fold(Condition::all(), Condition::add))
}

/// How well a text fits rows by a column of kept words: zero where each of its words stands there whole, one where something
/// begins with each, and else two. Nothing where it has no word.
pub fn fit<C: ColumnTrait>(column: C, text: &str) -> Option<Expr> {
    let sought = words(text);
    if sought.is_empty() {
        return None;
    }
    let like = |pattern: String| Expr::col(column.as_column_ref()).like(LikeExpr::new(pattern));
    let whole = |word: &String| like(format!("% {word} %")).or(like(format!("% {word}")));
    let begun = |word: &String| like(format!("% {}%", stem(word)));
    let all = |each: Vec<Expr>| each.into_iter().fold(Condition::all(), Condition::add);
    let case = CaseStatement::new()
        .case(all(sought.iter().map(whole).collect()), Expr::value(0_i32))
        .case(all(sought.iter().map(begun).collect()), Expr::value(1_i32));
    Some(case.finally(Expr::value(2_i32)).into())
}

/// Rows whose folded text contains every word of `text`, in any order. What the words contain is never a pattern.
pub fn has_words<C: ColumnTrait>(column: C, text: &str) -> Result<Condition> {
    let text = check(text, SHORT_TEXT, false)
        .map_err(|problem| Fault::bad_input(format!("text: {}", problem.message())))?;
    let contains = |word: &str| {
        let plain = word.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
        Expr::col(column.as_column_ref()).like(LikeExpr::new(format!("%{plain}%")).escape('\\'))
    };
    Ok(fold(&text).split(' ').map(contains).fold(Condition::all(), Condition::add))
}
