//! What stands against the needs of cases.

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, NaiveDate, Utc};
use entity::{
    Coded, Id, case_need, desired_outcome, probation_case, referral, referral_start, sentence, service,
};
use rules::recommendation::{NeedStanding, Referred, SentenceDays, best, standing};
use rules::terms::{Need, ReferralStatus};
use rules::{Term, london};
use sea_orm::{ColumnTrait, EntityTrait as _, Order};

use crate::directory::reads::needs;
use crate::error::Result;
use crate::referrals::graphql::Referral;
use crate::store::kin::Member;
use crate::store::{Finds, Store};

type CaseId = Id<probation_case::Entity>;
type ReferralId = Id<referral::Entity>;

/// What stands against a need, and the referrals by which it does.
pub struct Stands {
    /// The need.
    pub need: Need,
    /// What stands against it.
    pub standing: NeedStanding,
    /// The referrals that are for it.
    pub referrals: Vec<Referral>,
}

/// A referral, as far as it stands against needs.
struct Made {
    id: ReferralId,
    case: CaseId,
    service: Id<service::Entity>,
    status: ReferralStatus,
    ended_at: Option<DateTime<Utc>>,
    sentence: Option<Id<sentence::Entity>>,
}

impl From<&referral::Model> for Made {
    fn from(row: &referral::Model) -> Self {
        Self {
            id: row.id,
            case: row.case_id,
            service: row.service_id,
            status: *row.status,
            ended_at: row.ended_at,
            sentence: row.sentence_id,
        }
    }
}

/// What stands against the assessed needs of cases.
pub struct Standings {
    today: NaiveDate,
    assessed: HashMap<CaseId, HashSet<Need>>,
    made: HashMap<CaseId, Vec<Made>>,
    /// What each referral is for, beside what its service works on.
    desired: HashSet<(ReferralId, Need)>,
    works_on: HashSet<(Id<service::Entity>, Need)>,
    attended: HashSet<ReferralId>,
    sentences: HashMap<CaseId, Vec<(Id<sentence::Entity>, SentenceDays)>>,
}

impl Standings {
    /// Of several cases, in as many statements as of one.
    pub async fn of_cases(finds: &(impl Finds + Sync), cases: &[CaseId], today: NaiveDate) -> Result<Self> {
        use referral::Column::{CaseId as Case, EndedAt, Id as Key, SentenceId, ServiceId, Status};
        type Columns = (
            ReferralId,
            CaseId,
            Id<service::Entity>,
            Coded<ReferralStatus>,
            Option<DateTime<Utc>>,
            Option<Id<sentence::Entity>>,
        );
        let made = finds.find::<referral::Entity>().of(Case, cases.iter().copied());
        let made: Vec<Columns> = made.columns(&[Key, Case, ServiceId, Status, EndedAt, SentenceId]).await?;
        let made = made.into_iter().map(|(id, case, service, status, ended_at, sentence)| Made {
            id,
            case,
            service,
            status: *status,
            ended_at,
            sentence,
        });
        Self::read(finds, cases, made.collect(), today).await
    }

    async fn read(
        finds: &(impl Finds + Sync),
        cases: &[CaseId],
        made: Vec<Made>,
        today: NaiveDate,
    ) -> Result<Self> {
        let cases = || cases.iter().copied();
        let assessed = finds.find::<case_need::Entity>().of(case_need::Column::CaseId, cases());
        let to_referral = desired_outcome::Entity::belongs_to(referral::Entity)
            .from(desired_outcome::Column::ReferralId)
            .to(referral::Column::Id)
            .into();
        let desired = finds.find::<desired_outcome::Entity>();
        let desired = desired.joined::<referral::Entity>(finds.scope(), to_referral);
        let desired = desired.of(referral::Column::CaseId, cases());
        let columns = [desired_outcome::Column::ReferralId, desired_outcome::Column::Need];
        let desired: Vec<(ReferralId, Coded<Need>)> = desired.columns(&columns).await?;
        let works_on = needs(finds, made.iter().map(|made| made.service).collect()).await?;
        let to_referral = referral_start::Entity::belongs_to(referral::Entity)
            .from(referral_start::Column::ReferralId)
            .to(referral::Column::Id)
            .into();
        let started = finds.find::<referral_start::Entity>();
        let started = started.joined::<referral::Entity>(finds.scope(), to_referral);
        let started = started.of(referral::Column::CaseId, cases());
        let started: Vec<(ReferralId,)> = started.columns(&[referral_start::Column::ReferralId]).await?;
        let sentences = finds.find::<sentence::Entity>().of(sentence::Column::CaseId, cases()).all().await?;
        let mut standings = Self {
            today,
            assessed: HashMap::new(),
            made: HashMap::new(),
            desired: desired.into_iter().map(|(referral, need)| (referral, *need)).collect(),
            works_on: works_on.into_iter().collect(),
            attended: started.into_iter().map(|(referral,)| referral).collect(),
            sentences: HashMap::new(),
        };
        for row in assessed.all().await? {
            standings.assessed.entry(row.case_id).or_default().insert(*row.need);
        }
        for row in sentences {
            let days = SentenceDays { starts_on: row.starts_on, ends_on: row.ends_on };
            standings.sentences.entry(row.case_id).or_default().push((row.id, days));
        }
        for made in made {
            standings.made.entry(made.case).or_default().push(made);
        }
        Ok(standings)
    }

    /// The assessed needs of a case, in their order.
    pub fn needs(&self, case: CaseId) -> impl Iterator<Item = Need> {
        let assessed = self.assessed.get(&case);
        Need::ALL.iter().copied().filter(move |need| assessed.is_some_and(|assessed| assessed.contains(need)))
    }

    /// What stands against a need of a case.
    pub fn against(&self, case: CaseId, need: Need) -> NeedStanding {
        best(self.made_for(case, need).map(|made| self.standing(made)))
    }

    /// The referrals of a case that are for a need: by the outcomes that they desire, or by what their service works on.
    fn made_for(&self, case: CaseId, need: Need) -> impl Iterator<Item = &Made> {
        let made = self.made.get(&case).map_or(&[] as &[Made], Vec::as_slice).iter();
        made.filter(move |made| {
            self.desired.contains(&(made.id, need)) || self.works_on.contains(&(made.service, need))
        })
    }

    fn standing(&self, made: &Made) -> NeedStanding {
        let sentences = self.sentences.get(&made.case).map_or(&[] as &[_], Vec::as_slice);
        let all_days: Vec<_> = sentences.iter().map(|(_, days)| *days).collect();
        let under = sentences.iter().find(|(id, _)| Some(*id) == made.sentence);
        let referred = Referred {
            status: made.status,
            attended: self.attended.contains(&made.id),
            ended_on: made.ended_at.map(london::day),
            sentence: under.map(|(_, days)| *days),
        };
        standing(&referred, &all_days, self.today)
    }
}

/// What stands against the assessed needs of a case, in their order, with the referrals by which it does.
pub async fn standings(store: &Store, case: &probation_case::Model) -> Result<Vec<Stands>> {
    let referrals = store.find::<referral::Entity>().filter(referral::Column::CaseId.eq(case.id));
    let referrals = referrals.order_by(referral::Column::CreatedAt, Order::Asc).all().await?;
    let made = referrals.iter().map(Made::from).collect();
    let standings = Standings::read(store, &[case.id], made, store.today()).await?;
    // One family, whatever the needs: what hangs on referrals is read once.
    let referrals: Vec<_> = Member::family(referrals).map(Referral).collect();
    let of_need = |need: Need| {
        let for_it: HashSet<_> = standings.made_for(case.id, need).map(|made| made.id).collect();
        let referrals = referrals.iter().filter(|it| for_it.contains(&it.0.id)).cloned().collect();
        Stands { need, standing: standings.against(case.id, need), referrals }
    };
    Ok(standings.needs(case.id).map(of_need).collect())
}
