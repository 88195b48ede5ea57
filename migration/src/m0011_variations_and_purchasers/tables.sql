-- What varies beside the price, for both databases. Types are PostgreSQL's; `dialect` turns them into SQLite's.

-- A proposal to expect another number of units of a referral, and what was decided on it. One at a time awaits a decision.
create table variation (
    id uuid not null primary key,
    referral_id uuid not null references referral (id),
    previous_units integer not null,
    expected_units integer not null,
    reason text not null,
    status text not null check (status in ('proposed', 'approved', 'declined', 'withdrawn')),
    proposed_by_id uuid not null references person (id),
    decided_by_id uuid references person (id),
    decided_at timestamptz,
    decision_reason text,
    version bigint not null,
    created_at timestamptz not null,
    check (expected_units > 0 and expected_units <> previous_units),
    check ((status = 'proposed') = (decided_by_id is null) and (decided_by_id is null) = (decided_at is null)),
    check (status not in ('approved', 'declined') or decided_by_id <> proposed_by_id),
    check (status <> 'withdrawn' or decided_by_id = proposed_by_id)
);
create unique index variation_present on variation (referral_id) where status = 'proposed';
create index variation_referral_id_created_at on variation (referral_id, created_at);
create index variation_created_at_id on variation (created_at, id);
create index variation_status_created_at_id on variation (status, created_at, id);

-- What a session charges to which the person came, and which the provider's own arrangements let fail: nothing, unless the
-- service says otherwise. Frozen at submission as the other charging rules are.
alter table service add column provider_logistics_percent integer not null default 0
    check (provider_logistics_percent between 0 and 100);
alter table referral_price add column provider_logistics_percent integer not null default 0
    check (provider_logistics_percent between 0 and 100);

-- The organisation for which alone a price holds; none: everybody who buys at this figure. The purchaser's own price goes
-- before the general one.
alter table price add column
    purchaser_id uuid references organisation (id);
create index price_purchaser_id_effective_from_id on price (purchaser_id, effective_from, id);

-- The organisation that pays for a referral: the one that held the case when it was submitted.
alter table referral_price add column
    purchaser_id uuid references organisation (id);
update referral_price set purchaser_id = (select holder_id from referral where referral.id = referral_price.referral_id);
create index referral_price_purchaser_id on referral_price (purchaser_id);
