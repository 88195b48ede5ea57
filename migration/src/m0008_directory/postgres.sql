-- What must hold of the directory whatever the server does, in PostgreSQL's words.

alter table criterion drop constraint criterion_kind_check;
alter table criterion add constraint criterion_kind_check check (kind in ('purchaser', 'age_range', 'gender', 'excluded_offending', 'required_item', 'priority_cases', 'sentence', 'ldu', 'offending', 'iom', 'likelihood', 'risk_level', 'rar_days_left', 'programme', 'all', 'any', 'not'));

-- What makes two criteria of one owner the same rule. Where two stood at once before this was refused, the later
-- stays a rule of its own.
alter table criterion add column rule_key text;
update criterion set rule_key = kind || case kind when 'required_item' then ':' || (value ->> 'item') else '' end;
update criterion later set rule_key = rule_key || '#' || id where exists (
    select 1 from criterion earlier
    where earlier.id < later.id and earlier.rule_key = later.rule_key
        and coalesce(earlier.provider_id, earlier.service_id) = coalesce(later.provider_id, later.service_id)
        and coalesce(earlier.purchaser, '') = coalesce(later.purchaser, '')
        and daterange(earlier.effective_from, earlier.effective_to, '[)')
            && daterange(later.effective_from, later.effective_to, '[)')
);
alter table criterion alter column rule_key set not null;

-- Of the same rule of one owner, for one purchaser, one is in force on a day.
alter table criterion add constraint criterion_periods_apart exclude using gist (
    coalesce(provider_id, service_id) with =, coalesce(purchaser, '') with =, rule_key with =,
    daterange(effective_from, effective_to, '[)') with &&
);

insert into criterion_version (id, criterion_id, number, purchaser, value, effective_from, effective_to, reason, created_at)
    select gen_random_uuid(), id, version, purchaser, value, effective_from, effective_to, reason, created_at from criterion;

create trigger criterion_version_append_only before update or delete on criterion_version
    for each row execute function refuse_change();
create trigger eligibility_override_append_only before update or delete on eligibility_override
    for each row execute function refuse_change();

-- Row-level security (m0005). Criteria are the directory's, and everybody reads how they came about. An exception tells
-- what holds of a person: who keeps the case sees it, and whoever accepts the referral goes by it.
create policy seen on criterion_version for select using ((select scope.person()) is not null);
create policy added on criterion_version for insert with check (
    (select scope.acts_as('rate_card_administrator')) and author_id = (select scope.person())
);
create policy seen on eligibility_override for select using (
    (select scope.inspects())
    or (select scope.keeps_cases_of()) is not null
        and exists (select 1 from behind.held_referral parent where parent.id = referral_id)
);
create policy accept_referral_reaches on eligibility_override for select using (
    (select scope.does('acceptReferral')) and behind.is_delivered_referral(referral_id)
);
create policy added on eligibility_override for insert with check (
    (select scope.acts_as('team_manager')) and author_id = (select scope.person()) and behind.is_held_referral(referral_id)
);
-- Providers' managers keep their own entries; the administrators of the card say what is on it.
create policy added_by_provider on service for insert with check (
    (select scope.acts()) and provider_id = (select scope.manages_delivery_of()) and not on_card
);
create function behind.is_on_card(one uuid) returns boolean
    language plpgsql stable parallel safe security definer set search_path = public, pg_temp as $$
begin
    return exists (select 1 from service where id = one and on_card);
end $$;
create policy changed_by_provider on service for update
    using ((select scope.acts()) and provider_id = (select scope.manages_delivery_of()))
    with check (
        (select scope.acts()) and provider_id = (select scope.manages_delivery_of())
        and (not on_card or behind.is_on_card(id))
    );
do $parts$
declare
    part text;
    keeps constant text := $$((select scope.acts_as('rate_card_administrator'))
        or (select scope.acts()) and service_id in (
            select id from service where provider_id = (select scope.manages_delivery_of())))$$;
begin
    foreach part in array array['service_need', 'service_mode', 'service_duty', 'service_area', 'service_venue', 'service_availability'] loop
        if part <> 'service_need' then
            execute format('create policy seen on %I for select using ((select scope.person()) is not null)', part);
        end if;
        execute format('create policy kept_by_provider on %I for insert with check (%s)', part, keeps);
        execute format('create policy dropped_by_provider on %I for delete using (%s)', part, keeps);
    end loop;
end $parts$;
alter table service_availability add constraint service_availability_apart exclude using gist (
    service_id with =, purchaser with =, coalesce(basis, '') with =, daterange(available_from, available_to, '[)') with &&
);

insert into behind.granted (what) values
    ('update (rule_key) on criterion'),
    ('update (earliest_start, approved_by_id, on_card, search_words) on service'),
    ('delete on service_mode, service_duty, service_area, service_venue, service_availability');
select behind.lock_tables();
select behind.admit_application();
