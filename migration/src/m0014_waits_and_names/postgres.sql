-- The wait is noted with the start, by whatever notes that.
create function note_wait() returns trigger
    language plpgsql security definer set search_path = public, pg_temp as $$
begin
    new.waited_days := coalesce((
        select greatest(0, (new.started_at at time zone 'Europe/London')::date
            - (referral.submitted_at at time zone 'Europe/London')::date)
        from referral where referral.id = new.referral_id
    ), 0);
    return new;
end $$;
create trigger referral_start_waited before insert or update of started_at on referral_start for each row
    execute function note_wait();
update referral_start set started_at = started_at;

-- What those who keep prices may know of the referrals that were priced by them, and of what was charged: counted in groups,
-- and no row of anybody's. A group is of a service, a need, an area, who pays, or the span of days into which it falls,
-- counted from one.
drop function scope.priced_referrals(timestamptz, timestamptz);
drop function scope.priced_charges(date, date);
create function scope.priced_referrals(
        by_what text, spans timestamptz[], only_purchaser text, only_provider uuid, only_service uuid)
    returns table (of_service uuid, of_word text, of_span integer, status text, is_decided boolean, waited_days integer,
        referrals bigint)
    language plpgsql stable parallel safe security definer set search_path = public, pg_temp as $$
#variable_conflict use_column
begin
    return query select
        case by_what when 'service' then referral.service_id end,
        case by_what when 'need' then wanted.need when 'area' then shared.ldu when 'purchaser' then referral.purchaser end,
        case by_what when 'span' then width_bucket(referral.submitted_at, spans) end,
        referral.status, referral.decided_at is not null, start.waited_days, count(*)
    from referral
    join referral_price kept on kept.referral_id = referral.id
    join price on price.id = kept.price_id
    left join referral_start start on start.referral_id = referral.id
    left join shared_person shared on by_what = 'area' and shared.referral_id = referral.id
    left join lateral (
        select distinct outcome.need as need from desired_outcome outcome where outcome.referral_id = referral.id
    ) wanted on by_what = 'need'
    where price.organisation_id = scope.keeps_prices_of()
        and referral.submitted_at >= spans[1] and referral.submitted_at < spans[array_upper(spans, 1)]
        and (only_purchaser is null or referral.purchaser = only_purchaser)
        and (only_provider is null or referral.provider_id = only_provider)
        and (only_service is null or referral.service_id = only_service)
        and (by_what <> 'need' or wanted.need is not null)
    group by 1, 2, 3, 4, 5, 6;
end $$;
-- By need a group is of referrals that have the same needs: the sum of two to the place of each among those that are named.
create function scope.priced_charges(
        by_what text, spans date[], only_purchaser text, only_provider uuid, only_service uuid, needs text[])
    returns table (of_service uuid, of_word text, of_span integer, kind text, adjusts boolean, lines bigint, pence bigint)
    language plpgsql stable parallel safe security definer set search_path = public, pg_temp as $$
#variable_conflict use_column
begin
    return query select
        case by_what when 'service' then each.service_id end,
        case by_what when 'area' then shared.ldu when 'purchaser' then each.purchaser end,
        case by_what when 'span' then each.span when 'need' then wanted.places end,
        each.kind, each.adjusts, sum(each.lines)::bigint, sum(each.pence)::bigint
    from (
        select line.referral_id, referral.service_id, line.purchaser, line.kind, line.unit_key like 'adjustment:%' as adjusts,
            case by_what when 'span' then width_bucket(line.delivered_on, spans) end as span,
            count(*) as lines, sum(line.pence) as pence
        from charge line
        join price on price.id = line.price_id
        join referral on referral.id = line.referral_id
        where price.organisation_id = scope.keeps_prices_of()
            and line.delivered_on >= spans[1] and line.delivered_on < spans[array_upper(spans, 1)]
            and (only_purchaser is null or line.purchaser = only_purchaser)
            and (only_provider is null or line.provider_id = only_provider)
            and (only_service is null or referral.service_id = only_service)
        group by 1, 2, 3, 4, 5, 6
    ) each
    left join shared_person shared on by_what = 'area' and shared.referral_id = each.referral_id
    left join lateral (
        select sum(1 << (array_position(needs, one.need) - 1))::integer as places
        from (select distinct outcome.need as need from desired_outcome outcome
            where outcome.referral_id = each.referral_id) one
    ) wanted on by_what = 'need'
    group by 1, 2, 3, 4, 5;
end $$;

do $lock$
begin
    if not exists (select from pg_namespace where nspname = 'behind') then
        return;
    end if;
    insert into behind.granted (what) values ('update (name_words) on service');
    perform behind.lock_tables();
    if exists (select from pg_roles where rolname = 'partner_network_app') then
        perform behind.admit_application();
    end if;
end $lock$;
