//! Outcomes as GraphQL shows them.

mod inputs;
mod mutations;
mod queries;
mod report;
mod types;

pub use inputs::{
    AddInstrumentInput, CorrectEndReportInput, CorrectMeasureInput, OutcomeResultInput, RecordMeasureInput,
    RecordQualificationInput, SubmitEndReportInput,
};
pub use mutations::{
    AddInstrumentPayload, CorrectEndReportPayload, CorrectMeasurePayload, OutcomesMutation,
    RecordMeasurePayload, RecordQualificationPayload, SubmitEndReportPayload,
};
pub use queries::OutcomesQuery;
pub use report::{DesiredOutcome, EndReport, ReportedOutcome};
pub use types::{Instrument, Measure, MeasureChange, Qualification};
