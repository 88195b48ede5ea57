-- The tables of the network, for both databases. Types are PostgreSQL's; `dialect` turns them into SQLite's.

-- An organisation of the network.
create table organisation (
    id uuid not null primary key,
    kind text not null check (kind in ('nps', 'crc', 'provider', 'inspectorate', 'operator')),
    name text not null unique,
    version bigint not null,
    created_at timestamptz not null
);

-- A local delivery unit of the NPS or the CRC.
create table ldu (
    id uuid not null primary key,
    organisation_id uuid not null references organisation (id),
    name text not null,
    unique (organisation_id, name)
);

-- A member of staff, who works for one organisation.
create table person (
    id uuid not null primary key,
    organisation_id uuid not null references organisation (id),
    subject text not null unique,
    name text not null,
    email text not null unique,
    grade text check (grade in ('po', 'pso', 'spo')),
    ldu_id uuid references ldu (id),
    active boolean not null,
    version bigint not null,
    created_at timestamptz not null
);
create index person_organisation_id_name_id on person (organisation_id, name, id);

-- A role that a person may act in.
create table person_role (
    person_id uuid not null references person (id),
    role text not null check (role in ('responsible_officer', 'team_manager', 'court_officer', 'provider_worker', 'provider_manager', 'rate_card_administrator', 'contract_manager', 'auditor', 'system_administrator')),
    primary key (person_id, role)
);

-- A case: one per person under supervision, by CRN.
create table probation_case (
    id uuid not null primary key,
    crn text not null unique,
    family_name text not null,
    given_names text not null,
    date_of_birth date not null,
    gender text not null check (gender in ('female', 'male', 'other', 'not_stated')),
    ethnicity text check (ethnicity in ('white_british', 'white_irish', 'gypsy_or_irish_traveller', 'white_other', 'mixed', 'asian_or_asian_british', 'black_or_black_british', 'other', 'not_stated')),
    faith text,
    ldu_id uuid references ldu (id),
    registered_by_id uuid not null references organisation (id),
    holder_id uuid references organisation (id),
    officer_id uuid references person (id),
    risk_of_serious_harm text check (risk_of_serious_harm in ('low', 'medium', 'high', 'very_high')),
    likelihood_of_reoffending text check (likelihood_of_reoffending in ('low', 'medium', 'high')),
    sexual_offending boolean not null,
    significant_violence boolean not null,
    domestic_abuse boolean not null,
    child_protection boolean not null,
    looked_after_child boolean not null,
    iom boolean not null,
    mappa_level integer,
    accessibility text,
    literacy text,
    interpreter_language text,
    childcare text,
    work_commitments text,
    worker_gender_preference text check (worker_gender_preference in ('female', 'male', 'other', 'not_stated')),
    custody_establishment text,
    release_date date,
    search_text text not null,
    version bigint not null,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    check (mappa_level is null or mappa_level between 1 and 3)
);
create index probation_case_holder_id_created_at_id on probation_case (holder_id, created_at, id);
create index probation_case_registered_by_id_created_at_id on probation_case (registered_by_id, created_at, id);
create index probation_case_created_at_id on probation_case (created_at, id);
create index probation_case_officer_id on probation_case (officer_id);

-- A need assessed on a case.
create table case_need (
    case_id uuid not null references probation_case (id),
    need text not null check (need in ('accommodation', 'ete', 'relationships', 'lifestyle_and_associates', 'drug_misuse', 'alcohol_misuse', 'emotional_wellbeing', 'thinking_and_behaviour', 'attitudes_to_offending', 'finance_and_debt')),
    primary key (case_id, need)
);

-- A sentence that a case is on.
create table sentence (
    id uuid not null primary key,
    case_id uuid not null references probation_case (id),
    kind text not null check (kind in ('community_order', 'suspended_sentence_order', 'licence', 'post_sentence_supervision')),
    starts_on date not null,
    ends_on date,
    max_rar_days integer,
    programme text,
    unpaid_work_hours integer,
    created_at timestamptz not null,
    check (ends_on is null or ends_on >= starts_on),
    check (max_rar_days is null or max_rar_days >= 0),
    check (unpaid_work_hours is null or unpaid_work_hours between 0 and 300),
    unique (case_id, kind, starts_on)
);

-- A period in which an officer was responsible for a case.
create table case_officer (
    id uuid not null primary key,
    case_id uuid not null references probation_case (id),
    person_id uuid not null references person (id),
    grade text check (grade in ('po', 'pso', 'spo')),
    reason text not null,
    assigned_by_id uuid not null references person (id),
    from_at timestamptz not null,
    to_at timestamptz
);
create index case_officer_case_id_from_at on case_officer (case_id, from_at);
create unique index case_officer_present on case_officer (case_id) where to_at is null;

-- A period in which an organisation held a case.
create table case_holding (
    id uuid not null primary key,
    case_id uuid not null references probation_case (id),
    organisation_id uuid not null references organisation (id),
    reason text not null,
    allocated_by_id uuid not null references person (id),
    from_at timestamptz not null,
    to_at timestamptz
);
create index case_holding_case_id_from_at on case_holding (case_id, from_at);
create unique index case_holding_present on case_holding (case_id) where to_at is null;

-- A person to whom a limited-access case is open, or closed.
create table case_restriction (
    id uuid not null primary key,
    case_id uuid not null references probation_case (id),
    person_id uuid not null references person (id),
    kind text not null check (kind in ('limited_to', 'closed_to')),
    reason text not null,
    set_by_id uuid not null references person (id),
    created_at timestamptz not null,
    unique (case_id, person_id)
);
create index case_restriction_person_id_case_id on case_restriction (person_id, case_id);

-- A service that a provider delivers.
create table service (
    id uuid not null primary key,
    provider_id uuid not null references organisation (id),
    name text not null,
    description text not null,
    delivery text not null check (delivery in ('one_to_one', 'group', 'home_visit')),
    unit text not null check (unit in ('session', 'hour', 'day', 'week', 'programme')),
    counts_towards_rar boolean not null,
    needs_suitability_meeting boolean not null,
    usual_units integer,
    respond_within_days integer not null,
    acceptable_absence_percent integer not null,
    unacceptable_absence_percent integer not null,
    late_cancellation_percent integer not null,
    late_cancellation_hours integer not null,
    open_from date,
    open_to date,
    withdrawal_reason text,
    search_text text not null,
    version bigint not null,
    created_at timestamptz not null,
    unique (provider_id, name),
    check (acceptable_absence_percent between 0 and 100 and unacceptable_absence_percent between 0 and 100 and late_cancellation_percent between 0 and 100),
    check (respond_within_days between 1 and 60 and late_cancellation_hours between 0 and 336)
);
create index service_created_at_id on service (created_at, id);

-- A need that a service works on.
create table service_need (
    service_id uuid not null references service (id),
    need text not null check (need in ('accommodation', 'ete', 'relationships', 'lifestyle_and_associates', 'drug_misuse', 'alcohol_misuse', 'emotional_wellbeing', 'thinking_and_behaviour', 'attitudes_to_offending', 'finance_and_debt')),
    primary key (service_id, need)
);

-- A criterion of one service, or of all services of one provider.
create table criterion (
    id uuid not null primary key,
    provider_id uuid references organisation (id),
    service_id uuid references service (id),
    purchaser text check (purchaser in ('nps', 'crc')),
    kind text not null check (kind in ('purchaser', 'age_range', 'gender', 'excluded_offending', 'required_item', 'priority_cases', 'sentence', 'ldu')),
    value json not null,
    effective_from date,
    effective_to date,
    reason text not null,
    version bigint not null,
    created_at timestamptz not null,
    check ((provider_id is null) <> (service_id is null)),
    check (effective_to is null or effective_from is null or effective_to > effective_from)
);
create index criterion_service_id on criterion (service_id);
create index criterion_provider_id on criterion (provider_id);

-- Prices imported together, approved together.
create table price_batch (
    id uuid not null primary key,
    kind text not null check (kind in ('card', 'supply', 'cost')),
    status text not null check (status in ('draft', 'submitted', 'published', 'rejected', 'withdrawn')),
    reason text not null,
    author_id uuid not null references person (id),
    organisation_id uuid not null references organisation (id),
    approver_id uuid references person (id),
    decided_at timestamptz,
    decision_reason text,
    version bigint not null,
    created_at timestamptz not null
);

-- One version of a service's price, for a period.
create table price (
    id uuid not null primary key,
    service_id uuid not null references service (id),
    kind text not null check (kind in ('card', 'supply', 'cost')),
    pence bigint not null,
    unit text not null check (unit in ('session', 'hour', 'day', 'week', 'programme')),
    effective_from date not null,
    effective_to date,
    intended_to date,
    status text not null check (status in ('draft', 'submitted', 'published', 'rejected', 'withdrawn')),
    loaded_as_history boolean not null,
    reason text not null,
    notes text,
    author_id uuid not null references person (id),
    organisation_id uuid not null references organisation (id),
    approver_id uuid references person (id),
    decided_at timestamptz,
    decision_reason text,
    batch_id uuid references price_batch (id),
    version bigint not null,
    created_at timestamptz not null,
    check (pence >= 0),
    check (effective_to is null or effective_to > effective_from),
    check (status <> 'published' or (approver_id is not null and approver_id <> author_id))
);
create index price_service_id_kind_effective_from on price (service_id, kind, effective_from);
create index price_status_created_at_id on price (status, created_at, id);
create index price_batch_id on price (batch_id);

-- A request to a provider to deliver a service to a person.
create table referral (
    id uuid not null primary key,
    reference text not null unique,
    case_id uuid not null references probation_case (id),
    holder_id uuid not null references organisation (id),
    service_id uuid not null references service (id),
    provider_id uuid not null references organisation (id),
    purchaser text not null check (purchaser in ('nps', 'crc')),
    referred_by_id uuid not null references person (id),
    worker_id uuid references person (id),
    status text not null check (status in ('draft', 'submitted', 'accepted', 'in_progress', 'declined', 'completed', 'ended_early', 'withdrawn')),
    urgency text not null check (urgency in ('routine', 'priority', 'urgent')),
    sentence_id uuid references sentence (id),
    rar_days integer,
    licence_condition text,
    reason text not null,
    risk_summary text not null,
    home_visits boolean not null,
    expected_units integer,
    respond_by date,
    submitted_at timestamptz,
    decided_at timestamptz,
    decline_reason text check (decline_reason in ('not_suitable', 'ineligible', 'no_capacity', 'insufficient_information', 'risk_too_high', 'out_of_area', 'other')),
    end_reason text check (end_reason in ('service_user_did_not_engage', 'service_user_recalled', 'service_user_moved', 'service_user_died', 'order_ended', 'needs_changed', 'risk_changed', 'service_unavailable', 'referred_in_error', 'other')),
    closing_note text,
    ended_at timestamptz,
    provider_reads_until date,
    search_text text not null,
    version bigint not null,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    check (rar_days is null or rar_days > 0),
    check (expected_units is null or expected_units > 0)
);
create unique index referral_open_once on referral (case_id, service_id) where status in ('draft', 'submitted', 'accepted', 'in_progress');
create index referral_holder_id_created_at_id on referral (holder_id, created_at, id);
create index referral_holder_id_respond_by_id on referral (holder_id, respond_by, id);
create index referral_provider_id_created_at_id on referral (provider_id, created_at, id);
create index referral_provider_id_respond_by_id on referral (provider_id, respond_by, id);
create index referral_worker_id_created_at_id on referral (worker_id, created_at, id);
create index referral_referred_by_id_created_at_id on referral (referred_by_id, created_at, id);
create index referral_case_id_created_at_id on referral (case_id, created_at, id);
create index referral_created_at_id on referral (created_at, id);

-- What a referral shares of the person with its provider; kept current until the referral ends.
create table shared_person (
    referral_id uuid not null references referral (id),
    case_id uuid not null references probation_case (id),
    crn text not null,
    family_name text not null,
    given_names text not null,
    date_of_birth date not null,
    gender text not null check (gender in ('female', 'male', 'other', 'not_stated')),
    ldu text,
    risk_of_serious_harm text check (risk_of_serious_harm in ('low', 'medium', 'high', 'very_high')),
    accessibility text,
    literacy text,
    interpreter_language text,
    faith text,
    childcare text,
    work_commitments text,
    worker_gender_preference text check (worker_gender_preference in ('female', 'male', 'other', 'not_stated')),
    officer_name text,
    officer_email text,
    primary key (referral_id)
);
create index shared_person_case_id on shared_person (case_id);

-- An outcome that a referral asks for, under a need.
create table desired_outcome (
    id uuid not null primary key,
    referral_id uuid not null references referral (id),
    need text not null check (need in ('accommodation', 'ete', 'relationships', 'lifestyle_and_associates', 'drug_misuse', 'alcohol_misuse', 'emotional_wellbeing', 'thinking_and_behaviour', 'attitudes_to_offending', 'finance_and_debt')),
    description text not null,
    created_at timestamptz not null
);
create index desired_outcome_referral_id on desired_outcome (referral_id);

-- An item supplied with a referral because the service requires it.
create table referral_item (
    id uuid not null primary key,
    referral_id uuid not null references referral (id),
    item text not null check (item in ('full_risk_assessment', 'oasys_assessment', 'court_report', 'court_order', 'prosecution_papers', 'basic_custody_screening')),
    document text not null,
    supplied_by_id uuid not null references person (id),
    created_at timestamptz not null,
    unique (referral_id, item)
);

-- The price a referral keeps: the one in force on the day it was first submitted.
create table referral_price (
    referral_id uuid not null references referral (id),
    price_id uuid not null references price (id),
    kind text not null check (kind in ('card', 'supply', 'cost')),
    pence bigint not null,
    unit text not null check (unit in ('session', 'hour', 'day', 'week', 'programme')),
    expected_units integer not null,
    expected_total_pence bigint not null,
    acceptable_absence_percent integer not null,
    unacceptable_absence_percent integer not null,
    late_cancellation_percent integer not null,
    late_cancellation_hours integer not null,
    priced_on date not null,
    primary key (referral_id)
);
create index referral_price_price_id_priced_on on referral_price (price_id, priced_on);

-- A period in which a worker had a referral.
create table referral_assignment (
    id uuid not null primary key,
    referral_id uuid not null references referral (id),
    worker_id uuid not null references person (id),
    assigned_by_id uuid not null references person (id),
    reason text,
    from_at timestamptz not null,
    to_at timestamptz
);
create index referral_assignment_referral_id_from_at on referral_assignment (referral_id, from_at);
create unique index referral_assignment_present on referral_assignment (referral_id) where to_at is null;

-- A question of the provider before it decides, with its answer.
create table referral_question (
    id uuid not null primary key,
    referral_id uuid not null references referral (id),
    question text not null,
    asked_by_id uuid not null references person (id),
    asked_at timestamptz not null,
    answer text,
    answered_by_id uuid references person (id),
    answered_at timestamptz,
    version bigint not null
);
create index referral_question_referral_id_asked_at on referral_question (referral_id, asked_at);

-- A change to a referral after it was sent.
create table referral_amendment (
    id uuid not null primary key,
    referral_id uuid not null references referral (id),
    field text not null,
    old_value text,
    new_value text,
    reason text not null,
    amended_by_id uuid not null references person (id),
    created_at timestamptz not null
);
create index referral_amendment_referral_id_created_at on referral_amendment (referral_id, created_at);

-- A case note on a referral.
create table referral_note (
    id uuid not null primary key,
    referral_id uuid not null references referral (id),
    body text not null,
    private_to_id uuid references organisation (id),
    author_id uuid not null references person (id),
    created_at timestamptz not null
);
create index referral_note_referral_id_created_at on referral_note (referral_id, created_at);

-- A first meeting in which the provider assesses whether its service suits the person.
create table suitability_meeting (
    id uuid not null primary key,
    referral_id uuid not null references referral (id),
    meets_at timestamptz not null,
    venue text,
    suitability text check (suitability in ('suitable', 'unsuitable')),
    findings text,
    arranged_by_id uuid not null references person (id),
    recorded_by_id uuid references person (id),
    recorded_at timestamptz,
    version bigint not null,
    created_at timestamptz not null
);
create index suitability_meeting_referral_id_created_at on suitability_meeting (referral_id, created_at);

-- A session for a group, with a register.
create table group_session (
    id uuid not null primary key,
    provider_id uuid not null references organisation (id),
    service_id uuid not null references service (id),
    starts_at timestamptz not null,
    ends_at timestamptz not null,
    venue text,
    version bigint not null,
    created_at timestamptz not null,
    check (ends_at > starts_at)
);
create index group_session_provider_id_starts_at_id on group_session (provider_id, starts_at, id);

-- A session with one person, on its own or as a place in a group session.
create table session (
    id uuid not null primary key,
    referral_id uuid not null references referral (id),
    case_id uuid not null references probation_case (id),
    group_session_id uuid references group_session (id),
    number integer not null,
    kind text not null check (kind in ('one_to_one', 'group', 'home_visit')),
    starts_at timestamptz not null,
    ends_at timestamptz not null,
    venue text,
    status text not null check (status in ('scheduled', 'recorded', 'cancelled')),
    cancelled_by text check (cancelled_by in ('service_user', 'provider', 'probation')),
    cancelled_at timestamptz,
    cancel_reason text,
    version bigint not null,
    created_at timestamptz not null,
    check (ends_at > starts_at),
    unique (referral_id, number)
);
create index session_case_id_starts_at on session (case_id, starts_at);
create index session_group_session_id on session (group_session_id);

-- A session moved to another time.
create table session_change (
    id uuid not null primary key,
    session_id uuid not null references session (id),
    old_starts_at timestamptz not null,
    old_ends_at timestamptz not null,
    new_starts_at timestamptz not null,
    new_ends_at timestamptz not null,
    requested_by text not null check (requested_by in ('service_user', 'provider', 'probation')),
    reason text not null,
    changed_by_id uuid not null references person (id),
    created_at timestamptz not null
);
create index session_change_session_id_created_at on session_change (session_id, created_at);

-- What became of a session; a correction supersedes it.
create table attendance (
    id uuid not null primary key,
    session_id uuid not null references session (id),
    referral_id uuid not null references referral (id),
    outcome text not null check (outcome in ('attended', 'attended_not_delivered', 'proposed_acceptable_absence', 'proposed_unacceptable_absence', 'acceptable_absence', 'unacceptable_absence')),
    late_minutes integer,
    late_reason text,
    not_delivered_reason text check (not_delivered_reason in ('acceptable', 'unacceptable', 'logistics')),
    absence_reason text check (absence_reason in ('illness', 'employment', 'childcare', 'court', 'religious', 'travel', 'custody', 'no_reason_given', 'other')),
    absence_note text,
    contact_attempts text,
    recorded_by_id uuid not null references person (id),
    received_by text check (received_by in ('telephone', 'letter', 'secure_mail', 'in_person')),
    judged_by_id uuid references person (id),
    judged_at timestamptz,
    judgement_note text,
    supersedes_id uuid references attendance (id),
    superseded_at timestamptz,
    correction_reason text,
    created_at timestamptz not null
);
create unique index attendance_present on attendance (session_id) where superseded_at is null;
create index attendance_referral_id on attendance (referral_id);

-- The feedback form of a session; a correction supersedes it.
create table feedback (
    id uuid not null primary key,
    session_id uuid not null references session (id),
    referral_id uuid not null references referral (id),
    what_was_done text not null,
    response text not null,
    next_steps text not null,
    behaviour_to_report text,
    concerns text,
    recorded_by_id uuid not null references person (id),
    received_by text check (received_by in ('telephone', 'letter', 'secure_mail', 'in_person')),
    supersedes_id uuid references feedback (id),
    superseded_at timestamptz,
    correction_reason text,
    created_at timestamptz not null
);
create unique index feedback_present on feedback (session_id) where superseded_at is null;
create index feedback_referral_id on feedback (referral_id);

-- A line of the charges: money owed for a unit delivered, or taken back.
create table charge (
    id uuid not null primary key,
    referral_id uuid not null references referral (id),
    session_id uuid references session (id),
    purchaser text not null check (purchaser in ('nps', 'crc')),
    provider_id uuid not null references organisation (id),
    kind text not null check (kind in ('charge', 'reversal', 'adjustment')),
    unit_key text not null,
    generation integer not null,
    pence bigint not null,
    delivered_on date not null,
    price_id uuid not null references price (id),
    reverses_id uuid references charge (id),
    reason text not null,
    created_at timestamptz not null,
    unique (referral_id, kind, unit_key, generation)
);
create index charge_session_id on charge (session_id);
create index charge_price_id_delivered_on on charge (price_id, delivered_on);
create index charge_provider_id_created_at_id on charge (provider_id, created_at, id);
create index charge_created_at_id on charge (created_at, id);

-- A named measure with a bounded scale.
create table instrument (
    id uuid not null primary key,
    name text not null unique,
    description text not null,
    low integer not null,
    high integer not null,
    direction text not null check (direction in ('higher_is_better', 'lower_is_better')),
    created_at timestamptz not null,
    check (high > low)
);

-- A score taken at the start or the end; a correction supersedes it.
create table measure (
    id uuid not null primary key,
    referral_id uuid not null references referral (id),
    need text not null check (need in ('accommodation', 'ete', 'relationships', 'lifestyle_and_associates', 'drug_misuse', 'alcohol_misuse', 'emotional_wellbeing', 'thinking_and_behaviour', 'attitudes_to_offending', 'finance_and_debt')),
    instrument_id uuid not null references instrument (id),
    stage text not null check (stage in ('start', 'end')),
    score integer not null,
    taken_on date not null,
    recorded_by_id uuid not null references person (id),
    supersedes_id uuid references measure (id),
    superseded_at timestamptz,
    correction_reason text,
    created_at timestamptz not null
);
create unique index measure_present on measure (referral_id, need, instrument_id, stage) where superseded_at is null;

-- A qualification gained.
create table qualification (
    id uuid not null primary key,
    referral_id uuid not null references referral (id),
    title text not null,
    level text not null check (level in ('entry_1', 'entry_2', 'entry_3', 'level_1', 'level_2', 'level_3')),
    awarded_on date not null,
    recorded_by_id uuid not null references person (id),
    created_at timestamptz not null,
    unique (referral_id, title, level)
);

-- The end-of-service report of a referral; a later one supersedes it.
create table end_report (
    id uuid not null primary key,
    referral_id uuid not null references referral (id),
    summary text not null,
    further_work text,
    author_id uuid not null references person (id),
    supersedes_id uuid references end_report (id),
    superseded_at timestamptz,
    correction_reason text,
    created_at timestamptz not null
);
create unique index end_report_present on end_report (referral_id) where superseded_at is null;

-- The result of a desired outcome in an end-of-service report.
create table end_report_outcome (
    id uuid not null primary key,
    report_id uuid not null references end_report (id),
    desired_outcome_id uuid not null references desired_outcome (id),
    result text not null check (result in ('achieved', 'partly_achieved', 'not_achieved')),
    comment text,
    unique (report_id, desired_outcome_id)
);

-- A change to a row, recorded with the change itself. Rows are only ever added.
create table audit_event (
    id uuid not null primary key,
    at timestamptz not null,
    person_id uuid references person (id),
    organisation_id uuid references organisation (id),
    operation text not null,
    request_id text not null,
    act text not null,
    table_name text not null,
    row_id text not null,
    case_id uuid,
    changes json not null
);
create index audit_event_table_name_row_id_at on audit_event (table_name, row_id, at);
create index audit_event_case_id_at on audit_event (case_id, at);
create index audit_event_at_id on audit_event (at, id);

-- An answer kept for a repeat of the same request.
create table idempotency_key (
    person_id uuid not null references person (id),
    key text not null,
    operation text not null,
    request_hash text not null,
    answer json not null,
    created_at timestamptz not null,
    primary key (person_id, key)
);
create index idempotency_key_created_at on idempotency_key (created_at);

