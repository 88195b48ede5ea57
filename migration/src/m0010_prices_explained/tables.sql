-- What explains prices, for both databases. Types are PostgreSQL's; `dialect` turns them into SQLite's.

-- Statements add up what was delivered in a month.
create index charge_delivered_on on charge (delivered_on);

-- What it costs a provider to deliver a unit, as it states itself: from its first day until the next statement's. So no
-- two periods overlap, as long as no two begin on one day.
create table delivery_cost (
    id uuid not null primary key,
    service_id uuid not null references service (id),
    provider_id uuid not null references organisation (id),
    pence bigint not null,
    unit text not null check (unit in ('session', 'hour', 'day', 'week', 'programme')),
    effective_from date not null,
    reason text not null,
    stated_by_id uuid not null references person (id),
    supersedes_id uuid unique references delivery_cost (id),
    superseded_at timestamptz,
    version bigint not null,
    created_at timestamptz not null,
    check (pence >= 0)
);
create unique index delivery_cost_present on delivery_cost (service_id, effective_from) where superseded_at is null;
create index delivery_cost_service_id on delivery_cost (service_id);
create index delivery_cost_provider_id_created_at_id on delivery_cost (provider_id, created_at, id);
create index delivery_cost_created_at_id on delivery_cost (created_at, id);

-- What a local delivery unit may spend in a period. No two that stand have a day in common.
create table budget (
    id uuid not null primary key,
    ldu_id uuid not null references ldu (id),
    organisation_id uuid not null references organisation (id),
    purchaser text not null check (purchaser in ('nps', 'crc')),
    starts_on date not null,
    ends_on date not null,
    pence bigint not null,
    reason text not null,
    set_by_id uuid not null references person (id),
    supersedes_id uuid unique references budget (id),
    superseded_at timestamptz,
    version bigint not null,
    created_at timestamptz not null,
    check (pence >= 0),
    check (ends_on > starts_on)
);
create index budget_ldu_id_starts_on on budget (ldu_id, starts_on);
create index budget_organisation_id_starts_on_id on budget (organisation_id, starts_on, id);
create index budget_starts_on_id on budget (starts_on, id);

-- A threshold that a margin or a unit cost should not pass, in per cent of the price. Alerts are reckoned, and stand nowhere.
create table price_threshold (
    id uuid not null primary key,
    organisation_id uuid not null references organisation (id),
    service_id uuid references service (id),
    measure text not null check (measure in ('crc_margin', 'provider_margin', 'unit_cost')),
    bound text not null check (bound in ('below', 'above')),
    percent integer not null check (percent between -1000 and 1000),
    reason text not null,
    set_by_id uuid not null references person (id),
    ended_at timestamptz,
    version bigint not null,
    created_at timestamptz not null
);
create index price_threshold_organisation_id_created_at_id on price_threshold (organisation_id, created_at, id);
create index price_threshold_created_at_id on price_threshold (created_at, id);
