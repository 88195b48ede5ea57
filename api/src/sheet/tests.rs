use super::*;

const HEADINGS: [&str; 3] = ["Service", "Price", "Effective from"];

fn sheet(text: &str) -> Sheet<3> {
    read(text, HEADINGS, 10)
}

/// Every mistake as `line column`.
fn places(sheet: &Sheet<3>) -> Vec<String> {
    let place = |error: &RowError| format!("{} {}", error.line, error.column.as_deref().unwrap_or("-"));
    sheet.mistakes.iter().map(place).collect()
}

fn cells(sheet: &Sheet<3>) -> Vec<(u64, [&str; 3])> {
    assert_eq!(sheet.mistakes, []);
    sheet.rows.iter().map(|row| (row.line, row.cells.each_ref().map(String::as_str))).collect()
}

#[test]
fn a_spreadsheets_file_is_read_with_its_mark_its_line_ends_and_its_quotation_marks() {
    let text = "\u{feff}Service,Price,Effective from\r\n\"Work, paid\",\"£2,450.00\",01/04/2017\r\n\"The \"\"gym\"\"\",£1,\r\n";
    assert_eq!(
        cells(&sheet(text)),
        [(2, ["Work, paid", "£2,450.00", "01/04/2017"]), (3, ["The \"gym\"", "£1", ""])]
    );
}

#[test]
fn columns_stand_in_any_order_and_their_names_in_any_case() {
    let text = "effective FROM, price ,Service\n1,2,3\n";
    assert_eq!(cells(&sheet(text)), [(2, ["3", "2", "1"])]);
}

#[test]
fn a_line_is_that_on_which_the_row_begins_in_the_file() {
    let text = "Service,Price,Effective from\r\n\"a\r\nb\",1,2\r\n\r\n,,\r\nc,3,4\r\nd,5,6";
    let lines: Vec<u64> = sheet(text).rows.iter().map(|row| row.line).collect();
    assert_eq!(lines, [2, 6, 7]);
    let unix = text.replace("\r\n", "\n");
    assert_eq!(sheet(&unix).rows.iter().map(|row| row.line).collect::<Vec<_>>(), lines);
    let old = text.replace("\r\n", "\r");
    assert_eq!(sheet(&old).rows.iter().map(|row| row.line).collect::<Vec<_>>(), lines);
    let padded = format!("\r\n\r\n{text}");
    assert_eq!(sheet(&padded).rows.iter().map(|row| row.line).collect::<Vec<_>>(), [4, 8, 9]);
}

#[test]
fn the_heading_is_complete_and_nothing_else() {
    assert_eq!(places(&sheet("")), ["1 -"]);
    assert_eq!(places(&sheet("\u{feff}\r\n\r\n")), ["1 -"]);
    assert_eq!(places(&sheet("Service,Cost,Price,price\n")), ["1 Cost", "1 price", "1 Effective from"]);
    assert_eq!(places(&sheet("a,1,2\n")), ["1 a", "1 1", "1 2", "1 Service", "1 Price", "1 Effective from"]);
    assert!(sheet("Service;Price;Effective from\n").mistakes.len() == 4);
}

#[test]
fn columns_and_cells_that_are_blank_do_no_harm() {
    let text = "Service,Price,Effective from,,\r\na,1,2,,\r\nb,3,4,,,,\r\n,,,,\r\n  ,\t\r\n";
    assert_eq!(cells(&sheet(text)), [(2, ["a", "1", "2"]), (3, ["b", "3", "4"])]);
}

#[test]
fn a_row_of_another_form_than_the_heading_is_a_mistake() {
    let text = "Service,Price,Effective from,\na,1\nb,1,2,3,4\nc,£2,450,00\nd,1,2\n";
    let read = sheet(text);
    assert_eq!(places(&read), ["2 -", "3 -", "3 -", "4 -"]);
    assert_eq!(read.rows.len(), 1);
}

#[test]
fn a_quotation_that_is_never_closed_is_found_where_it_opens() {
    let text = "Service,Price,Effective from\r\n\"a\r\n\"\"b\",1,2\r\nc,1,\"2\r\nd,1,2\r\n";
    assert_eq!(places(&sheet(text)), ["4 -"]);
    assert_eq!(cells(&sheet("Service,Price,Effective from\n5\" pipe,1,2\n")), [(2, ["5\" pipe", "1", "2"])]);
}

#[test]
fn what_was_lost_in_saving_is_named_by_its_cell() {
    let text = "Service,Price,Effective from\na,\u{fffd}2,2\n\0,1,2\nWomen’s 👩‍👧 work,1,2\n";
    let read = sheet(text);
    assert_eq!(places(&read), ["2 Price", "3 Service"]);
    assert_eq!(read.rows[0].cells[0], "Women’s 👩‍👧 work");
}

#[test]
fn a_file_has_no_more_rows_than_are_asked_for() {
    let text = |rows: usize| format!("Service,Price,Effective from\n{}", "a,1,2\n\n".repeat(rows));
    assert_eq!(sheet(&text(10)).rows.len(), 10);
    assert_eq!(places(&sheet(&text(11))), ["22 -"]);
    assert_eq!(sheet(&text(11)).rows, []);
}

#[test]
fn what_is_written_is_read_the_same_and_is_no_formula() {
    let strange =
        ["=1+1", "'=1", "''@x", "+44", "-5", "@a", "'tis", "a\r\nb,\"c\"", "£1", "'", "", "＝1", "'＠x"]
            .map(str::to_owned);
    let rows = strange.chunks(3).map(|chunk| {
        let mut cells = ["x", "y", "z"].map(str::to_owned);
        cells[..chunk.len()].clone_from_slice(chunk);
        cells
    });
    let text = write(HEADINGS, rows.clone()).expect("a file");
    assert!(text.starts_with("Service,Price,Effective from\r\n'=1+1,''=1,'''@x\r\n'+44,'-5,'@a\r\n'tis,"));
    let read: Vec<_> = sheet(&text).rows.into_iter().map(|row| row.cells).collect();
    assert_eq!(read, rows.collect::<Vec<_>>());
}

#[test]
fn white_space_at_the_ends_of_a_cell_is_no_part_of_it() {
    let once = |cell: &str| {
        let text = write(["Cell"], [[cell.to_owned()]].into_iter()).expect("a file");
        let [row] = &read(&text, ["Cell"], 10).rows[..] else { panic!("one row: {text:?}") };
        (text.trim_end().trim_start_matches("Cell\r\n").to_owned(), row.cells[0].clone())
    };
    assert_eq!(once("\t a"), ("a".to_owned(), "a".to_owned()));
    assert_eq!(once(" =1\n"), ("'=1".to_owned(), "=1".to_owned()));
    // An apostrophe of its own is no guard, wherever it stands.
    assert_eq!(once(" '@a"), ("''@a".to_owned(), "'@a".to_owned()));
    // So earlier versions wrote a cell that begins with white space.
    assert_eq!(read("Cell\r\n'\t a\r\n", ["Cell"], 10).rows[0].cells, ["a"]);
}

#[test]
fn a_cell_of_blanks_alone_is_written_and_read_as_nothing() {
    let written = write(["Cell"], [["\t\n "].map(str::to_owned)].into_iter()).expect("a file");
    assert_eq!(written, "Cell\r\n\"\"\r\n");
    assert_eq!(read(&written, ["Cell"], 9).rows.len(), 0);
}
