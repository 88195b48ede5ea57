//! Text as it is searched: "Zoë O’Brien" is found by "zoe o'brien", "ZOE OBRIEN" and "Zoë  O‘Brien".

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// Folds text for searching: both what is stored and what is asked for are folded, then compared.
///
/// Lower case, without accents, apostrophes and quotation marks, every dash a hyphen, runs of white
/// space a single space. Folding what is folded changes nothing.
pub fn fold(text: &str) -> String {
    let plain: String = text
        .chars()
        // Before decomposition too: the acute accent that some keyboards give for an apostrophe would
        // decompose into a space.
        .filter(|&character| !is_left_out(character))
        .nfkd()
        .flat_map(char::to_lowercase)
        .nfkd()
        .filter(|&character| !is_left_out(character) && !is_combining_mark(character))
        .flat_map(plain_letter)
        .collect();
    plain.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The words of a text as they are searched: folded, without punctuation.
pub fn words(text: &str) -> Vec<String> {
    let folded = fold(text);
    folded
        .split(|letter: char| !letter.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_owned)
        .collect()
}

/// A text as it is kept to be searched for words: each has a space before it, so that a word is found by its
/// beginning and never by its middle.
pub fn kept_words(text: &str) -> String {
    words(text).into_iter().map(|word| format!(" {word}")).collect()
}

/// English endings, the longest first: `counselling`, `counsellors` and `counselled` have one beginning.
const ENDINGS: [&str; 12] =
    ["ments", "ings", "ment", "ies", "ing", "ers", "ors", "er", "or", "ed", "es", "s"];
/// What is left of a word has this many letters at least.
const SHORTEST: usize = 4;

/// The beginning that a word has in common with its other forms. A word that is typed by half is its own beginning.
pub fn stem(word: &str) -> String {
    let letters = word.chars().count();
    let fits = |ending: &&&str| word.ends_with(**ending) && letters >= SHORTEST + ending.len();
    let mut stem = match ENDINGS.iter().find(fits) {
        Some(ending) => word[..word.len() - ending.len()].to_owned(),
        None => word.to_owned(),
    };
    if stem.chars().count() > SHORTEST && stem.ends_with(['e', 'y']) {
        stem.pop();
    }
    let mut last = stem.chars().rev();
    if stem.chars().count() > SHORTEST && last.next() == last.next() {
        stem.pop();
    }
    stem
}

/// Apostrophes and quotation marks, straight and typographic, and characters of no width.
fn is_left_out(character: char) -> bool {
    matches!(
        character,
        '\'' | '"'
            | '`'
            | '´'
            | '‘'
            | '’'
            | '‚'
            | '‛'
            | '“'
            | '”'
            | '„'
            | '‟'
            | '′'
            | '″'
            | '‴'
            | '‵'
            | '‶'
            | '‷'
            | 'ʹ'
            | 'ʻ'
            | 'ʼ'
            | 'ʽ'
            | 'ʾ'
            | 'ʿ'
            | '«'
            | '»'
            | '‹'
            | '›'
            | '\u{ad}'
            | '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}'
    )
}

/// Letters that Unicode does not decompose, as people without that keyboard type them.
fn plain_letter(character: char) -> impl Iterator<Item = char> {
    let (first, second) = match character {
        'ł' => ('l', None),
        'ø' => ('o', None),
        'đ' | 'ð' => ('d', None),
        'ħ' => ('h', None),
        'ı' => ('i', None),
        'ς' => ('σ', None),
        'æ' => ('a', Some('e')),
        'œ' => ('o', Some('e')),
        'ß' => ('s', Some('s')),
        'þ' => ('t', Some('h')),
        '‐' | '‑' | '‒' | '–' | '—' | '―' | '−' => ('-', None),
        other => (other, None),
    };
    std::iter::once(first).chain(second)
}

#[cfg(test)]
mod tests {
    use super::{fold, kept_words, stem, words};
    use proptest::prelude::*;

    #[test]
    fn case_and_accents_do_not_matter() {
        assert_eq!(fold("ZOË Gladestry"), "zoe gladestry");
        assert_eq!(fold("Zoe\u{308}"), "zoe");
        assert_eq!(fold("Łukasz Žukauskas-Größe"), "lukasz zukauskas-grosse");
        assert_eq!(fold("İpek ΟΔΥΣΣΕΥΣ"), "ipek οδυσσευσ");
    }

    #[test]
    fn an_apostrophe_is_found_however_it_was_typed() {
        for name in [
            "O'Brien",
            "O’Brien",
            "O‘Brien",
            "OʼBrien",
            "O´Brien",
            "O`Brien",
            "O＇Brien",
            "OBrien",
            "O′BRIEN",
        ] {
            assert_eq!(fold(name), "obrien", "{name}");
        }
    }

    #[test]
    fn white_space_is_a_single_space_and_none_at_the_ends() {
        assert_eq!(fold("\u{feff}  Women’s\u{a0}group\t\r\n programme "), "womens group programme");
    }

    #[test]
    fn every_dash_is_a_hyphen() {
        assert_eq!(fold("Smith–Jones"), fold("smith-jones"));
    }

    /// Whether somebody who types `typed` finds a text that says `said`.
    fn finds(typed: &str, said: &str) -> bool {
        words(typed).iter().all(|word| kept_words(said).contains(&format!(" {}", stem(word))))
    }

    #[test]
    fn a_word_is_found_by_its_other_endings() {
        for forms in [
            ["counselling", "counsellors", "counselled", "Counsel"],
            ["mentoring", "mentors", "mentored", "mentor"],
            ["programmes", "programme", "Programming", "prögramme"],
            ["women", "women’s", "Womens", "WOMEN"],
            ["placements", "placement", "placing", "places"],
            ["assessed", "assess", "assesses", "assessing"],
        ] {
            for (typed, said) in forms.iter().flat_map(|typed| forms.map(|said| (*typed, said))) {
                assert!(finds(typed, said), "{typed} {said} {}", stem(typed));
            }
        }
        assert!(finds("accommod", "Supported accommodation") && finds("supp acc", "Supported accommodation"));
    }

    #[test]
    fn a_word_is_not_found_by_its_middle_or_by_another() {
        for (typed, said) in
            [("meet", "See and Mentor"), ("eet", "Meet and Mentor"), ("men", "Women"), ("drugs", "dress")]
        {
            assert!(!finds(typed, said), "{typed} {said}");
        }
    }

    #[test]
    fn nothing_folds_to_nothing() {
        assert_eq!(fold(""), "");
        assert_eq!(fold(" ’ \u{301} "), "");
    }

    proptest! {
        #[test]
        fn every_text_is_found_by_its_own_words_and_their_beginnings(text in any::<String>(), cut in 1_usize..9) {
            prop_assert!(finds(&text, &text));
            let halves: Vec<String> =
                words(&text).iter().map(|word| word.chars().take(cut).collect()).collect();
            prop_assert!(finds(&halves.join(" "), &text));
        }

        #[test]
        fn folding_what_is_folded_changes_nothing(text in any::<String>()) {
            let once = fold(&text);
            prop_assert_eq!(fold(&once), once);
        }

        #[test]
        fn letters_of_every_script_fold_once(characters in prop::collection::vec(any::<char>(), 0..40)) {
            let once = fold(&characters.into_iter().collect::<String>());
            prop_assert_eq!(fold(&once), once);
        }
    }

    #[test]
    fn every_character_there_is_folds_once() {
        let characters: Vec<char> = ('\0'..='\u{2ffff}').collect();
        // Many at a time, and at the edge of a word each: one after another they take a while.
        for some in characters.chunks(512) {
            let once = fold(&some.iter().flat_map(|&character| ['a', character]).collect::<String>());
            assert_eq!(fold(&once), once, "{some:?}");
        }
    }
}
