//! Free text: any Unicode up to a stated length. It is data, and never judged by what it says.

use crate::{Refusal, Term};

/// The longest short text, a title or a name for instance, in characters.
pub const SHORT_TEXT: usize = 200;
/// The longest long text, a note or a summary for instance, in characters.
pub const LONG_TEXT: usize = 10_000;

/// What is wrong with a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TextProblem {
    /// It is required, and there is nothing but white space.
    Missing,
    /// It is longer than may be; both figures in characters.
    TooLong {
        /// How long it is.
        length: usize,
        /// How long it may be.
        max: usize,
    },
    /// It contains the NUL character, which databases do not store.
    Nul,
}

impl TextProblem {
    /// What is wrong and what to do about it, for a person.
    pub fn message(self) -> String {
        match self {
            Self::Missing => "This text is required: fill it in.".to_owned(),
            Self::TooLong { length, max } => {
                format!("This text has {length} characters; shorten it to at most {max}.")
            }
            Self::Nul => "This text contains a NUL character: remove it.".to_owned(),
        }
    }
}

/// Checks a text of at most `max` characters and answers with it as it is stored, without white space at
/// its ends. Nothing is ever cut off or left out in silence.
pub fn check(text: &str, max: usize, required: bool) -> Result<String, TextProblem> {
    let text = text.trim();
    if text.contains('\0') {
        return Err(TextProblem::Nul);
    }
    let length = text.chars().count();
    if length > max {
        return Err(TextProblem::TooLong { length, max });
    }
    if required && text.is_empty() {
        return Err(TextProblem::Missing);
    }
    Ok(text.to_owned())
}

/// The codes with which a room refuses text.
#[derive(Clone, Copy, Debug)]
pub struct Codes<C: Term> {
    /// For a required text that is missing.
    pub missing: C,
    /// For a text that is too long.
    pub too_long: C,
    /// For a text that cannot be stored.
    pub invalid: C,
}

impl<C: Term> Codes<C> {
    /// Checks the text of an input field as [`check`] does; the refusal, if there is one, names the field.
    pub fn check(self, field: &str, text: &str, max: usize, required: bool) -> Option<Refusal<C>> {
        let problem = check(text, max, required).err()?;
        let code = match problem {
            TextProblem::Missing => self.missing,
            TextProblem::TooLong { .. } => self.too_long,
            TextProblem::Nul => self.invalid,
        };
        Some(Refusal::of(code, field, problem.message()))
    }
}

/// A form being read: texts come out as they are stored, and every mistake is kept, so that all of them are
/// answered at once.
#[derive(Debug)]
pub struct Form<C: Term> {
    codes: Codes<C>,
    refusals: Vec<Refusal<C>>,
}

impl<C: Term> Form<C> {
    /// A form whose mistakes are named with these codes.
    pub const fn new(codes: Codes<C>) -> Self {
        Self { codes, refusals: Vec::new() }
    }

    /// The text of a required field.
    pub fn required(&mut self, field: &str, text: &str, max: usize) -> String {
        self.refusals.extend(self.codes.check(field, text, max, true));
        text.trim().to_owned()
    }

    /// The text of a field that may be left out; none if there is nothing in it.
    pub fn optional(&mut self, field: &str, text: Option<&str>, max: usize) -> Option<String> {
        let text = text?;
        self.refusals.extend(self.codes.check(field, text, max, false));
        Some(text.trim().to_owned()).filter(|text| !text.is_empty())
    }

    /// Keeps a refusal if there is one.
    pub fn refuse(&mut self, refusals: impl IntoIterator<Item = Refusal<C>>) {
        self.refusals.extend(refusals);
    }

    /// Refuses a field if it is `wrong`.
    pub fn refuse_if(&mut self, wrong: bool, code: C, field: &str, message: &str) {
        if wrong {
            self.refusals.push(Refusal::of(code, field, message));
        }
    }

    /// Reads what lies within the input field `field`: mistakes in it are named by their whole path.
    pub fn within<T>(&mut self, field: &str, read: impl FnOnce(&mut Self) -> T) -> T {
        self.below(&[field.to_owned()], read)
    }

    /// Reads the item at `index` of the list `field`, as [`Form::within`] does.
    pub fn within_item<T>(&mut self, field: &str, index: usize, read: impl FnOnce(&mut Self) -> T) -> T {
        self.below(&[field.to_owned(), index.to_string()], read)
    }

    fn below<T>(&mut self, path: &[String], read: impl FnOnce(&mut Self) -> T) -> T {
        let earlier = self.refusals.len();
        let value = read(self);
        for refusal in &mut self.refusals[earlier..] {
            refusal.field.splice(0..0, path.iter().cloned());
        }
        value
    }

    /// Ends the reading: every mistake, or nothing.
    pub fn finish(self) -> Result<(), Vec<Refusal<C>>> {
        if self.refusals.is_empty() { Ok(()) } else { Err(self.refusals) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn text_loses_the_white_space_at_its_ends_and_nothing_else() {
        assert_eq!(check(" \t a  b\r\n", 10, true).as_deref(), Ok("a  b"));
    }

    #[test]
    fn required_text_cannot_be_white_space() {
        assert_eq!(check(" \u{a0}\n", 10, true), Err(TextProblem::Missing));
        assert_eq!(check(" \u{a0}\n", 10, false).as_deref(), Ok(""));
    }

    #[test]
    fn length_is_counted_in_characters_and_not_in_bytes() {
        assert!(check(&"é".repeat(SHORT_TEXT), SHORT_TEXT, true).is_ok());
        assert!(check(&"🙂".repeat(LONG_TEXT), LONG_TEXT, true).is_ok());
        assert_eq!(
            check(&"é".repeat(201), SHORT_TEXT, true),
            Err(TextProblem::TooLong { length: 201, max: SHORT_TEXT })
        );
    }

    #[test]
    fn ordinary_free_text_is_never_refused_for_what_it_says() {
        for text in [
            "O'Brien; DROP TABLE case--",
            "<script>alert(1)</script>",
            "\"%_\\ 👩‍👧 العربية",
            "${jndi:x} {{7*7}}",
        ] {
            assert_eq!(check(text, SHORT_TEXT, true).as_deref(), Ok(text));
        }
    }

    #[test]
    fn the_nul_character_is_refused_and_not_left_out() {
        assert_eq!(check("a\0b", 10, true), Err(TextProblem::Nul));
    }

    #[test]
    fn a_mistake_within_a_field_is_named_by_its_whole_path() {
        const CODES: Codes<crate::cases::CaseRefusal> = Codes {
            missing: crate::cases::CaseRefusal::Required,
            too_long: crate::cases::CaseRefusal::TooLong,
            invalid: crate::cases::CaseRefusal::Invalid,
        };
        let mut form = Form::new(CODES);
        form.required("crn", "", SHORT_TEXT);
        form.within("circumstances", |form| form.required("faith", "", SHORT_TEXT));
        form.within("fields", |form| form.within_item("items", 2, |form| form.required("document", "", 9)));
        let refusals = form.finish().expect_err("mistakes");
        let paths: Vec<_> = refusals.iter().map(|refusal| refusal.field.join(".")).collect();
        assert_eq!(paths, ["crn", "circumstances.faith", "fields.items.2.document"]);
    }

    #[test]
    fn every_problem_says_what_to_do() {
        assert!(TextProblem::Missing.message().contains("fill it in"));
        assert!(TextProblem::TooLong { length: 12, max: 10 }.message().contains("at most 10"));
        assert!(TextProblem::Nul.message().contains("remove it"));
    }

    proptest! {
        #[test]
        fn any_unicode_but_nul_is_kept_as_it_is(text in any::<String>()) {
            prop_assume!(!text.contains('\0'));
            let kept = check(&text, LONG_TEXT, false);
            prop_assert_eq!(kept.as_deref(), Ok(text.trim()));
        }
    }
}
