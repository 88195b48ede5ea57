-- Words of services that were there before words were searched are folded as those are that were written since: without
-- accents, apostrophes and quotation marks, each with a space before it. What was changed since is folded already, and is
-- left: only what is still as m0008 wrote it is marked. In several statements, because SQLite nests no more in one.
update service set search_words = '|' || search_words
    where search_words = ' ' || search_text || ' ' || lower(description);
update service set search_words =
    replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(search_words
    , 'à', 'a'), 'À', 'a'), 'á', 'a'), 'Á', 'a'), 'â', 'a'), 'Â', 'a')
    , 'ã', 'a'), 'Ã', 'a'), 'ä', 'a'), 'Ä', 'a'), 'å', 'a'), 'Å', 'a')
    , 'ā', 'a'), 'Ā', 'a'), 'è', 'e'), 'È', 'e'), 'é', 'e'), 'É', 'e')
    , 'ê', 'e'), 'Ê', 'e'), 'ë', 'e'), 'Ë', 'e'), 'ē', 'e'), 'Ē', 'e')
    where search_words like '|%';
update service set search_words =
    replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(search_words
    , 'ì', 'i'), 'Ì', 'i'), 'í', 'i'), 'Í', 'i'), 'î', 'i'), 'Î', 'i')
    , 'ï', 'i'), 'Ï', 'i'), 'ī', 'i'), 'Ī', 'i'), 'ò', 'o'), 'Ò', 'o')
    , 'ó', 'o'), 'Ó', 'o'), 'ô', 'o'), 'Ô', 'o'), 'õ', 'o'), 'Õ', 'o')
    , 'ö', 'o'), 'Ö', 'o'), 'ø', 'o'), 'Ø', 'o'), 'ō', 'o'), 'Ō', 'o')
    where search_words like '|%';
update service set search_words =
    replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(search_words
    , 'ù', 'u'), 'Ù', 'u'), 'ú', 'u'), 'Ú', 'u'), 'û', 'u'), 'Û', 'u')
    , 'ü', 'u'), 'Ü', 'u'), 'ū', 'u'), 'Ū', 'u'), 'ý', 'y'), 'Ý', 'y')
    , 'ÿ', 'y'), 'Ÿ', 'y'), 'ŷ', 'y'), 'Ŷ', 'y'), 'ŵ', 'w'), 'Ŵ', 'w')
    , 'ñ', 'n'), 'Ñ', 'n'), 'ç', 'c'), 'Ç', 'c'), 'ł', 'l'), 'Ł', 'l')
    where search_words like '|%';
update service set search_words =
    replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(search_words
    , 'š', 's'), 'Š', 's'), 'ž', 'z'), 'Ž', 'z'), 'æ', 'ae'), 'Æ', 'ae')
    , 'œ', 'oe'), 'Œ', 'oe'), 'ß', 'ss'), '''', ''), '’', ''), '‘', '')
    , '´', ''), '`', ''), '"', ''), '“', ''), '”', ''), '-', ' ')
    , '–', ' '), '—', ' '), '(', ' '), ')', ' '), ',', ' '), ';', ' ')
    where search_words like '|%';
update service set search_words =
    replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(search_words
    , ':', ' '), '.', ' '), '/', ' '), '!', ' '), '?', ' '), '&', ' ')
    , '·', ' '), '…', ' '), '[', ' '), ']', ' '), '+', ' '), '
', ' ')
    , '	', ' ')
    where search_words like '|%';
update service set search_words = substr(search_words, 2) where search_words like '|%';
