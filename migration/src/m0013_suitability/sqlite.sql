-- What must hold whatever the server does, in SQLite's words.

-- SQLite changes no check of a table that there is: the table is made anew under its name, to which others refer.
pragma defer_foreign_keys = on;
create table criterion_kept as select * from criterion;
drop table criterion;
create table criterion (
    id blob not null primary key,
    provider_id blob references organisation (id),
    service_id blob references service (id),
    purchaser text check (purchaser in ('nps', 'crc')),
    kind text not null check (kind in ('purchaser', 'age_range', 'gender', 'excluded_offending', 'required_item', 'priority_cases', 'sentence', 'ldu', 'offending', 'iom', 'likelihood', 'risk_level', 'rar_days_left', 'programme', 'suitability', 'all', 'any', 'not')),
    rule_key text not null,
    value text not null,
    effective_from text,
    effective_to text,
    reason text not null,
    version bigint not null,
    created_at text not null,
    check ((provider_id is null) <> (service_id is null)),
    check (effective_to is null or effective_from is null or effective_to > effective_from)
);
insert into criterion (id, provider_id, service_id, purchaser, kind, rule_key, value, effective_from, effective_to, reason, version, created_at)
    select id, provider_id, service_id, purchaser, kind, rule_key, value, effective_from, effective_to, reason, version, created_at
    from criterion_kept;
drop table criterion_kept;
create index criterion_service_id on criterion (service_id);
create index criterion_provider_id on criterion (provider_id);

-- Of the same rule of one owner, for one purchaser, one is in force on a day.
create trigger criterion_periods_apart_insert before insert on criterion begin
    select raise(abort, 'criterion_periods_apart') where exists (
        select 1 from criterion c
        where coalesce(c.provider_id, c.service_id) = coalesce(new.provider_id, new.service_id)
            and coalesce(c.purchaser, '') = coalesce(new.purchaser, '') and c.rule_key = new.rule_key
            and coalesce(c.effective_from, '') < coalesce(new.effective_to, '9999')
            and coalesce(new.effective_from, '') < coalesce(c.effective_to, '9999'));
end;
create trigger criterion_periods_apart_update before update on criterion begin
    select raise(abort, 'criterion_periods_apart') where exists (
        select 1 from criterion c
        where coalesce(c.provider_id, c.service_id) = coalesce(new.provider_id, new.service_id) and c.id <> new.id
            and coalesce(c.purchaser, '') = coalesce(new.purchaser, '') and c.rule_key = new.rule_key
            and coalesce(c.effective_from, '') < coalesce(new.effective_to, '9999')
            and coalesce(new.effective_from, '') < coalesce(c.effective_to, '9999'));
end;

-- What was found stays as it was recorded, and is superseded once.
create trigger programme_suitability_stays before update on programme_suitability
    when old.superseded_at is not null or new.id <> old.id or new.case_id <> old.case_id or new.service_id <> old.service_id
        or new.suitability <> old.suitability or new.findings <> old.findings or new.assessed_on <> old.assessed_on
        or new.recorded_by_id <> old.recorded_by_id or new.created_at <> old.created_at begin
    select raise(abort, 'what an assessment found stays as it was recorded');
end;
create trigger programme_suitability_not_deleted before delete on programme_suitability begin
    select raise(abort, 'programme_suitability is history and is never deleted');
end;
