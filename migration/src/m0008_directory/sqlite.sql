-- What must hold of the directory whatever the server does, in SQLite's words.

-- SQLite changes no check of a table that there is: the table is made anew. Where two criteria of the same rule stood at
-- once before this was refused, the later stays a rule of its own.
create table criterion_made_anew (
    id blob not null primary key,
    provider_id blob references organisation (id),
    service_id blob references service (id),
    purchaser text check (purchaser in ('nps', 'crc')),
    kind text not null check (kind in ('purchaser', 'age_range', 'gender', 'excluded_offending', 'required_item', 'priority_cases', 'sentence', 'ldu', 'offending', 'iom', 'likelihood', 'risk_level', 'rar_days_left', 'programme', 'all', 'any', 'not')),
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
insert into criterion_made_anew
    select id, provider_id, service_id, purchaser, kind,
        kind || case kind when 'required_item' then ':' || json_extract(value, '$.item') else '' end,
        value, effective_from, effective_to, reason, version, created_at
    from criterion;
drop table criterion;
alter table criterion_made_anew rename to criterion;
create index criterion_service_id on criterion (service_id);
create index criterion_provider_id on criterion (provider_id);
update criterion set rule_key = rule_key || '#' || hex(id) where exists (
    select 1 from criterion earlier
    where earlier.id < criterion.id and earlier.rule_key = criterion.rule_key
        and coalesce(earlier.provider_id, earlier.service_id) = coalesce(criterion.provider_id, criterion.service_id)
        and coalesce(earlier.purchaser, '') = coalesce(criterion.purchaser, '')
        and coalesce(earlier.effective_from, '') < coalesce(criterion.effective_to, '9999')
        and coalesce(criterion.effective_from, '') < coalesce(earlier.effective_to, '9999')
);

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

insert into criterion_version (id, criterion_id, number, purchaser, value, effective_from, effective_to, reason, created_at)
    select randomblob(16), id, version, purchaser, value, effective_from, effective_to, reason, created_at from criterion;

create trigger criterion_version_not_updated before update on criterion_version begin
    select raise(abort, 'criterion_version is only ever added to');
end;
create trigger criterion_version_not_deleted before delete on criterion_version begin
    select raise(abort, 'criterion_version is only ever added to');
end;
create trigger eligibility_override_not_updated before update on eligibility_override begin
    select raise(abort, 'eligibility_override is only ever added to');
end;
create trigger eligibility_override_not_deleted before delete on eligibility_override begin
    select raise(abort, 'eligibility_override is only ever added to');
end;

create trigger service_availability_apart before insert on service_availability begin
    select raise(abort, 'service_availability_apart') where exists (
        select 1 from service_availability a
        where a.service_id = new.service_id and a.purchaser = new.purchaser and coalesce(a.basis, '') = coalesce(new.basis, '')
            and coalesce(a.available_from, '') < coalesce(new.available_to, '9999')
            and coalesce(new.available_from, '') < coalesce(a.available_to, '9999'));
end;
