//! What was before the demonstration begins: people who came to a service in the last months, so that it is known how long one
//! waits for it, and what varied of one of their referrals.

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Value, json};

use super::figures::Figure;
use super::people::CRC;
use super::{Loader, text};
use crate::clock::Clock;
use crate::error::Result;

/// The service that they came to, and who delivers it.
const SERVICE: &str = "Ixion: Employment, training and education";
const MANAGER: &str = "ixion-manager";
/// So many days ago they were referred.
const REFERRED: i64 = 84;
/// So many days ago what had been delivered by then was recorded.
const RECORDED: i64 = 28;

/// Who they are, and how many days they waited: enough for a wait to be known.
const CAME: [(&str, (&str, &str), u32, i64); 6] = [
    ("X200011", ("Eirian", "Tudge"), 24, 9),
    ("X200012", ("Frank", "Beddoes"), 41, 14),
    ("X200013", ("Gareth", "Pugh"), 29, 16),
    ("X200014", ("Huw", "Didlick"), 35, 16),
    ("X200015", ("Ivor", "Wall"), 22, 23),
    ("X200016", ("Jac", "Cound"), 52, 37),
];

impl Loader<'_> {
    pub(super) async fn history(&mut self) -> Result<()> {
        let now = self.clock.now();
        let ago = |days| Clock::at(now - TimeDelta::days(days));
        let today = std::mem::replace(&mut self.clock, ago(REFERRED));
        let referred_at = self.clock.now();
        let mut referrals = Vec::new();
        for (crn, names, age, days) in CAME {
            let person = self.register(came(crn, names, age)).await?;
            referrals.push((self.taken_on(&person).await?, days));
        }
        self.clock = ago(RECORDED);
        for (referral, days) in &referrals {
            self.first_session(referral, referred_at + TimeDelta::days(*days)).await?;
        }
        if let Some((referral, _)) = referrals.first() {
            self.varied(referral).await?;
        }
        self.clock = today;
        Ok(())
    }

    /// A referral, accepted on the same day.
    async fn taken_on(&self, person: &Value) -> Result<Value> {
        let fields = json!({
            "rarDays": 6,
            "reason": "Has not worked since the trial.",
            "riskSummary": "None beyond the order.",
            "expectedUnits": 6,
            "desiredOutcomes": [{ "need": "ETE", "description": "Has a course or a job by the summer." }],
        });
        let referral = self.refer(person, SERVICE, fields).await?;
        self.then(MANAGER, "acceptReferral", &referral, json!({})).await
    }

    async fn first_session(&self, referral: &Value, starts_at: DateTime<Utc>) -> Result<()> {
        let session = self.session(MANAGER, referral, starts_at).await?;
        let words = json!({
            "whatWasDone": "Wrote a curriculum vitae.",
            "response": "Knew more than he thought.",
            "nextSteps": "Ring two employers.",
        });
        self.attended(MANAGER, &session, &words).await
    }

    /// More sessions than were expected: proposed by who delivers, approved on the side that pays.
    async fn varied(&self, referral: &Value) -> Result<()> {
        let read = "query($id: ID!) { referral(id: $id) { id version } }";
        let referral = self.ask(MANAGER, read, json!({ "id": referral["id"] })).await?["referral"].take();
        let input = json!({
            "referralId": referral["id"],
            "version": referral["version"],
            "expectedUnits": 8,
            "reason": "Two more, to sit the track safety test again.",
        });
        let made = self.act(MANAGER, "proposeVariation", input, "variation { id version }").await?;
        let input = json!({
            "variationId": text(&made, "/variation/id"),
            "version": made["variation"]["version"],
            "note": "He was close the first time.",
        });
        self.act("crc-manager", "approveVariation", input, "variation { id }").await?;
        Ok(())
    }
}

fn came(crn: &'static str, names: (&'static str, &'static str), age: u32) -> Figure {
    Figure {
        crn,
        names,
        age,
        gender: "MALE",
        holder: CRC,
        ldu: "Warwickshire",
        manager: "crc-manager",
        officer: "crc-officer",
        circumstances: json!({
            "riskOfSeriousHarm": "LOW",
            "likelihoodOfReoffending": "MEDIUM",
            "needs": ["ETE"],
        }),
        sentence: "COMMUNITY_ORDER",
        rar_days: Some(15),
    }
}
