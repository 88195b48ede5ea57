//! What has happened in the demonstration: a few people, and referrals in every stage of their lives.

use chrono::{DateTime, Days, Months, TimeDelta, Utc};
use serde_json::{Value, json};

use super::figures::{Figure, aled, bryn, cath, dafydd};
use super::people::CRC;
use super::{Loader, text};
use crate::error::Result;

impl Loader<'_> {
    pub(super) async fn story(&mut self) -> Result<()> {
        let aled = self.register(aled()).await?;
        self.mentoring(&aled).await?;
        self.assessed(&aled).await?;
        let bryn = self.register(bryn()).await?;
        self.gym(&bryn).await?;
        let cath = self.register(cath()).await?;
        self.group(&cath).await?;
        let dafydd = self.register(dafydd()).await?;
        self.counselling(&dafydd).await?;
        self.declined(&dafydd).await
    }

    /// Registers a person at court, allocates the case and names the officer; answers with case and sentence.
    pub(super) async fn register(&mut self, figure: Figure) -> Result<Value> {
        let today = rules::london::day(self.clock.now());
        let starts_on = today - Days::new(60);
        let born = today - Months::new(figure.age * 12 + 4);
        let input = json!({
            "crn": figure.crn,
            "givenNames": figure.names.0,
            "familyName": figure.names.1,
            "dateOfBirth": born,
            "gender": figure.gender,
            "circumstances": figure.circumstances,
            "sentences": [{
                "kind": figure.sentence,
                "startsOn": starts_on,
                "endsOn": starts_on + Days::new(365),
                "maxRarDays": figure.rar_days,
            }],
        });
        let made = self
            .act("court-officer", "registerCase", input, "case { id version sentences { nodes { id } } }")
            .await?;
        let case = &made["case"];
        let input = json!({
            "caseId": case["id"],
            "version": case["version"],
            "organisationId": self.id(figure.holder),
            "lduId": self.id(&format!("{}: {}", figure.holder, figure.ldu)),
            "reason": "Allocated on the risk assessment at court.",
        });
        self.act("court-officer", "allocateCase", input, "").await?;
        let read = self
            .ask(figure.manager, "query($id: ID!) { case(id: $id) { version } }", json!({ "id": case["id"] }))
            .await?;
        let input = json!({
            "caseId": case["id"],
            "version": read["case"]["version"],
            "officerId": self.id(figure.officer),
            "reason": "Room on the caseload.",
        });
        self.act(figure.manager, "assignOfficer", input, "case { id }").await?;
        Ok(
            json!({ "case": case["id"], "sentence": case["sentences"]["nodes"][0]["id"], "officer": figure.officer }),
        )
    }

    /// Drafts and submits a referral; answers with its identifier and version.
    pub(super) async fn refer(&self, person: &Value, service: &str, fields: Value) -> Result<Value> {
        let officer = text(person, "/officer");
        let mut all = json!({ "urgency": "ROUTINE", "sentenceId": person["sentence"] });
        if let (Some(all), Some(fields)) = (all.as_object_mut(), fields.as_object()) {
            all.extend(fields.clone());
        }
        let input = json!({ "caseId": person["case"], "serviceId": self.id(service), "fields": all });
        let made = self.act(&officer, "draftReferral", input, "referral { id version }").await?;
        let input = json!({ "referralId": made["referral"]["id"], "version": made["referral"]["version"] });
        let mut made = self.act(&officer, "submitReferral", input, "referral { id version }").await?;
        Ok(made["referral"].take())
    }

    /// Does something to a referral at the version last read; answers with it as it is then.
    pub(super) async fn then(&self, who: &str, field: &str, referral: &Value, more: Value) -> Result<Value> {
        let mut input = json!({ "referralId": referral["id"], "version": referral["version"] });
        if let (Some(input), Some(more)) = (input.as_object_mut(), more.as_object()) {
            input.extend(more.clone());
        }
        let mut made = self.act(who, field, input, PARTS).await?;
        Ok(made["referral"].take())
    }

    fn ago(&self, days: i64, hours: i64) -> DateTime<Utc> {
        self.clock.now() - TimeDelta::days(days) + TimeDelta::hours(hours)
    }

    /// A session in the diary of a referral.
    pub(super) async fn session(
        &self,
        who: &str,
        referral: &Value,
        starts_at: DateTime<Utc>,
    ) -> Result<Value> {
        let input = json!({
            "referralId": referral["id"],
            "kind": "ONE_TO_ONE",
            "startsAt": starts_at,
            "endsAt": starts_at + TimeDelta::hours(1),
            "venue": "Worcester",
        });
        let mut made = self.act(who, "scheduleSession", input, "session { id version }").await?;
        Ok(made["session"].take())
    }

    pub(super) async fn attended(&self, who: &str, session: &Value, words: &Value) -> Result<()> {
        let input = json!({ "sessionId": session["id"], "version": session["version"], "attended": true, "happened": true });
        let made = self.act(who, "recordAttendance", input, "session { id version }").await?;
        let mut input = json!({ "sessionId": made["session"]["id"], "version": made["session"]["version"] });
        if let (Some(input), Some(words)) = (input.as_object_mut(), words.as_object()) {
            input.extend(words.clone());
        }
        self.act(who, "submitFeedback", input, "session { id }").await?;
        Ok(())
    }

    /// Mentoring at YSS: the main job from beginning to end.
    async fn mentoring(&self, aled: &Value) -> Result<()> {
        let fields = json!({
            "rarDays": 12,
            "reason": "Lives with friends since losing the flat; wants to keep the job at the timber yard.",
            "riskSummary": "No contact with the former partner. Calm with staff.",
            "homeVisits": true,
            "expectedUnits": 12,
            "desiredOutcomes": [
                { "need": "ACCOMMODATION", "description": "Has a tenancy of his own." },
                { "need": "FINANCE_AND_DEBT", "description": "Has agreed a plan with the bank." },
            ],
            "items": [{ "item": "FULL_RISK_ASSESSMENT", "document": "nDelius, document 4711" }],
        });
        let referral = self.refer(aled, "YSS: Enhanced Support Service", fields).await?;
        let question = json!({ "question": "Is he at home in the afternoons?" });
        let referral = self.then("yss-manager", "askQuestion", &referral, question).await?;
        let asked = &referral["questions"]["nodes"][0];
        let input = json!({ "questionId": asked["id"], "version": asked["version"], "answer": "After three, when his shift ends." });
        self.act("nps-officer", "answerQuestion", input, "referral { id }").await?;
        let worker = json!({ "workerId": self.id("yss-worker") });
        let referral = self.then("yss-manager", "acceptReferral", &referral, worker).await?;
        let note = json!({ "referralId": referral["id"], "body": "Prefers to be called by telephone." });
        self.act("nps-officer", "addReferralNote", note, "referral { id }").await?;
        let note = json!({ "referralId": referral["id"], "body": "Ask the volunteer who knows the timber yard.", "private": true });
        self.act("yss-worker", "addReferralNote", note, "referral { id }").await?;
        for days in [21, 14] {
            let session = self.session("yss-worker", &referral, self.ago(days, 0)).await?;
            self.attended("yss-worker", &session, &letters()).await?;
        }
        let missed = self.session("yss-worker", &referral, self.ago(7, 0)).await?;
        let input = json!({
            "sessionId": missed["id"],
            "version": missed["version"],
            "attended": false,
            "happened": false,
            "proposedAcceptable": true,
            "absenceReason": "EMPLOYMENT",
            "contactAttempts": "Rang twice; he rang back in the evening.",
        });
        self.act("yss-worker", "recordAttendance", input, "session { id }").await?;
        let next = self.session("yss-worker", &referral, self.ago(-7, 0)).await?;
        let input = json!({
            "sessionId": next["id"],
            "version": next["version"],
            "startsAt": self.ago(-8, 0),
            "endsAt": self.ago(-8, 1),
            "requestedBy": "SERVICE_USER",
            "reason": "A late shift that day.",
        });
        self.act("yss-worker", "rescheduleSession", input, "session { id }").await?;
        let read = "query($id: ID!) { referral(id: $id) { id version } }";
        let referral =
            self.ask("nps-officer", read, json!({ "id": referral["id"] })).await?["referral"].take();
        let amendment = json!({ "amendmentReason": "He told his officer last week.", "riskSummary": "No contact with the former partner; she has moved to Ludlow. Calm with staff." });
        let referral = self.then("nps-officer", "amendReferral", &referral, amendment).await?;
        let more = json!({
            "referralId": referral["id"],
            "version": referral["version"],
            "expectedUnits": 18,
            "reason": "The tenancy takes longer than we thought; six more sessions would see him into it.",
        });
        self.act("yss-manager", "proposeVariation", more, "variation { id }").await?;
        Ok(())
    }

    /// Building Better Relationships: he was found suitable, and nobody has referred him.
    async fn assessed(&self, aled: &Value) -> Result<()> {
        let document = "query($id: ID!) { case(id: $id) { version } }";
        let read = self.ask("nps-officer", document, json!({ "id": aled["case"] })).await?;
        let input = json!({
            "caseId": aled["case"],
            "version": read["case"]["version"],
            "serviceId": self.id(&format!("{CRC}: Building Better Relationships (BBR)")),
            "suitability": "SUITABLE",
            "findings": "Accepts what he did, and can speak of it in a group. His shifts end before the evening sessions.",
            "assessedOn": rules::london::day(self.ago(10, 0)),
        });
        self.act("nps-officer", "recordProgrammeSuitability", input, "case { id }").await?;
        Ok(())
    }

    /// The gym: submitted, and nobody has answered yet; one of the eight places is kept for him.
    async fn gym(&self, bryn: &Value) -> Result<()> {
        let fields = json!({
            "rarDays": 12,
            "reason": "Fills his days with friends who offend.",
            "riskSummary": "Can be loud in groups; settles when spoken to.",
            "expectedUnits": 12,
            "desiredOutcomes": [{ "need": "LIFESTYLE_AND_ASSOCIATES", "description": "Goes to the gym twice a week by himself." }],
        });
        let referral = self.refer(bryn, "Gym with Sports England: Healthier Happier Fitter", fields).await?;
        let input = json!({ "referralId": referral["id"], "cohortId": self.id("The gym, Worcester") });
        self.act("crc-officer", "bookPlace", input, "place { id }").await?;
        Ok(())
    }

    /// The women's group: delivered by the CRC's own staff, with a register, and brought to its end.
    async fn group(&self, cath: &Value) -> Result<()> {
        let service = format!("{CRC}: Women’s group programme");
        let fields = json!({
            "rarDays": 12,
            "reason": "Isolated since the trial.",
            "riskSummary": "Vulnerable herself; no risk to the group.",
            "expectedUnits": 12,
            "desiredOutcomes": [{ "need": "EMOTIONAL_WELLBEING", "description": "Knows two people she can ring." }],
        });
        let referral = self.refer(cath, &service, fields).await?;
        let worker = json!({ "workerId": self.id("crc-group-worker") });
        let referral = self.then("crc-group-manager", "acceptReferral", &referral, worker).await?;
        let input = json!({
            "serviceId": self.id(&service),
            "startsAt": self.ago(10, 0),
            "endsAt": self.ago(10, 2),
            "venue": "Worcester",
            "referralIds": [referral["id"]],
        });
        let made = self
            .act(
                "crc-group-worker",
                "scheduleGroupSession",
                input,
                "groupSession { sessions { nodes { id version } } }",
            )
            .await?;
        let session = &made["groupSession"]["sessions"]["nodes"][0];
        self.attended("crc-group-worker", session, &letters()).await?;
        self.outcomes(&referral).await?;
        let read = "query($id: ID!) { referral(id: $id) { id version } }";
        let referral =
            self.ask("crc-group-worker", read, json!({ "id": referral["id"] })).await?["referral"].take();
        self.then(
            "crc-group-worker",
            "completeReferral",
            &referral,
            json!({ "note": "She will go on coming as a volunteer." }),
        )
        .await?;
        Ok(())
    }

    async fn outcomes(&self, referral: &Value) -> Result<()> {
        let input = json!({
            "name": "Short Warwick-Edinburgh Mental Wellbeing Scale",
            "description": "Seven statements on thoughts and feelings over the last two weeks.",
            "low": 7,
            "high": 35,
            "direction": "HIGHER_IS_BETTER",
        });
        let made = self.act("contract-manager", "addInstrument", input, "instrument { id }").await?;
        let today = rules::london::day(self.clock.now());
        for (stage, score) in [("START", 16), ("END", 24)] {
            let input = json!({
                "referralId": referral["id"],
                "need": "EMOTIONAL_WELLBEING",
                "instrumentId": made["instrument"]["id"],
                "stage": stage,
                "score": score,
                "takenOn": today,
            });
            self.act("crc-group-worker", "recordMeasure", input, "measure { id }").await?;
        }
        let input = json!({ "referralId": referral["id"], "title": "Award in Personal Development", "level": "LEVEL_1", "awardedOn": today });
        self.act("crc-group-worker", "recordQualification", input, "qualification { id }").await?;
        let read = "query($id: ID!) { referral(id: $id) { desiredOutcomes { nodes { id } } } }";
        let read = self.ask("crc-group-worker", read, json!({ "id": referral["id"] })).await?;
        let input = json!({
            "referralId": referral["id"],
            "summary": "Came to every session offered and spoke more each time.",
            "outcomes": [{ "desiredOutcomeId": read["referral"]["desiredOutcomes"]["nodes"][0]["id"], "result": "ACHIEVED" }],
        });
        self.act("crc-group-worker", "submitEndReport", input, "endReport { id }").await?;
        Ok(())
    }

    /// Counselling: a suitability meeting is to be held.
    async fn counselling(&self, dafydd: &Value) -> Result<()> {
        let fields = json!({
            "rarDays": 6,
            "reason": "Has not slept well since his brother died.",
            "riskSummary": "Drinks alone in the evenings; no thoughts of harming himself.",
            "expectedUnits": 6,
            "desiredOutcomes": [{ "need": "EMOTIONAL_WELLBEING", "description": "Sleeps through most nights." }],
        });
        let referral = self.refer(dafydd, "Worcester University: Therapeutic counselling", fields).await?;
        let meeting = json!({ "meetsAt": self.ago(-3, 0), "venue": "Worcester University" });
        self.then("counselling-tutor", "arrangeSuitabilityMeeting", &referral, meeting).await?;
        Ok(())
    }

    /// Help into work: declined, with a reason.
    async fn declined(&self, dafydd: &Value) -> Result<()> {
        let fields = json!({
            "rarDays": 6,
            "reason": "Wants to work on the railway.",
            "riskSummary": "None beyond the order.",
            "expectedUnits": 6,
            "desiredOutcomes": [{ "need": "ETE", "description": "Has a track safety card." }],
        });
        let referral = self.refer(dafydd, "Ixion: Employment, training and education", fields).await?;
        let why = json!({ "reason": "NO_CAPACITY", "note": "The next course begins in the spring; please refer again in February." });
        self.then("ixion-manager", "declineReferral", &referral, why).await?;
        Ok(())
    }
}

const PARTS: &str = "referral { id version questions { nodes { id version } } }";

fn letters() -> Value {
    json!({
        "whatWasDone": "Went through the letters from the housing association.",
        "response": "Engaged well, and asked for help with the forms.",
        "nextSteps": "Visit the housing office together.",
    })
}
