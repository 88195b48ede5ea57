-- The directory, for both databases. Types are PostgreSQL's; `dialect` turns them into SQLite's.

-- A criterion as it was from one change to the next. Those written before there was this table have no author here.
create table criterion_version (
    id uuid not null primary key,
    criterion_id uuid not null references criterion (id),
    number bigint not null,
    purchaser text check (purchaser in ('nps', 'crc')),
    value json not null,
    effective_from date,
    effective_to date,
    reason text not null,
    author_id uuid references person (id),
    created_at timestamptz not null,
    unique (criterion_id, number)
);

-- A criterion, as it was in one version, that a manager set aside for one referral.
create table eligibility_override (
    id uuid not null primary key,
    referral_id uuid not null references referral (id),
    criterion_id uuid not null references criterion (id),
    criterion_version bigint not null,
    reason text not null,
    author_id uuid not null references person (id),
    created_at timestamptz not null,
    unique (referral_id, criterion_id, criterion_version)
);
create index eligibility_override_criterion_id on eligibility_override (criterion_id);
