//! What services and providers ask of referrals, kept as rows.

use async_graphql::MaybeUndefined;
use entity::{Coded, Id, criterion, organisation, service};
use rules::Refusal;
use rules::directory::{Criterion, DirectoryRefusal, check_period};
use rules::text::{Form, LONG_TEXT};

use super::{TEXT, days, given, not_a_provider};
use crate::directory::graphql::{AddCriterionInput, ChangeCriterionInput};
use crate::error::{Fault, Result};
use crate::store::Write;

/// How much of a client's own words an explanation repeats, in characters.
const MOST_REPEATED: usize = 500;

/// Adds a criterion to a service or to a provider.
pub async fn add_criterion(write: &mut Write, input: AddCriterionInput) -> Result<Id<criterion::Entity>> {
    let mut form = Form::new(TEXT);
    let service = match input.service_id {
        Some(id) => Some(write.find::<service::Entity>().get(id.0).await?),
        None => None,
    };
    let provider = match input.provider_id {
        Some(id) => Some(write.find::<organisation::Entity>().get(id.0).await?),
        None => None,
    };
    form.refuse_if(
        service.is_some() == provider.is_some(),
        DirectoryRefusal::Invalid,
        "serviceId",
        "A criterion belongs to one service or to one provider: give either `serviceId` or `providerId`.",
    );
    form.refuse(provider.as_ref().and_then(not_a_provider));
    let (from, to) = (input.effective_from.map(|day| day.0), input.effective_to.map(|day| day.0));
    form.refuse(check_period("effectiveFrom", from, "effectiveTo", to));
    let reason = form.required("reason", &input.reason, LONG_TEXT);
    let asked = read(&mut form, &input.value);
    form.finish()?;
    let asked = asked.ok_or_else(|| Fault::internal("a criterion that was not read was not refused"))?;
    let row = criterion::Model {
        id: Id::fresh(),
        provider_id: provider.map(|provider| provider.id),
        service_id: service.map(|service| service.id),
        purchaser: input.purchaser.map(Coded::from),
        kind: asked.kind().into(),
        value: stored(&asked)?,
        effective_from: from,
        effective_to: to,
        reason,
        version: 1,
        created_at: write.now(),
    };
    Ok(write.insert(row).await?.id)
}

/// Changes a criterion, or ends it.
pub async fn change_criterion(
    write: &mut Write,
    input: ChangeCriterionInput,
) -> Result<Id<criterion::Entity>> {
    let before = write.find::<criterion::Entity>().get(input.criterion_id.0).await?;
    write.expect_version(&before, input.version).await?;
    let mut form = Form::new(TEXT);
    let mut after = before.clone();
    if let Some(value) = &input.value
        && let Some(asked) = read(&mut form, value)
    {
        after.kind = asked.kind().into();
        after.value = stored(&asked)?;
    }
    if let Some(reason) = &input.reason {
        after.reason = form.required("reason", reason, LONG_TEXT);
    }
    after.purchaser = match input.purchaser {
        MaybeUndefined::Undefined => after.purchaser,
        MaybeUndefined::Null => None,
        MaybeUndefined::Value(purchaser) => Some(purchaser.into()),
    };
    after.effective_from = given(&days(&input.effective_from), after.effective_from);
    after.effective_to = given(&days(&input.effective_to), after.effective_to);
    form.refuse(check_period("effectiveFrom", after.effective_from, "effectiveTo", after.effective_to));
    form.finish()?;
    Ok(write.update(&before, after).await?.id)
}

/// The criterion that a client wrote, if it is one that makes sense.
fn read(form: &mut Form<DirectoryRefusal>, value: &serde_json::Value) -> Option<Criterion> {
    let read = Criterion::parse(value).and_then(|asked| asked.validate().map(|()| asked));
    let refuse = |why: String| {
        let why: String = why.chars().take(MOST_REPEATED).collect();
        Refusal::of(DirectoryRefusal::NotACriterion, "value", why)
    };
    read.map_err(|why| form.refuse([refuse(why)])).ok()
}

/// The criterion as it is stored: what was meant, whatever the order and spacing in which it was written.
fn stored(asked: &Criterion) -> Result<serde_json::Value> {
    serde_json::to_value(asked).map_err(Fault::internal)
}
