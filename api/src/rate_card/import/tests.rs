use super::*;

const HEADING: &str = "Service,Provider,Unit,Price,Effective from,Effective to,Purchaser,Notes\n";
/// The form of the sample card: byte order mark, CRLF, quoted commas, pounds, thousands, last days.
const SAMPLE: &str = "\u{feff}Service,Provider,Unit,Price,Effective from,Effective to,Purchaser,Notes\r\n\
    Counselling and skills support programme,Willowdene,programme,\"£2,450.00\",01/04/2017,,NPS,\
    \"Day provision, \"\"12 to 25 weeks\"\"; RAR\"\r\n\
    Enhanced Support Service,YSS,session,£54.25,01/04/2017,30/09/2017,NPS,home visits: full risk assessment\r\n\
    \"Employment, training and education\",Ixion,session,£39.00,01/04/2017,,NPS,\"e.g. railway track, 2 days\"\r\n";

fn day(year: i32, month: u32, day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(year, month, day).expect("a day of the calendar")
}

fn card(rows: &str) -> Card {
    read(&format!("{HEADING}{rows}"), PriceKind::Card)
}

/// Every mistake as `line column`.
fn places(card: &Card) -> Vec<String> {
    let place = |error: &RowError| format!("{} {}", error.line, error.column.as_deref().unwrap_or("-"));
    card.mistakes.iter().map(place).collect()
}

#[test]
fn a_card_is_read_as_spreadsheets_write_it() {
    let card = read(SAMPLE, PriceKind::Card);
    assert_eq!(card.mistakes, []);
    assert_eq!(card.rows.len(), 3);
    assert_eq!(
        card.rows[1],
        CardRow {
            line: 3,
            service: "Enhanced Support Service".to_owned(),
            provider: "YSS".to_owned(),
            unit: Some(ServiceUnit::Session),
            pence: Some(5_425),
            period: Some(Period { from: day(2017, 4, 1), to: Some(day(2017, 10, 1)) }),
            only_for: None,
            notes: Some("home visits: full risk assessment".to_owned()),
        }
    );
    assert_eq!(card.rows[0].pence, Some(245_000));
    assert_eq!(card.rows[0].notes.as_deref(), Some("Day provision, \"12 to 25 weeks\"; RAR"));
    assert_eq!(card.rows[0].period, Some(Period { from: day(2017, 4, 1), to: None }));
    assert_eq!(card.rows[2].service, "Employment, training and education");
}

#[test]
fn the_demonstrations_cards_are_read_whole() {
    let card = read(include_str!("../../demo/rate-card-2017.csv"), PriceKind::Card);
    assert_eq!((card.rows.len(), card.mistakes), (18, vec![]));
    assert!(card.rows.iter().all(|row| row.unit.is_some() && row.pence.is_some() && row.period.is_some()));
    let supply = read(include_str!("../../demo/supply-prices-2017.csv"), PriceKind::Supply);
    assert_eq!(supply.mistakes, []);
}

#[test]
fn every_mistake_of_every_row_is_named_by_line_and_column() {
    let card = card(
        "A,B,session,1.00,01/04/2017,,NPS,\n,,fortnight,free,1 April,31/02/2017,CRC,x\nC,,hour,-1,,,,\n",
    );
    assert_eq!(
        places(&card),
        [
            "3 Service",
            "3 Provider",
            "3 Unit",
            "3 Price",
            "3 Effective from",
            "3 Effective to",
            "3 Purchaser",
            "4 Provider",
            "4 Price",
            "4 Effective from",
            "4 Purchaser",
        ]
    );
}

#[test]
fn the_purchaser_fits_the_kind_of_price() {
    let row = "A,B,session,1.00,01/04/2017,,crc ,\n";
    assert_eq!(places(&card(row)), ["2 Purchaser"]);
    assert_eq!(read(&format!("{HEADING}{row}"), PriceKind::Supply).mistakes, []);
    assert!(card(row).mistakes[0].message.contains("write NPS"), "{:?}", card(row).mistakes);
}

#[test]
fn the_last_day_is_inclusive() {
    let one = card("A,B,session,1.00,01/04/2017,01/04/2017,NPS,\n");
    assert_eq!(one.rows[0].period, Some(Period { from: day(2017, 4, 1), to: Some(day(2017, 4, 2)) }));
    assert_eq!(places(&card("A,B,session,1.00,01/04/2017,31/03/2017,NPS,\n")), ["2 Effective to"]);
}

#[test]
fn a_card_without_prices_is_no_card() {
    assert_eq!(places(&card("")), ["1 -"]);
    assert_eq!(places(&card(",,,,,,,\r\n")), ["1 -"]);
}

#[test]
fn notes_are_free_text_up_to_a_length() {
    let free = card("A,B,session,1.00,01/04/2017,,NPS,\"O'Brien; DROP TABLE price-- 👩‍👧\r\n<b>\"\n");
    assert_eq!(free.rows[0].notes.as_deref(), Some("O'Brien; DROP TABLE price-- 👩‍👧\r\n<b>"));
    let long = format!("A,B,session,1.00,01/04/2017,,NPS,{}\n", "é".repeat(LONG_TEXT + 1));
    assert_eq!(places(&card(&long)), ["2 Notes"]);
}

#[test]
fn names_are_compared_whatever_their_apostrophes() {
    let names = |service| card(&format!("{service},B,session,1.00,01/04/2017,,NPS,\n")).rows[0].names();
    assert_eq!(names("Women’s group programme"), names("women's  Group programme"));
}
