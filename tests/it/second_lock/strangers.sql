-- A network in which everything that may go wrong between strangers is there: four organisations of each kind that have
-- to do with one another; people in every role and in several; cases held, moved, waiting, limited and closed; referrals
-- in every status, kept, lapsed, lapsing today, to colleagues and to others; private notes; prices of every status.
--
-- For PostgreSQL, on freshly migrated and empty tables. Identifiers and chances are digests of numbers, so that every run
-- has the same rows. Today is 2 October 2017.

create schema strangers;
-- The identifier of the n-th of a kind of things.
create function strangers.id(thing text, n bigint) returns uuid language sql immutable
    return md5(thing || n)::uuid;
-- A chance between 0 and `sides - 1` that is always the same for the same question.
create function strangers.chance(question text, n bigint, sides int) returns int language sql immutable
    return abs(('x' || substr(md5(question || '?' || n), 1, 8))::bit(32)::int::bigint) % sides;

-- 1–4 NPS, 5–8 CRC, 9–12 providers, 13–16 inspectorates, 17–20 operators.
insert into organisation
select strangers.id('organisation', n), (array['nps', 'crc', 'provider', 'inspectorate', 'operator'])[1 + (n - 1) / 4],
    'Organisation ' || n, 1, '2016-01-01'
from generate_series(1, 20) n;
insert into ldu (id, organisation_id, name)
select strangers.id('ldu', n), strangers.id('organisation', 1 + n % 8), 'LDU ' || n / 8 from generate_series(0, 15) n;

-- In every organisation somebody in each of its roles alone, in every pair of them, and in all.
create table strangers.role_set as
select kind, row_number() over (partition by kind order by roles) as n, roles
from (
    select kind, array[role] as roles from (values
        ('nps', 'responsible_officer'), ('nps', 'team_manager'), ('nps', 'court_officer'),
        ('crc', 'responsible_officer'), ('crc', 'team_manager'), ('crc', 'provider_worker'), ('crc', 'provider_manager'),
        ('crc', 'rate_card_administrator'), ('crc', 'contract_manager'),
        ('provider', 'provider_worker'), ('provider', 'provider_manager'),
        ('inspectorate', 'auditor'), ('operator', 'system_administrator')) single (kind, role)
    union all
    select kind, array[one, other] from (values
        ('nps', 'responsible_officer', 'court_officer'), ('nps', 'team_manager', 'court_officer'),
        ('crc', 'responsible_officer', 'provider_worker'), ('crc', 'responsible_officer', 'provider_manager'),
        ('crc', 'team_manager', 'provider_manager'), ('crc', 'provider_worker', 'contract_manager'),
        ('crc', 'responsible_officer', 'rate_card_administrator'), ('crc', 'provider_manager', 'contract_manager'),
        ('provider', 'provider_worker', 'provider_manager')) pair (kind, one, other)
    union all
    values
        ('nps', array['responsible_officer', 'team_manager', 'court_officer']),
        ('crc', array['responsible_officer', 'team_manager', 'provider_worker', 'provider_manager',
            'rate_card_administrator', 'contract_manager'])
) sets;
insert into person
select strangers.id('person', row_number() over (order by o.name, n)), o.id, o.name || ' ' || array_to_string(roles, '+'),
    'Jo ' || row_number() over (order by o.name, n), o.name || n || '@example', 'po', null, true, 1, '2016-01-01'
from organisation o join strangers.role_set using (kind);
insert into person_role
select p.id, unnest(roles) from person p join organisation o on o.id = p.organisation_id
join strangers.role_set s on s.kind = o.kind and p.subject = o.name || ' ' || array_to_string(roles, '+');

-- Two services of each provider and each CRC.
insert into service
select strangers.id('service', n), strangers.id('organisation', 5 + n % 8), 'Service ' || n, '', 'one_to_one', 'session',
    true, false, 10, 5, 0, 50, 50, 24, null, null, null, 'service ' || n, 1, '2016-01-01'
from generate_series(0, 15) n;
insert into service_need select strangers.id('service', n), 'accommodation' from generate_series(0, 15) n;
insert into criterion
select strangers.id('criterion', n), null, strangers.id('service', n), null, 'gender', '{}', null, null, '', 1, '2016-01-01'
from generate_series(0, 3) n;
insert into instrument
select strangers.id('instrument', n), 'Instrument ' || n, '', 0, 10, 'higher_is_better', '2016-01-01'
from generate_series(0, 1) n;

-- Batches and prices of every kind and status, by every CRC, for services of its own and of others.
insert into price_batch
select strangers.id('price_batch', n), 'card', 'submitted', '', author.id, author.organisation_id, null, null, null, 1,
    '2016-01-01'
from generate_series(5, 8) n
cross join lateral (select * from person where organisation_id = strangers.id('organisation', n) order by id limit 1) author;
insert into price
select md5('price' || c || s || kind || status)::uuid, strangers.id('service', s), kind, 3000 + c, 'session',
    date '2010-01-01' + c * 365, date '2010-01-01' + c * 365 + 300, null, status, false, '', null, author.id,
    author.organisation_id, approver.id, null, null,
    case when status = 'submitted' then strangers.id('price_batch', c) end, 1, '2016-01-01'
from generate_series(5, 8) c, generate_series(0, 15) s,
    unnest(array['card', 'supply', 'cost']) kind, unnest(array['draft', 'submitted', 'published', 'rejected', 'withdrawn']) status
cross join lateral (select * from person where organisation_id = strangers.id('organisation', c) order by id limit 1) author
cross join lateral (
    select * from person where organisation_id = strangers.id('organisation', c) order by id desc limit 1) approver;

-- Cases: 0–159 held by each NPS and CRC, 160–191 waiting, each registered by an NPS.
insert into probation_case (id, crn, family_name, given_names, date_of_birth, gender, registered_by_id, holder_id,
    officer_id, sexual_offending, significant_violence, domestic_abuse, child_protection, looked_after_child, iom,
    search_text, version, created_at, updated_at)
select strangers.id('case', n), 'S' || to_char(n, 'FM000000'), 'Family ' || n, 'Given', '1985-01-01', 'male',
    strangers.id('organisation', 1 + n % 4),
    case when n < 160 then strangers.id('organisation', 1 + n % 8) end, null,
    n % 2 = 0, false, false, false, false, false, 'family ' || n, 1,
    timestamptz '2016-01-01' + n * interval '1 day', '2016-01-01'
from generate_series(0, 191) n;
insert into case_need select strangers.id('case', n), 'accommodation' from generate_series(0, 191) n;
insert into sentence
select strangers.id('sentence', n), strangers.id('case', n), 'community_order', '2017-01-01', null, 20, null, null, '2017-01-01'
from generate_series(0, 191) n;
insert into case_officer
select strangers.id('case_officer', n), strangers.id('case', n), strangers.id('person', 1), 'po', '',
    strangers.id('person', 1), '2017-01-01', null
from generate_series(0, 191) n;
-- Every third case has moved: another organisation held it before.
insert into case_holding
select strangers.id('case_holding', n), strangers.id('case', n), strangers.id('organisation', 1 + (n + 3) % 8), '',
    strangers.id('person', 1), '2016-06-01', '2017-01-01'
from generate_series(0, 159, 3) n;
insert into case_holding
select strangers.id('case_holding', 1000 + n), strangers.id('case', n), strangers.id('organisation', 1 + n % 8), '',
    strangers.id('person', 1), '2017-01-01', null
from generate_series(0, 159) n;
-- Every fourth case has a list: of people to whom it is limited, of people to whom it is closed, or of both. Some are
-- those who would otherwise see it, some work elsewhere.
insert into case_restriction
select md5('restriction' || n || p.id)::uuid, strangers.id('case', n), p.id,
    case n % 3 when 0 then 'limited_to' when 1 then 'closed_to'
        else (array['limited_to', 'closed_to'])[1 + strangers.chance('which ' || p.id, n, 2)] end,
    'A relative.', strangers.id('person', 1), '2017-01-01'
from generate_series(0, 191, 4) n, person p
where strangers.chance('listed ' || p.id, n, 7) = 0;

-- Referrals: of every case four, to services of providers and CRCs, its own holder's among them.
insert into referral (id, reference, case_id, holder_id, service_id, provider_id, purchaser, referred_by_id, worker_id,
    status, urgency, sentence_id, reason, risk_summary, home_visits, submitted_at, provider_reads_until, search_text,
    version, created_at, updated_at)
select strangers.id('referral', n), 'R' || n, c.id, c.holder_id, s.id, s.provider_id,
    (select case kind when 'nps' then 'nps' else 'crc' end from organisation where id = c.holder_id),
    strangers.id('person', 1), worker.id, status, 'routine', strangers.id('sentence', n % 160), 'Reason ' || n, 'Risk', false,
    -- A withdrawn draft was never sent.
    case when status = 'draft' or status = 'withdrawn' and strangers.chance('sent', n, 2) = 0 then null
        else timestamptz '2017-01-01' end,
    -- Lapsed, lapsing today, kept until tomorrow, kept for longer.
    case when status in ('completed', 'ended_early', 'declined', 'withdrawn')
        then date '2017-10-02' + (array[-30, 0, 1, 300])[1 + strangers.chance('until', n, 4)] end,
    'r' || n, 1, timestamptz '2017-01-01' + n * interval '1 hour', '2017-01-01'
from generate_series(0, 639) n
join probation_case c on c.id = strangers.id('case', n % 160)
join service s on s.id = strangers.id('service', strangers.chance('service', n, 4) * 4 + n / 160)
cross join lateral (select (array['draft', 'submitted', 'accepted', 'in_progress', 'declined', 'completed', 'ended_early',
    'withdrawn'])[1 + strangers.chance('status', n, 8)] as status) state
left join lateral (
    select p.id from person p join person_role r on r.person_id = p.id and r.role in ('provider_worker', 'provider_manager')
    where p.organisation_id = s.provider_id and strangers.chance('assigned', n, 4) > 0
    order by md5(p.id::text || n) limit 1) worker on true;

insert into shared_person (referral_id, case_id, crn, family_name, given_names, date_of_birth, gender)
select r.id, c.id, c.crn, c.family_name, c.given_names, c.date_of_birth, c.gender
from referral r join probation_case c on c.id = r.case_id;
insert into desired_outcome select md5('outcome' || id)::uuid, id, 'accommodation', '', created_at from referral;
insert into referral_item
select md5('item' || id)::uuid, id, 'court_order', '', strangers.id('person', 1), created_at from referral;
insert into referral_assignment
select md5('assignment' || id)::uuid, id, worker_id, worker_id, null, created_at, null from referral
where worker_id is not null;
insert into referral_question
select md5('question' || id)::uuid, id, '?', strangers.id('person', 1), created_at, null, null, null, 1 from referral;
insert into referral_amendment
select md5('amendment' || id)::uuid, id, 'reason', null, null, '', strangers.id('person', 1), created_at from referral;
-- Notes for both sides, private to the provider, and private to somebody who has no part in it.
insert into referral_note
select md5('note' || id || side)::uuid, id, 'Note', case side when 1 then provider_id
    when 2 then strangers.id('organisation', 5 + strangers.chance('private ' || id, 0, 8)) end,
    strangers.id('person', 1), created_at
from referral, generate_series(0, 2) side;
insert into suitability_meeting
select md5('meeting' || id)::uuid, id, created_at, null, null, null, strangers.id('person', 1), null, null, 1, created_at
from referral;
insert into group_session
select strangers.id('group_session', n), strangers.id('organisation', 5 + n % 8), strangers.id('service', n % 8),
    '2017-09-01', '2017-09-02', null, 1, '2017-01-01'
from generate_series(0, 15) n;
insert into session (id, referral_id, case_id, number, kind, starts_at, ends_at, status, version, created_at)
select md5('session' || id)::uuid, id, case_id, 1, 'one_to_one', created_at, created_at + interval '1 minute', 'recorded', 1,
    created_at
from referral;
insert into session_change
select md5('change' || id)::uuid, id, starts_at, ends_at, starts_at, ends_at, 'provider', '', strangers.id('person', 1),
    created_at
from session;
insert into attendance (id, session_id, referral_id, outcome, recorded_by_id, created_at)
select md5('attendance' || id)::uuid, id, referral_id, 'attended', strangers.id('person', 1), created_at from session;
insert into feedback (id, session_id, referral_id, what_was_done, response, next_steps, recorded_by_id, created_at)
select md5('feedback' || id)::uuid, id, referral_id, '', '', '', strangers.id('person', 1), created_at from session;
insert into measure (id, referral_id, need, instrument_id, stage, score, taken_on, recorded_by_id, created_at)
select md5('measure' || id)::uuid, id, 'accommodation', strangers.id('instrument', 0), 'start', 5, '2017-01-01',
    strangers.id('person', 1), created_at
from referral;
insert into qualification
select md5('qualification' || id)::uuid, id, 'Entry', 'entry_1', '2017-01-01', strangers.id('person', 1), created_at
from referral;
insert into end_report (id, referral_id, summary, author_id, created_at)
select md5('report' || id)::uuid, id, '', strangers.id('person', 1), created_at from referral;
insert into end_report_outcome
select md5('result' || id)::uuid, md5('report' || id)::uuid, md5('outcome' || id)::uuid, 'achieved', null from referral;

-- Each was priced by any CRC at all.
insert into referral_price
select r.id, p.id, p.kind, p.pence, 'session', 10, 10 * p.pence, 0, 50, 50, 24, '2017-01-01'
from referral r
cross join lateral (
    select * from price where service_id = r.service_id and status = 'published'
        and kind = (case r.purchaser when 'nps' then 'card' else 'supply' end)
    order by md5(id::text || r.id) limit 1) p
where r.submitted_at is not null;
insert into charge (id, referral_id, session_id, purchaser, provider_id, kind, unit_key, generation, pence, delivered_on,
    price_id, reason, created_at)
select md5('charge' || r.id)::uuid, r.id, md5('session' || r.id)::uuid, r.purchaser, r.provider_id, 'charge', 'session', 0,
    p.pence, '2017-01-01', p.price_id, '', r.created_at
from referral r join referral_price p on p.referral_id = r.id;

insert into audit_event
select md5('event' || id)::uuid, created_at, strangers.id('person', 1), strangers.id('organisation', 1), 'draftReferral',
    'r', 'insert', 'referral', id::text, case_id, '{}'
from referral;
insert into idempotency_key
select id, 'key', 'draftReferral', '', '{}', created_at from person;

-- Of every case and of one that is there no more, who looked at it; what was sealed; whom the network trusts.
insert into reading
select strangers.id('reading', n), '2017-09-01', '2017-09-01', strangers.id('person', 1 + n % 96),
    strangers.id('organisation', 1 + n % 20), 'auditor', 'case', null, 'r'
from generate_series(0, 96) n;
insert into reading_subject
select strangers.id('reading', n / 2), strangers.id('case', n) from generate_series(0, 192) n;
insert into audit_seal
select 1, 'change', id, id, at, at, 1, '', '', '', at from audit_event order by id limit 1;
insert into audit_digest
select first_id, number, 1, '', '', null from audit_seal;
insert into trusted_issuer (id, organisation_id, issuer, audience, jwks, algorithms, token_types, subject_claim, active,
    set_by_id, version, created_at)
select strangers.id('issuer', n), strangers.id('organisation', n), 'https://' || n, 'a', '{}', 'EdDSA', 'at+jwt', 'sub',
    true, strangers.id('person', 1), 1, '2017-01-01'
from generate_series(1, 20) n;
insert into api_client
select strangers.id('client', n), strangers.id('organisation', n), p.id, 'Client', 'auditor', true, 1, '2017-01-01'
from generate_series(1, 20) n
cross join lateral (select id from person where organisation_id = strangers.id('organisation', n) order by id limit 1) p;
insert into client_secret
select strangers.id('secret', n), strangers.id('client', n), 'digest ' || n, strangers.id('person', 1), null, 0,
    '2017-01-01', null
from generate_series(1, 20) n;
insert into revocation
select md5('revocation' || id)::uuid, 'token', 'jti', '2017-01-01', '', id from person;
