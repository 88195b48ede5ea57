//! The vocabularies of the field, one definition each. The inspectorate's glossary and the nDelius and OASys headings are their sources.

use crate::term;

term! {
    /// What a person may do in the network, as their token proves it. Everything not granted is refused.
    Role {
        /// Keeps the cases that their organisation holds: refers, withdraws, answers, judges absences.
        ResponsibleOfficer "responsible_officer" "RESPONSIBLE_OFFICER" "Responsible officer";
        /// A team manager of the CRC or an SPO of the NPS: what an officer may do, over the team, and reallocation.
        TeamManager "team_manager" "TEAM_MANAGER" "Team manager";
        /// Registers people at court, allocates their cases, and reads the directory and its prices.
        CourtOfficer "court_officer" "COURT_OFFICER" "Court officer";
        /// Delivers the referrals assigned to them: sessions, attendance, feedback, outcomes.
        ProviderWorker "provider_worker" "PROVIDER_WORKER" "Provider worker";
        /// Accepts, declines, questions and assigns all referrals of their organisation.
        ProviderManager "provider_manager" "PROVIDER_MANAGER" "Provider manager";
        /// Keeps services and prices; never publishes what they themselves drafted.
        RateCardAdministrator "rate_card_administrator" "RATE_CARD_ADMINISTRATOR" "Rate-card administrator";
        /// Sees charges of the supply chain, without personal data of cases the CRC does not hold.
        ContractManager "contract_manager" "CONTRACT_MANAGER" "Contract manager";
        /// An inspector: reads everything and changes nothing.
        Auditor "auditor" "AUDITOR" "Auditor";
        /// Keeps organisations and people; sees no case data.
        SystemAdministrator "system_administrator" "SYSTEM_ADMINISTRATOR" "System administrator";
    }
    /// What an organisation is in the network.
    OrganisationKind {
        /// The National Probation Service: public; holds high-risk cases and advises the courts.
        Nps "nps" "NPS" "NPS";
        /// A Community Rehabilitation Company: holds low- and medium-risk cases, commissions providers, publishes the rate card.
        Crc "crc" "CRC" "CRC";
        /// An organisation under contract that delivers services.
        Provider "provider" "PROVIDER" "Provider";
        /// Inspectors and auditors, who read and change nothing.
        Inspectorate "inspectorate" "INSPECTORATE" "Inspectorate";
        /// Runs the network itself; sees no case data.
        Operator "operator" "OPERATOR" "Operator";
    }
    /// Who pays for a referral: the side that holds the case.
    Purchaser {
        /// The National Probation Service, at the card price.
        Nps "nps" "NPS" "NPS";
        /// The Community Rehabilitation Company, at the supply price.
        Crc "crc" "CRC" "CRC";
    }
    /// The grade of a member of probation staff.
    Grade {
        /// Probation officer: qualified, for complex cases.
        Po "po" "PO" "PO";
        /// Probation services officer: all but the most complex cases.
        Pso "pso" "PSO" "PSO";
        /// Senior probation officer: first-line manager within the NPS.
        Spo "spo" "SPO" "SPO";
    }
    /// A person's gender, as nDelius records it.
    Gender {
        /// Female.
        Female "female" "FEMALE" "Female";
        /// Male.
        Male "male" "MALE" "Male";
        /// Neither female nor male.
        Other "other" "OTHER" "Other";
        /// Not stated or not known.
        NotStated "not_stated" "NOT_STATED" "Not stated";
    }
    /// A person's ethnicity, as the person states it.
    Ethnicity {
        /// White British.
        WhiteBritish "white_british" "WHITE_BRITISH" "White British";
        /// White Irish.
        WhiteIrish "white_irish" "WHITE_IRISH" "White Irish";
        /// Gypsy or Irish Traveller.
        GypsyOrIrishTraveller "gypsy_or_irish_traveller" "GYPSY_OR_IRISH_TRAVELLER" "Gypsy or Irish Traveller";
        /// Any other White background.
        WhiteOther "white_other" "WHITE_OTHER" "Other White";
        /// Mixed or multiple ethnic groups.
        Mixed "mixed" "MIXED" "Mixed";
        /// Asian or Asian British.
        AsianOrAsianBritish "asian_or_asian_british" "ASIAN_OR_ASIAN_BRITISH" "Asian or Asian British";
        /// Black, African, Caribbean or Black British.
        BlackOrBlackBritish "black_or_black_british" "BLACK_OR_BLACK_BRITISH" "Black or Black British";
        /// Any other ethnic group.
        Other "other" "OTHER" "Other";
        /// Not stated or not known.
        NotStated "not_stated" "NOT_STATED" "Not stated";
    }
    /// Risk of serious harm, as assessed in OASys.
    RiskLevel {
        /// Low risk of serious harm.
        Low "low" "LOW" "Low";
        /// Medium risk of serious harm.
        Medium "medium" "MEDIUM" "Medium";
        /// High risk of serious harm.
        High "high" "HIGH" "High";
        /// Very high risk of serious harm.
        VeryHigh "very_high" "VERY_HIGH" "Very high";
    }
    /// Likelihood of reoffending.
    Likelihood {
        /// Low likelihood.
        Low "low" "LOW" "Low";
        /// Medium likelihood.
        Medium "medium" "MEDIUM" "Medium";
        /// High likelihood.
        High "high" "HIGH" "High";
    }
    /// A criminogenic need, by its OASys heading.
    Need {
        /// Accommodation.
        Accommodation "accommodation" "ACCOMMODATION" "Accommodation";
        /// Employment, training and education (ETE).
        Ete "ete" "ETE" "Employment, training and education";
        /// Relationships.
        Relationships "relationships" "RELATIONSHIPS" "Relationships";
        /// Lifestyle and associates.
        LifestyleAndAssociates "lifestyle_and_associates" "LIFESTYLE_AND_ASSOCIATES" "Lifestyle and associates";
        /// Drug misuse.
        DrugMisuse "drug_misuse" "DRUG_MISUSE" "Drug misuse";
        /// Alcohol misuse.
        AlcoholMisuse "alcohol_misuse" "ALCOHOL_MISUSE" "Alcohol misuse";
        /// Emotional well-being.
        EmotionalWellbeing "emotional_wellbeing" "EMOTIONAL_WELLBEING" "Emotional well-being";
        /// Thinking and behaviour.
        ThinkingAndBehaviour "thinking_and_behaviour" "THINKING_AND_BEHAVIOUR" "Thinking and behaviour";
        /// Attitudes to offending.
        AttitudesToOffending "attitudes_to_offending" "ATTITUDES_TO_OFFENDING" "Attitudes to offending";
        /// Finance and debt.
        FinanceAndDebt "finance_and_debt" "FINANCE_AND_DEBT" "Finance and debt";
    }
    /// A fact about a case that services' rules ask about.
    Flag {
        /// A current or previous sexual offence.
        SexualOffending "sexual_offending" "SEXUAL_OFFENDING" "Sexual offending";
        /// Has demonstrated significant violence.
        SignificantViolence "significant_violence" "SIGNIFICANT_VIOLENCE" "Significant violence";
        /// Domestic abuse, as a perpetrator.
        DomesticAbuse "domestic_abuse" "DOMESTIC_ABUSE" "Domestic abuse";
        /// Children known to be at risk.
        ChildProtection "child_protection" "CHILD_PROTECTION" "Child protection";
        /// A looked-after child is concerned.
        LookedAfterChild "looked_after_child" "LOOKED_AFTER_CHILD" "Looked-after child";
        /// Managed under Integrated Offender Management.
        Iom "iom" "IOM" "IOM";
    }
    /// The sentence that a case is on.
    SentenceKind {
        /// A community order.
        CommunityOrder "community_order" "COMMUNITY_ORDER" "Community order";
        /// A suspended sentence order.
        SuspendedSentenceOrder "suspended_sentence_order" "SUSPENDED_SENTENCE_ORDER" "Suspended sentence order";
        /// On licence after release from custody.
        Licence "licence" "LICENCE" "Licence";
        /// Post-sentence supervision, after a licence.
        PostSentenceSupervision "post_sentence_supervision" "POST_SENTENCE_SUPERVISION" "Post-sentence supervision";
    }
    /// How a limited-access case is restricted.
    AccessRestriction {
        /// Only the people named may see the case.
        LimitedTo "limited_to" "LIMITED_TO" "Limited to";
        /// The people named may not see the case, a relative on the staff for instance.
        ClosedTo "closed_to" "CLOSED_TO" "Closed to";
    }
    /// The unit in which a service is priced and charged.
    ServiceUnit {
        /// One session that was attended.
        Session "session" "SESSION" "Session";
        /// One hour attended, by the minute.
        Hour "hour" "HOUR" "Hour";
        /// One calendar day (Europe/London) with an attended session.
        Day "day" "DAY" "Day";
        /// One week from Monday to Sunday (Europe/London) with an attended session.
        Week "week" "WEEK" "Week";
        /// The whole programme, once, at the first attended session.
        Programme "programme" "PROGRAMME" "Programme";
    }
    /// When and where a service is delivered.
    DeliveryMode {
        /// By day.
        Day "day" "DAY" "Day";
        /// In the evening.
        Evening "evening" "EVENING" "Evening";
        /// At the person's home.
        HomeVisit "home_visit" "HOME_VISIT" "Home visit";
        /// The person lives there meanwhile.
        Residential "residential" "RESIDENTIAL" "Residential";
        /// In prison.
        Custody "custody" "CUSTODY" "Custody";
    }
    /// What a provider owes by its supply agreement, beside delivering.
    Duty {
        /// A feedback form after each session.
        FeedbackEachSession "feedback_each_session" "FEEDBACK_EACH_SESSION" "Feedback form after each session";
        /// A report each quarter.
        QuarterlyReport "quarterly_report" "QUARTERLY_REPORT" "Quarterly report";
        /// Contacts are recorded.
        RecordContacts "record_contacts" "RECORD_CONTACTS" "Contacts are recorded";
        /// Outcomes are shared with the officer.
        ShareOutcomes "share_outcomes" "SHARE_OUTCOMES" "Outcomes are shared";
        /// What is learnt of a risk of harm is shared at once.
        ShareRisk "share_risk" "SHARE_RISK" "Information on risk of harm is shared";
        /// The same measure is taken at start and end.
        SameMeasure "same_measure" "SAME_MEASURE" "The same measure at start and end";
    }
    /// How well a service serves the people of an area.
    AreaReach {
        /// It covers the area.
        Covered "covered" "COVERED" "Covered";
        /// It takes people from there, who find it hard to reach.
        HardToReach "hard_to_reach" "HARD_TO_REACH" "Hard to reach from there";
    }
    /// What in a sentence lets probation use a service.
    SentenceBasis {
        /// A rehabilitation activity requirement.
        Rar "rar" "RAR" "Rehabilitation activity requirement";
        /// An accredited programme that the court required.
        Programme "programme" "PROGRAMME" "Accredited programme";
        /// Hours of unpaid work that the court ordered.
        UnpaidWork "unpaid_work" "UNPAID_WORK" "Unpaid work";
        /// A licence.
        Licence "licence" "LICENCE" "Licence";
        /// Post-sentence supervision.
        PostSentenceSupervision "post_sentence_supervision" "POST_SENTENCE_SUPERVISION" "Post-sentence supervision";
    }
    /// What a criterion of a service or provider asks about.
    CriterionKind {
        /// Who may buy the service.
        Purchaser "purchaser" "PURCHASER" "Purchaser";
        /// How old the person may be, in whole years.
        AgeRange "age_range" "AGE_RANGE" "Age range";
        /// The genders the service is for.
        Gender "gender" "GENDER" "Gender";
        /// Offending for which the service is closed.
        ExcludedOffending "excluded_offending" "EXCLUDED_OFFENDING" "Excluded offending";
        /// An item, such as an assessment, that must come with the referral.
        RequiredItem "required_item" "REQUIRED_ITEM" "Required item";
        /// Only IOM cases and others with a high likelihood of reoffending.
        PriorityCases "priority_cases" "PRIORITY_CASES" "Priority cases";
        /// The sentences under which the service can be used.
        Sentence "sentence" "SENTENCE" "Sentence";
        /// The local delivery units from which the service takes people.
        Ldu "ldu" "LDU" "LDU";
        /// Facts, such as domestic abuse, for which the service is made.
        Offending "offending" "OFFENDING" "Offending";
        /// Only cases under Integrated Offender Management.
        Iom "iom" "IOM" "IOM";
        /// The likelihoods of reoffending that the service is for.
        Likelihood "likelihood" "LIKELIHOOD" "Likelihood of reoffending";
        /// The levels of risk of serious harm that the service is for.
        RiskLevel "risk_level" "RISK_LEVEL" "Risk of serious harm";
        /// RAR days of the sentence that no other referral has taken up.
        RarDaysLeft "rar_days_left" "RAR_DAYS_LEFT" "RAR days left";
        /// The accredited programmes one of which the court must have required.
        Programme "programme" "PROGRAMME" "Programme";
        /// Programmes for one of which somebody must have been found suitable.
        Suitability "suitability" "SUITABILITY" "Suitability";
        /// Several criteria, all of which must be met.
        All "all" "ALL" "All of several";
        /// Several criteria, one of which must be met at least.
        Any "any" "ANY" "Any of several";
        /// A criterion that must not be met.
        Not "not" "NOT" "Not";
    }
    /// An item that a service may require with a referral.
    RequiredItem {
        /// The full risk assessment, as home visits require.
        FullRiskAssessment "full_risk_assessment" "FULL_RISK_ASSESSMENT" "Full risk assessment";
        /// The current OASys assessment.
        OasysAssessment "oasys_assessment" "OASYS_ASSESSMENT" "OASys assessment";
        /// The pre-sentence report.
        CourtReport "court_report" "COURT_REPORT" "Court report";
        /// The order of the court.
        CourtOrder "court_order" "COURT_ORDER" "Court order";
        /// The prosecution's papers.
        ProsecutionPapers "prosecution_papers" "PROSECUTION_PAPERS" "Prosecution papers";
        /// The basic custody screening.
        BasicCustodyScreening "basic_custody_screening" "BASIC_CUSTODY_SCREENING" "Basic custody screening";
    }
    /// Which of the three separate figures a price is.
    PriceKind {
        /// What the NPS pays the CRC: the rate card.
        Card "card" "CARD" "Card price";
        /// What the CRC pays the provider.
        Supply "supply" "SUPPLY" "Supply price";
        /// What it costs the provider to deliver, as the provider states it.
        Cost "cost" "COST" "Cost of delivery";
    }
    /// Where a price version is on its way to the card.
    PriceStatus {
        /// Written by its author, not yet put forward; may be changed.
        Draft "draft" "DRAFT" "Draft";
        /// Put forward for approval by a second administrator.
        Submitted "submitted" "SUBMITTED" "Submitted";
        /// Approved and on the card; never changed again.
        Published "published" "PUBLISHED" "Published";
        /// Refused by the second administrator.
        Rejected "rejected" "REJECTED" "Rejected";
        /// Taken back before its period began.
        Withdrawn "withdrawn" "WITHDRAWN" "Withdrawn";
    }
    /// Where a referral is in its life.
    ReferralStatus {
        /// Being written; seen by the organisation that holds the case and by no provider.
        Draft "draft" "DRAFT" "Draft";
        /// Sent to the provider, who has to accept or decline it.
        Submitted "submitted" "SUBMITTED" "Submitted";
        /// The provider took it on; nothing has been delivered yet.
        Accepted "accepted" "ACCEPTED" "Accepted";
        /// At least one session was attended.
        InProgress "in_progress" "IN_PROGRESS" "In progress";
        /// The provider refused it, with a reason.
        Declined "declined" "DECLINED" "Declined";
        /// Delivered to the end.
        Completed "completed" "COMPLETED" "Completed";
        /// Stopped by the provider before its end, with a reason.
        EndedEarly "ended_early" "ENDED_EARLY" "Ended early";
        /// Taken back by the officer, with a reason.
        Withdrawn "withdrawn" "WITHDRAWN" "Withdrawn";
    }
    /// What a person can do to a referral.
    ReferralAction {
        /// Change the draft.
        Edit "edit" "EDIT" "Edit";
        /// Send the draft to the provider.
        Submit "submit" "SUBMIT" "Submit";
        /// Change what was sent, keeping the old value.
        Amend "amend" "AMEND" "Amend";
        /// Put a question to the officer before accepting.
        Ask "ask" "ASK" "Ask";
        /// Answer the provider's question.
        Answer "answer" "ANSWER" "Answer";
        /// Set a date for the suitability meeting.
        ArrangeSuitabilityMeeting "arrange_suitability_meeting" "ARRANGE_SUITABILITY_MEETING" "Arrange a suitability meeting";
        /// Record what the suitability meeting found.
        RecordSuitability "record_suitability" "RECORD_SUITABILITY" "Record suitability";
        /// Take the referral on.
        Accept "accept" "ACCEPT" "Accept";
        /// Refuse the referral.
        Decline "decline" "DECLINE" "Decline";
        /// Assign the referral to a worker.
        Assign "assign" "ASSIGN" "Assign";
        /// Write a case note.
        AddNote "add_note" "ADD_NOTE" "Add a note";
        /// Put a session in the diary.
        ScheduleSession "schedule_session" "SCHEDULE_SESSION" "Schedule a session";
        /// Record attendance, feedback and outcomes.
        RecordSession "record_session" "RECORD_SESSION" "Record a session";
        /// Say whether an absence was acceptable.
        JudgeAbsence "judge_absence" "JUDGE_ABSENCE" "Judge an absence";
        /// End the referral as delivered.
        Complete "complete" "COMPLETE" "Complete";
        /// Stop before the end.
        EndEarly "end_early" "END_EARLY" "End early";
        /// Take the referral back.
        Withdraw "withdraw" "WITHDRAW" "Withdraw";
        /// Submit the end-of-service report.
        Report "report" "REPORT" "Report";
    }
    /// How soon the provider should answer.
    Urgency {
        /// Within the service's usual time.
        Routine "routine" "ROUTINE" "Routine";
        /// Before routine referrals.
        Priority "priority" "PRIORITY" "Priority";
        /// At once: within one working day.
        Urgent "urgent" "URGENT" "Urgent";
    }
    /// Why a provider declined a referral.
    DeclineReason {
        /// The service does not suit the person.
        NotSuitable "not_suitable" "NOT_SUITABLE" "Not suitable";
        /// The person does not meet the service's criteria.
        Ineligible "ineligible" "INELIGIBLE" "Ineligible";
        /// No place can be offered in time.
        NoCapacity "no_capacity" "NO_CAPACITY" "No capacity";
        /// What was needed to decide was not supplied.
        InsufficientInformation "insufficient_information" "INSUFFICIENT_INFORMATION" "Insufficient information";
        /// The risk cannot be managed within the service.
        RiskTooHigh "risk_too_high" "RISK_TOO_HIGH" "Risk too high";
        /// The person cannot reach the service.
        OutOfArea "out_of_area" "OUT_OF_AREA" "Out of area";
        /// Another reason, given in the text.
        Other "other" "OTHER" "Other";
    }
    /// Why a referral ended before its completion.
    EndReason {
        /// The person stopped attending or never began.
        ServiceUserDidNotEngage "service_user_did_not_engage" "SERVICE_USER_DID_NOT_ENGAGE" "Did not engage";
        /// The person was recalled or sentenced to custody.
        ServiceUserRecalled "service_user_recalled" "SERVICE_USER_RECALLED" "Recalled";
        /// The person moved out of reach.
        ServiceUserMoved "service_user_moved" "SERVICE_USER_MOVED" "Moved";
        /// The person died.
        ServiceUserDied "service_user_died" "SERVICE_USER_DIED" "Died";
        /// The order or licence ended or was revoked.
        OrderEnded "order_ended" "ORDER_ENDED" "Order ended";
        /// The person's needs or circumstances changed.
        NeedsChanged "needs_changed" "NEEDS_CHANGED" "Needs changed";
        /// The risk can no longer be managed within the service.
        RiskChanged "risk_changed" "RISK_CHANGED" "Risk changed";
        /// The provider could not go on delivering.
        ServiceUnavailable "service_unavailable" "SERVICE_UNAVAILABLE" "Service unavailable";
        /// The referral should not have been made.
        ReferredInError "referred_in_error" "REFERRED_IN_ERROR" "Referred in error";
        /// Another reason, given in the text.
        Other "other" "OTHER" "Other";
    }
    /// What a suitability meeting, or an assessment for a programme, found.
    Suitability {
        /// The service suits the person.
        Suitable "suitable" "SUITABLE" "Suitable";
        /// The service does not suit the person.
        Unsuitable "unsuitable" "UNSUITABLE" "Unsuitable";
    }
    /// How a session is delivered.
    SessionKind {
        /// With one person.
        OneToOne "one_to_one" "ONE_TO_ONE" "One to one";
        /// With a group.
        Group "group" "GROUP" "Group";
        /// At the person's home.
        HomeVisit "home_visit" "HOME_VISIT" "Home visit";
    }
    /// Where a session is in its life.
    SessionStatus {
        /// In the diary.
        Scheduled "scheduled" "SCHEDULED" "Scheduled";
        /// Its attendance was recorded.
        Recorded "recorded" "RECORDED" "Recorded";
        /// It will not happen or did not happen.
        Cancelled "cancelled" "CANCELLED" "Cancelled";
    }
    /// Whose wish a change was.
    Party {
        /// The person under supervision.
        ServiceUser "service_user" "SERVICE_USER" "Service user";
        /// The provider.
        Provider "provider" "PROVIDER" "Provider";
        /// The responsible officer or their organisation.
        Probation "probation" "PROBATION" "Probation";
    }
    /// What became of a session.
    AttendanceOutcome {
        /// The session happened and the person attended.
        Attended "attended" "ATTENDED" "Attended";
        /// The person came but the session did not happen.
        AttendedNotDelivered "attended_not_delivered" "ATTENDED_NOT_DELIVERED" "Attended, not delivered";
        /// Absent; the provider proposes that the absence is acceptable, and the officer has not judged it.
        ProposedAcceptableAbsence "proposed_acceptable_absence" "PROPOSED_ACCEPTABLE_ABSENCE" "Absence, acceptable proposed";
        /// Absent; the provider proposes that the absence is unacceptable, and the officer has not judged it.
        ProposedUnacceptableAbsence "proposed_unacceptable_absence" "PROPOSED_UNACCEPTABLE_ABSENCE" "Absence, unacceptable proposed";
        /// Absent, and the responsible officer judged it acceptable.
        AcceptableAbsence "acceptable_absence" "ACCEPTABLE_ABSENCE" "Acceptable absence";
        /// Absent, and the responsible officer judged it unacceptable.
        UnacceptableAbsence "unacceptable_absence" "UNACCEPTABLE_ABSENCE" "Unacceptable absence";
    }
    /// Why a session did not happen although the person came.
    NotDeliveredReason {
        /// A reason that is not held against the person.
        Acceptable "acceptable" "ACCEPTABLE" "Acceptable reason";
        /// The person's own conduct.
        Unacceptable "unacceptable" "UNACCEPTABLE" "Unacceptable reason";
        /// The provider's own arrangements.
        Logistics "logistics" "LOGISTICS" "Provider's logistics";
    }
    /// Why a person was absent.
    AbsenceReason {
        /// Illness or a medical appointment.
        Illness "illness" "ILLNESS" "Illness";
        /// Work or an interview.
        Employment "employment" "EMPLOYMENT" "Employment";
        /// Childcare or care of another.
        Childcare "childcare" "CHILDCARE" "Childcare";
        /// A court appearance or other legal appointment.
        Court "court" "COURT" "Court";
        /// Religious observance.
        Religious "religious" "RELIGIOUS" "Religious observance";
        /// Transport failed.
        Travel "travel" "TRAVEL" "Travel";
        /// In custody.
        Custody "custody" "CUSTODY" "Custody";
        /// No reason was given.
        NoReasonGiven "no_reason_given" "NO_REASON_GIVEN" "No reason given";
        /// Another reason, given in the text.
        Other "other" "OTHER" "Other";
    }
    /// How a provider's feedback reached the officer who recorded it.
    FeedbackChannel {
        /// By telephone.
        Telephone "telephone" "TELEPHONE" "Telephone";
        /// By letter.
        Letter "letter" "LETTER" "Letter";
        /// By secure mail.
        SecureMail "secure_mail" "SECURE_MAIL" "Secure mail";
        /// In person.
        InPerson "in_person" "IN_PERSON" "In person";
    }
    /// What a line of the charges is.
    ChargeKind {
        /// A unit delivered, or an absence charged by the service's rule.
        Charge "charge" "CHARGE" "Charge";
        /// Takes an earlier charge back in full; names it.
        Reversal "reversal" "REVERSAL" "Reversal";
        /// Corrects an earlier charge; names it.
        Adjustment "adjustment" "ADJUSTMENT" "Adjustment";
    }
    /// Which way a measure improves.
    ScoreDirection {
        /// A rise is an improvement.
        HigherIsBetter "higher_is_better" "HIGHER_IS_BETTER" "Higher is better";
        /// A fall is an improvement.
        LowerIsBetter "lower_is_better" "LOWER_IS_BETTER" "Lower is better";
    }
    /// When a measure was taken.
    MeasureStage {
        /// At the start of the service.
        Start "start" "START" "Start";
        /// At the end of the service.
        End "end" "END" "End";
    }
    /// How far a desired outcome was reached.
    OutcomeResult {
        /// Achieved.
        Achieved "achieved" "ACHIEVED" "Achieved";
        /// Partly achieved.
        PartlyAchieved "partly_achieved" "PARTLY_ACHIEVED" "Partly achieved";
        /// Not achieved.
        NotAchieved "not_achieved" "NOT_ACHIEVED" "Not achieved";
    }
    /// The level of a qualification in England.
    QualificationLevel {
        /// Entry level 1.
        Entry1 "entry_1" "ENTRY_1" "Entry level 1";
        /// Entry level 2.
        Entry2 "entry_2" "ENTRY_2" "Entry level 2";
        /// Entry level 3.
        Entry3 "entry_3" "ENTRY_3" "Entry level 3";
        /// Level 1.
        Level1 "level_1" "LEVEL_1" "Level 1";
        /// Level 2.
        Level2 "level_2" "LEVEL_2" "Level 2";
        /// Level 3.
        Level3 "level_3" "LEVEL_3" "Level 3";
    }
    /// The kind of events that a seal of the audit is on.
    SealKind {
        /// Changes.
        Change "change" "CHANGE" "Change";
        /// Readings of persons' records.
        Reading "reading" "READING" "Reading";
    }
    /// At which time of day a cohort meets.
    CohortMode {
        /// By day.
        Day "day" "DAY" "Day";
        /// In the evening, for people who work.
        Evening "evening" "EVENING" "Evening";
    }
    /// A day of the week.
    Weekday {
        /// Monday.
        Monday "monday" "MONDAY" "Monday";
        /// Tuesday.
        Tuesday "tuesday" "TUESDAY" "Tuesday";
        /// Wednesday.
        Wednesday "wednesday" "WEDNESDAY" "Wednesday";
        /// Thursday.
        Thursday "thursday" "THURSDAY" "Thursday";
        /// Friday.
        Friday "friday" "FRIDAY" "Friday";
        /// Saturday.
        Saturday "saturday" "SATURDAY" "Saturday";
        /// Sunday.
        Sunday "sunday" "SUNDAY" "Sunday";
    }
    /// How a referral stands to a place in a cohort.
    PlaceStatus {
        /// In the line for a place.
        Waiting "waiting" "WAITING" "Waiting";
        /// A place is kept for it until the offer lapses.
        Offered "offered" "OFFERED" "Offered";
        /// It has the place.
        Booked "booked" "BOOKED" "Booked";
        /// It had the place and gave it up.
        GivenUp "given_up" "GIVEN_UP" "Given up";
        /// It was offered the place and did not want it.
        Declined "declined" "DECLINED" "Declined";
        /// Nobody answered the offer in its time.
        Lapsed "lapsed" "LAPSED" "Lapsed";
        /// It left the line.
        Left "left" "LEFT" "Left the line";
        /// The cohort was cancelled.
        Cancelled "cancelled" "CANCELLED" "Cancelled";
        /// The referral ended, the cohort is over, or it took nobody any more.
        Ended "ended" "ENDED" "Ended";
    }
}
