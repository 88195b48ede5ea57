-- Cohorts and places, for both databases. Types are PostgreSQL's; `dialect` turns them into SQLite's.

-- People who take a service together: dated, or rolling. How many places are held, booked or offered, is counted by the
-- database itself, whatever the server does: the constraint refuses one more than there are.
create table cohort (
    id uuid not null primary key,
    service_id uuid not null references service (id),
    provider_id uuid not null references organisation (id),
    venue text not null,
    mode text not null check (mode in ('day', 'evening')),
    rolling boolean not null,
    first_day date not null,
    last_day date,
    weekly_times json not null,
    places integer not null check (places > 0),
    held integer not null,
    facilitators json not null,
    cancelled_at timestamptz,
    cancel_reason text,
    version bigint not null,
    created_at timestamptz not null,
    constraint cohort_never_overbooked check (held >= 0 and held <= places),
    check (last_day is null or last_day >= first_day),
    check (rolling or last_day is not null),
    check ((cancelled_at is null) = (cancel_reason is null))
);
create index cohort_first_day_id on cohort (first_day, id);
create index cohort_service_id_first_day_id on cohort (service_id, first_day, id);

-- The LDUs from which people come to a cohort.
create table cohort_ldu (
    cohort_id uuid not null references cohort (id),
    ldu_id uuid not null references ldu (id),
    primary key (cohort_id, ldu_id)
);
create index cohort_ldu_ldu_id on cohort_ldu (ldu_id, cohort_id);

-- How a referral stands to a place: in line, offered one, booked, and how that ended. Numbers of a line only grow.
create table place (
    id uuid not null primary key,
    referral_id uuid not null references referral (id),
    case_id uuid not null references probation_case (id),
    service_id uuid not null references service (id),
    cohort_id uuid references cohort (id),
    ldu_id uuid references ldu (id),
    line_number bigint,
    status text not null check (status in ('waiting', 'offered', 'booked', 'given_up', 'declined', 'lapsed', 'left', 'cancelled', 'ended')),
    joined_at timestamptz,
    offered_at timestamptz,
    offer_until timestamptz,
    booked_at timestamptz,
    ended_at timestamptz,
    end_reason text,
    version bigint not null,
    created_at timestamptz not null,
    check ((line_number is null) = (joined_at is null)),
    check (cohort_id is not null or status not in ('offered', 'booked')),
    check (status <> 'offered' or offer_until is not null),
    check ((status in ('waiting', 'offered', 'booked')) = (ended_at is null))
);
create unique index place_one_standing on place (referral_id) where status in ('waiting', 'offered', 'booked');
create unique index place_service_id_line_number on place (service_id, line_number);
create index place_referral_id on place (referral_id);
create index place_cohort_id on place (cohort_id, created_at, id);
create index place_service_id on place (service_id, created_at, id);
create index place_created_at_id on place (created_at, id);
create index place_service_id_standing on place (service_id) where status in ('waiting', 'offered');
create index place_offer_until on place (offer_until) where status = 'offered';

-- When the service of a referral began: its first session attended. The database notes it from the attendance.
create table referral_start (
    referral_id uuid not null primary key references referral (id),
    service_id uuid not null references service (id),
    started_at timestamptz not null
);
create index referral_start_service_id_started_at on referral_start (service_id, started_at, referral_id);

insert into referral_start (referral_id, service_id, started_at)
select referral.id, referral.service_id, min(session.starts_at)
from attendance
join session on session.id = attendance.session_id
join referral on referral.id = attendance.referral_id
where attendance.outcome = 'attended' and attendance.superseded_at is null
group by referral.id, referral.service_id;
