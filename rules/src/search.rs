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
    use super::fold;
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

    #[test]
    fn nothing_folds_to_nothing() {
        assert_eq!(fold(""), "");
        assert_eq!(fold(" ’ \u{301} "), "");
    }

    proptest! {
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
