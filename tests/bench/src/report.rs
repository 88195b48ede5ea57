//! What was measured, as Markdown.

use std::fmt::Write as _;

/// One round of one operation on one side.
#[derive(Clone, Debug)]
pub struct Sample {
    pub requests: u64,
    pub errors: u64,
    pub per_second: f64,
    pub p50: f64,
    pub p99: f64,
    pub p999: f64,
    /// Microseconds of a processor for each request: the server's, and the database's.
    pub server: f64,
    pub database: f64,
}

/// All rounds of one operation at one load, by sides.
pub struct Table {
    pub operation: String,
    pub load: String,
    pub sides: Vec<(String, Vec<Sample>)>,
}

/// What was learnt of a side beside its times.
pub struct Facts {
    pub side: String,
    pub start_milliseconds: f64,
    pub idle_megabytes: f64,
    pub most_megabytes: f64,
}

/// The middle of some numbers, and the least and the greatest.
pub fn median(mut numbers: Vec<f64>) -> (f64, f64, f64) {
    numbers.retain(|number| number.is_finite());
    numbers.sort_by(f64::total_cmp);
    match numbers.len() {
        0 => (f64::NAN, f64::NAN, f64::NAN),
        count => ((numbers[(count - 1) / 2] + numbers[count / 2]) / 2.0, numbers[0], numbers[count - 1]),
    }
}

fn shown(number: f64) -> String {
    match number {
        number if !number.is_finite() => "–".to_owned(),
        number if number.abs() >= 100.0 => format!("{number:.0}"),
        number if number.abs() >= 10.0 => format!("{number:.1}"),
        number => format!("{number:.2}"),
    }
}

fn with_range(numbers: Vec<f64>) -> String {
    let (middle, least, greatest) = median(numbers);
    if middle.is_finite() {
        format!("{} [{}–{}]", shown(middle), shown(least), shown(greatest))
    } else {
        "–".to_owned()
    }
}

fn middle(samples: &[Sample], of: fn(&Sample) -> f64) -> String {
    shown(median(samples.iter().map(of).collect()).0)
}

/// The ratio of two sides, round by round.
fn ratio(samples: &[Sample], base: &[Sample], of: fn(&Sample) -> f64) -> String {
    with_range(samples.iter().zip(base).map(|(one, other)| of(one) / of(other)).collect())
}

/// The tables of one operation. Ratios are to the floor, or to the first side where there is none.
pub fn operation(text: &mut String, tables: &[Table]) {
    let Some(first) = tables.first() else { return };
    let _ = writeln!(text, "\n### {}\n", first.operation);
    text.push_str("| load | side | requests/s | p50 ms | p99 ms | p99.9 ms | server CPU µs | database CPU µs | server CPU, ratio | requests/s, ratio | errors |\n");
    text.push_str("|---|---|---|---|---|---|---|---|---|---|---|\n");
    for table in tables {
        let base = table.sides.iter().find(|(side, _)| side == "floor").or(table.sides.first());
        for (side, samples) in &table.sides {
            let of_base = base.map_or(&samples[..], |(_, base)| &base[..]);
            let errors: u64 = samples.iter().map(|sample| sample.errors).sum();
            let requests: u64 = samples.iter().map(|sample| sample.requests).sum();
            let _ = writeln!(
                text,
                "| {} | {side} | {} | {} | {} | {} | {} | {} | {} | {} | {errors} of {requests} |",
                table.load,
                with_range(samples.iter().map(|sample| sample.per_second).collect()),
                middle(samples, |sample| sample.p50),
                middle(samples, |sample| sample.p99),
                middle(samples, |sample| sample.p999),
                with_range(samples.iter().map(|sample| sample.server).collect()),
                middle(samples, |sample| sample.database),
                ratio(samples, of_base, |sample| sample.server),
                ratio(samples, of_base, |sample| sample.per_second),
            );
        }
    }
}

/// Starts and memory of the sides.
pub fn facts(text: &mut String, facts: &[Facts]) {
    text.push_str("\n### Start and memory\n\n| side | first answer after ms | idle MB | most MB under load |\n|---|---|---|---|\n");
    for fact in facts {
        let _ = writeln!(
            text,
            "| {} | {} | {} | {} |",
            fact.side,
            shown(fact.start_milliseconds),
            shown(fact.idle_megabytes),
            shown(fact.most_megabytes)
        );
    }
}
