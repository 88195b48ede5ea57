-- Suitability for programmes, for both databases. Types are PostgreSQL's; `dialect` turns them into SQLite's.

-- What an assessment found of somebody for a programme of the directory. A later assessment takes the place of an earlier one
-- for the same programme, which stays readable.
create table programme_suitability (
    id uuid not null primary key,
    case_id uuid not null references probation_case (id),
    service_id uuid not null references service (id),
    suitability text not null check (suitability in ('suitable', 'unsuitable')),
    findings text not null,
    assessed_on date not null,
    recorded_by_id uuid not null references person (id),
    created_at timestamptz not null,
    superseded_at timestamptz
);
create unique index programme_suitability_present on programme_suitability (case_id, service_id) where superseded_at is null;
create index programme_suitability_case_id_created_at_id on programme_suitability (case_id, created_at, id);
create index programme_suitability_service_id on programme_suitability (service_id);

-- Cases of an area, the newest first: who has an unmet need there.
create index probation_case_ldu_id_created_at_id on probation_case (ldu_id, created_at, id);
