-- Readings and seals, for both databases. Types are PostgreSQL's; `dialect` turns them into SQLite's.

-- An answer that held records of persons under supervision. Rows are only ever added.
create table reading (
    id uuid not null primary key,
    at timestamptz not null,
    recorded_at timestamptz not null,
    person_id uuid not null references person (id),
    organisation_id uuid not null references organisation (id),
    roles text not null,
    operation text not null,
    purpose text,
    request_id text not null
);
create index reading_at_id on reading (at, id);
create index reading_recorded_at_id on reading (recorded_at, id);

-- A case whose records an answer held. It outlives the case, as the rest of the audit does.
create table reading_subject (
    reading_id uuid not null references reading (id),
    case_id uuid not null,
    primary key (reading_id, case_id)
);
create index reading_subject_case_id_reading_id on reading_subject (case_id, reading_id);

-- A seal on committed events: what they were, and the seal before it. Rows are only ever added.
create table audit_seal (
    number bigint not null primary key,
    kind text not null check (kind in ('change', 'reading')),
    first_id uuid not null,
    last_id uuid not null,
    first_at timestamptz not null,
    last_at timestamptz not null,
    row_count integer not null,
    root text not null,
    previous text not null,
    digest text not null,
    sealed_at timestamptz not null,
    unique (kind, previous),
    check (number > 0 and row_count > 0)
);
create index audit_seal_kind_number on audit_seal (kind, number);
create index audit_seal_kind_last_at on audit_seal (kind, last_at);

-- The digest of a sealed event. It stays when the event is erased by policy; its salt goes.
create table audit_digest (
    row_id uuid not null primary key,
    seal_number bigint not null references audit_seal (number),
    position integer not null,
    salt text,
    digest text not null,
    erased_at timestamptz,
    unique (seal_number, position)
);
