-- The words of a service's name, each with a space before it: what is sought for in its name fits better than what its content or
-- its provider says. Those that were there before are folded as m0012 folded.
alter table service add column
    name_words text not null default '';
update service set name_words = '| ' || lower(name);
update service set name_words =
    replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(name_words
    , 'à', 'a'), 'À', 'a'), 'á', 'a'), 'Á', 'a'), 'â', 'a'), 'Â', 'a')
    , 'ã', 'a'), 'Ã', 'a'), 'ä', 'a'), 'Ä', 'a'), 'å', 'a'), 'Å', 'a')
    , 'ā', 'a'), 'Ā', 'a'), 'è', 'e'), 'È', 'e'), 'é', 'e'), 'É', 'e')
    , 'ê', 'e'), 'Ê', 'e'), 'ë', 'e'), 'Ë', 'e'), 'ē', 'e'), 'Ē', 'e')
    where name_words like '|%';
update service set name_words =
    replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(name_words
    , 'ì', 'i'), 'Ì', 'i'), 'í', 'i'), 'Í', 'i'), 'î', 'i'), 'Î', 'i')
    , 'ï', 'i'), 'Ï', 'i'), 'ī', 'i'), 'Ī', 'i'), 'ò', 'o'), 'Ò', 'o')
    , 'ó', 'o'), 'Ó', 'o'), 'ô', 'o'), 'Ô', 'o'), 'õ', 'o'), 'Õ', 'o')
    , 'ö', 'o'), 'Ö', 'o'), 'ø', 'o'), 'Ø', 'o'), 'ō', 'o'), 'Ō', 'o')
    where name_words like '|%';
update service set name_words =
    replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(name_words
    , 'ù', 'u'), 'Ù', 'u'), 'ú', 'u'), 'Ú', 'u'), 'û', 'u'), 'Û', 'u')
    , 'ü', 'u'), 'Ü', 'u'), 'ū', 'u'), 'Ū', 'u'), 'ý', 'y'), 'Ý', 'y')
    , 'ÿ', 'y'), 'Ÿ', 'y'), 'ŷ', 'y'), 'Ŷ', 'y'), 'ŵ', 'w'), 'Ŵ', 'w')
    , 'ñ', 'n'), 'Ñ', 'n'), 'ç', 'c'), 'Ç', 'c'), 'ł', 'l'), 'Ł', 'l')
    where name_words like '|%';
update service set name_words =
    replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(name_words
    , 'š', 's'), 'Š', 's'), 'ž', 'z'), 'Ž', 'z'), 'æ', 'ae'), 'Æ', 'ae')
    , 'œ', 'oe'), 'Œ', 'oe'), 'ß', 'ss'), '''', ''), '’', ''), '‘', '')
    , '´', ''), '`', ''), '"', ''), '“', ''), '”', ''), '-', ' ')
    , '–', ' '), '—', ' '), '(', ' '), ')', ' '), ',', ' '), ';', ' ')
    where name_words like '|%';
update service set name_words =
    replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(name_words
    , ':', ' '), '.', ' '), '/', ' '), '!', ' '), '?', ' '), '&', ' ')
    , '·', ' '), '…', ' '), '[', ' '), ']', ' '), '+', ' '), '
', ' ')
    , '	', ' ')
    where name_words like '|%';
update service set name_words = substr(name_words, 2) where name_words like '|%';
