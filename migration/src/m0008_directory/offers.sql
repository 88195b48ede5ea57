
-- What a service says of itself, beside what it always said. What was there is on the card, and found by its name, its
-- provider and the letters of its content, until it is changed.
alter table service add column
    earliest_start date;
alter table service add column
    approved_by_id uuid references person (id);
alter table service add column
    on_card boolean not null default true;
alter table service add column
    search_words text not null default '';
update service set search_words = ' ' || search_text || ' ' || lower(description);

-- When and where a service is delivered.
create table service_mode (
    service_id uuid not null references service (id),
    mode text not null check (mode in ('day', 'evening', 'home_visit', 'residential', 'custody')),
    primary key (service_id, mode)
);

-- What a provider owes for a service, beside delivering it.
create table service_duty (
    service_id uuid not null references service (id),
    duty text not null check (duty in ('feedback_each_session', 'quarterly_report', 'record_contacts', 'share_outcomes', 'share_risk', 'same_measure')),
    primary key (service_id, duty)
);

-- How well a service serves the people of a local delivery unit.
create table service_area (
    service_id uuid not null references service (id),
    ldu_id uuid not null references ldu (id),
    reach text not null check (reach in ('covered', 'hard_to_reach')),
    primary key (service_id, ldu_id)
);
create index service_area_ldu_id on service_area (ldu_id);

-- A place where a service is delivered.
create table service_venue (
    service_id uuid not null references service (id),
    name text not null,
    ldu_id uuid references ldu (id),
    primary key (service_id, name)
);

-- A period in which a purchaser can use a service. A service of which there is none is available to everybody.
create table service_availability (
    id uuid not null primary key,
    service_id uuid not null references service (id),
    purchaser text not null check (purchaser in ('nps', 'crc')),
    basis text check (basis in ('rar', 'programme', 'unpaid_work', 'licence', 'post_sentence_supervision')),
    available_from date,
    available_to date,
    check (available_to is null or available_from is null or available_to > available_from)
);
create index service_availability_service_id on service_availability (service_id);
create index service_name_id on service (name, id);
