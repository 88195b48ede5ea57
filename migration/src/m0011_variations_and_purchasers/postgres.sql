-- What must hold whatever the server does, in PostgreSQL's words, and who sees and adds what (m0005).

-- What was proposed stays as it was; what was decided, too.
create function refuse_changed_variation() returns trigger language plpgsql as $$
begin
    raise exception 'a variation stays as it was proposed and decided';
end $$;
create trigger variation_stays before update on variation for each row
    when (old.status <> 'proposed' or new.referral_id <> old.referral_id or new.previous_units <> old.previous_units
        or new.expected_units <> old.expected_units or new.reason <> old.reason
        or new.proposed_by_id <> old.proposed_by_id)
    execute function refuse_changed_variation();
create trigger variation_not_deleted before delete on variation for each row execute function refuse_changed_variation();

-- Whoever sees the referral sees what of it varied. proposeVariation: in one's own name.
create policy seen on variation for select using (
    exists (select 1 from behind.seen_referral parent where parent.id = referral_id)
);
create policy added on variation for insert with check (
    (select scope.acts_as('responsible_officer', 'team_manager', 'provider_manager'))
    and proposed_by_id = (select scope.person()) and status = 'proposed' and behind.is_seen_referral(referral_id)
);
-- approveVariation, declineVariation: by a manager of who holds the case, and never by the author. withdrawVariation: by the
-- author.
create policy decided on variation for update
    using (
        (select scope.acts_as('team_manager')) and proposed_by_id <> (select scope.person())
        and behind.is_held_referral(referral_id)
    )
    with check (
        (select scope.acts_as('team_manager')) and proposed_by_id <> (select scope.person())
        and behind.is_held_referral(referral_id) and status in ('approved', 'declined')
    );
create policy withdrawn on variation for update
    using ((select scope.acts()) and proposed_by_id = (select scope.person()) and behind.is_seen_referral(referral_id))
    with check (
        (select scope.acts()) and proposed_by_id = (select scope.person()) and behind.is_seen_referral(referral_id)
        and status = 'withdrawn'
    );
-- What was approved is expected from then on: of the price that a referral keeps, that alone changes.
create policy approve_variation_changes on referral_price for update
    using (
        (select scope.does('approveVariation')) and (select scope.has('team_manager')) and behind.is_held_referral(referral_id)
    )
    with check (
        (select scope.does('approveVariation')) and (select scope.has('team_manager')) and behind.is_held_referral(referral_id)
    );
-- A stale version: who changed last what the caller sees?
create policy variation_conflict_reaches on audit_event for select using (
    (select scope.acts()) and case when table_name = 'variation'
        then exists (select 1 from variation of_it where of_it.id = row_id::uuid) else false end
);

-- Published prices never overlap: neither the general ones of a service, nor those for one purchaser alone.
alter table price drop constraint price_periods_apart;
alter table price add constraint price_periods_apart exclude using gist (
    service_id with =, kind with =, coalesce(purchaser_id, '00000000-0000-0000-0000-000000000000'::uuid) with =,
    daterange(effective_from, effective_to, '[)') with &&
) where (status = 'published');
-- A published price keeps for whom it holds, as it keeps its amount.
create or replace function keep_published_price() returns trigger language plpgsql as $$
begin
    if old.status = 'published'
        and (new.pence, new.unit, new.effective_from, new.service_id, new.kind, new.purchaser_id)
            is distinct from (old.pence, old.unit, old.effective_from, old.service_id, old.kind, old.purchaser_id) then
        raise exception 'a published price is never edited' using errcode = 'check_violation';
    end if;
    return new;
end $$;
-- As in m0005, but for a price that is for one purchaser alone: of those who buy, only that purchaser sees it.
drop policy seen on price;
create policy seen on price for select using (
    (select scope.inspects())
    or organisation_id = (select scope.keeps_prices_of())
    or status = 'published' and (
        (select scope.has('responsible_officer', 'team_manager', 'court_officer')) and (
            kind = 'card' and (select scope.kind()) in ('nps', 'crc')
            or kind = 'supply' and (select scope.kind()) = 'crc'
        ) and (purchaser_id is null or purchaser_id = (select scope.organisation()))
        or kind = 'supply' and service_id in (
            select id from service where provider_id = (select scope.manages_delivery_of())
        )
    )
);

-- What those who keep prices may know of the referrals that were priced by them, and of what was charged: what became of
-- each, without whose it is. They count it; no row of it is answered.
create function scope.priced_referrals(from_at timestamptz, end_at timestamptz) returns table (
        service_id uuid, provider_id uuid, purchaser text, status text, submitted_at timestamptz, decided_at timestamptz,
        started_at timestamptz, area text, needs text)
    language plpgsql stable parallel safe security definer set search_path = public, pg_temp as $$
#variable_conflict use_column
begin
    return query select referral.service_id, referral.provider_id, referral.purchaser, referral.status,
        referral.submitted_at, referral.decided_at, start.started_at, shared.ldu,
        (select string_agg(distinct wanted.need, ',') from desired_outcome wanted where wanted.referral_id = referral.id)
    from referral
    join referral_price kept on kept.referral_id = referral.id
    join price on price.id = kept.price_id
    left join referral_start start on start.referral_id = referral.id
    left join shared_person shared on shared.referral_id = referral.id
    where price.organisation_id = scope.keeps_prices_of()
        and referral.submitted_at >= from_at and referral.submitted_at < end_at;
end $$;
create function scope.priced_charges(from_on date, to_on date) returns table (
        service_id uuid, provider_id uuid, purchaser text, area text, needs text, kind text, adjusts boolean,
        delivered_on date, lines bigint, pence bigint)
    language plpgsql stable parallel safe security definer set search_path = public, pg_temp as $$
#variable_conflict use_column
begin
    return query select referral.service_id, line.provider_id, line.purchaser, shared.ldu, wanted.needs, line.kind,
        line.unit_key like 'adjustment:%', line.delivered_on, count(*), sum(line.pence)::bigint
    from charge line
    join price on price.id = line.price_id
    join referral on referral.id = line.referral_id
    left join shared_person shared on shared.referral_id = referral.id
    cross join lateral (
        select string_agg(distinct outcome.need, ',') as needs from desired_outcome outcome
        where outcome.referral_id = referral.id
    ) wanted
    where price.organisation_id = scope.keeps_prices_of() and line.delivered_on between from_on and to_on
    group by 1, 2, 3, 4, 5, 6, 7, 8;
end $$;

do $lock$
begin
    if not exists (select from pg_namespace where nspname = 'behind') then
        return;
    end if;
    insert into behind.granted (what) values
        ('update (status, decided_by_id, decided_at, decision_reason, version) on variation'),
        ('update (expected_units, expected_total_pence) on referral_price'),
        ('update (provider_logistics_percent) on service');
    perform behind.lock_tables();
    if exists (select from pg_roles where rolname = 'partner_network_app') then
        perform behind.admit_application();
    end if;
end $lock$;
