-- What lies behind the policies, and reads past them with its owner's rights, so that no policy waits for another. The
-- application's role may not enter this schema: policies reach into it, a statement of the application's cannot.
--
-- The rules of cases and referrals are written here, once, and each takes two forms. A view of identifiers is what the
-- policies of reading ask for a parent: by EXISTS, so that PostgreSQL looks up the parents of a few rows, and reads all
-- parents only for many. A function for one identifier is what the policies of acts ask: an act touches few rows, and a
-- function is a closed book to the planner, which then spends nothing on it for those who only read.

create schema behind;

-- Limited-access cases that are closed to the caller, or limited to others: all of them, and whether one is.
create function behind.hidden_cases() returns setof uuid
    language plpgsql stable parallel safe security definer set search_path = public, pg_temp rows 100 as $$
declare
    caller constant uuid := scope.person();
begin
    return query
        select case_id from case_restriction where kind = 'closed_to' and person_id = caller
        union all
        select case_id from case_restriction
        where kind = 'limited_to' and case_id not in (
            select case_id from case_restriction where kind = 'limited_to' and person_id = caller
        );
end $$;
create function behind.is_hidden_case(one uuid) returns boolean
    language plpgsql stable parallel safe security definer set search_path = public, pg_temp as $$
declare
    named constant text := (select kind from case_restriction where case_id = one and person_id = scope.person());
begin
    return case named
        when 'closed_to' then true
        when 'limited_to' then false
        else exists (select 1 from case_restriction where case_id = one and kind = 'limited_to')
    end;
end $$;

do $rules$
declare
    -- Cases that the caller's organisation holds, for those who keep cases; cases that await allocation, for the court
    -- officers who registered them.
    kept constant text := $$(holder_id = (select scope.keeps_cases_of())
        or holder_id is null and registered_by_id = (select scope.allocates_for()))$$;
    -- Referrals of cases that the caller's organisation holds now, for those who keep cases.
    held constant text := 'holder_id = (select scope.keeps_cases_of())';
    -- What was sent to the caller's organisation: all of it for a manager, what is assigned to them for a worker; never
    -- what was not submitted, and not after the time that policy sets once it has ended.
    delivered constant text := $$submitted_at is not null
        and (provider_reads_until is null or provider_reads_until > (select scope.lapsed()))
        and (provider_id = (select scope.manages_delivery_of())
            or worker_id = (select scope.delivers_as()) and provider_id = (select scope.organisation()))$$;
    -- Never those of limited-access cases that are hidden from the caller: of many, and of one.
    of_many constant text := 'not in (select behind.hidden_cases())';
    asks constant text := 'returns boolean
        language plpgsql stable parallel safe security definer set search_path = public, pg_temp as';
    rule record;
begin
    for rule in select * from (values
        ('kept_case', 'probation_case', 'id', kept),
        ('held_referral', 'referral', 'case_id', held),
        ('delivered_referral', 'referral', 'case_id', delivered)
    ) rules (name, of, case_id, says) loop
        execute format('create view behind.%I as select id from %I where %s and %I %s',
            rule.name, rule.of, rule.says, rule.case_id, of_many);
        execute format('create function behind.%I(one uuid) %s $$ begin return exists (
            select 1 from %I where id = one and %s and not behind.is_hidden_case(%I)); end $$',
            'is_' || rule.name, asks, rule.of, rule.says, rule.case_id);
    end loop;
    for rule in select * from (values
        ('seen_case', 'probation_case', 'id', kept),
        ('seen_referral', 'referral', 'case_id', format('(%s or %s)', held, delivered))
    ) rules (name, of, case_id, says) loop
        execute format('create view behind.%I as select id from %I where (select scope.inspects()) or %s and %I %s',
            rule.name, rule.of, rule.says, rule.case_id, of_many);
        execute format('create function behind.%I(one uuid) %s $$ begin return exists (
            select 1 from %I where id = one
                and ((select scope.inspects()) or %s and not behind.is_hidden_case(%I))); end $$',
            'is_' || rule.name, asks, rule.of, rule.says, rule.case_id);
        execute format('create policy seen on %I for select using ((select scope.inspects()) or %s and %I %s)',
            rule.of, rule.says, rule.case_id, of_many);
    end loop;
    -- A case of which something was sent to the caller, and a sentence of it under which something was.
    execute format('create view behind.delivered_case as select case_id as id from referral where %s and case_id %s',
        delivered, of_many);
    execute format('create function behind.is_delivered_case(one uuid) %s $$ begin return exists (
        select 1 from referral where case_id = one and %s) and not behind.is_hidden_case(one); end $$', asks, delivered);
    execute format('create function behind.is_delivered_sentence(one uuid, of uuid) %s $$ begin return exists (
        select 1 from referral where case_id = of and sentence_id = one and %s)
        and not behind.is_hidden_case(of); end $$', asks, delivered);
end $rules$;

-- Prices that the caller keeps.
create view behind.own_price as
    select id from price where organisation_id = (select scope.keeps_prices_of());
create function behind.is_own_price(one uuid) returns boolean
    language plpgsql stable parallel safe security definer set search_path = public, pg_temp as $$
begin
    return exists (select 1 from price where id = one and organisation_id = scope.keeps_prices_of());
end $$;
-- Referrals whose price the caller keeps.
create function behind.is_own_priced_referral(one uuid) returns boolean
    language plpgsql stable parallel safe security definer set search_path = public, pg_temp as $$
begin
    return exists (select 1 from referral_price where referral_id = one and behind.is_own_price(price_id));
end $$;
-- What stands on a referral, whoever sees it.
create function behind.case_of(one uuid) returns uuid
    language plpgsql stable parallel safe security definer set search_path = public, pg_temp as $$
begin
    return (select case_id from referral where id = one);
end $$;
create function behind.provider_of(one uuid) returns uuid
    language plpgsql stable parallel safe security definer set search_path = public, pg_temp as $$
begin
    return (select provider_id from referral where id = one);
end $$;
create function behind.is_open_referral(one uuid) returns boolean
    language plpgsql stable parallel safe security definer set search_path = public, pg_temp as $$
begin
    return exists (
        select 1 from referral
        where id = one and status in ('draft', 'submitted', 'accepted', 'in_progress'));
end $$;

-- A case that the caller has just allocated, and sees no more.
create function behind.is_allocated_case(one uuid) returns boolean
    language plpgsql stable parallel safe security definer set search_path = public, pg_temp as $$
begin
    return scope.does('allocateCase') and not behind.is_hidden_case(one) and exists (
        select 1 from probation_case where id = one and registered_by_id = scope.allocates_for());
end $$;
-- Cases that an import of cases may change: whoever holds them, but none whose access is limited.
create function behind.is_imported_case(one uuid) returns boolean
    language plpgsql stable parallel safe security definer set search_path = public, pg_temp as $$
begin
    return scope.imports() and not exists (select 1 from case_restriction where case_id = one);
end $$;
-- Cases whose list of people a manager changes. It is changed row by row, and half-way the case may be hidden from the
-- very manager who changes it: here it counts that the organisation holds it.
create function behind.is_limited_case(one uuid) returns boolean
    language plpgsql stable parallel safe security definer set search_path = public, pg_temp as $$
begin
    return scope.does('restrictCase', 'liftRestriction', 'assignOfficer') and scope.has('team_manager') and exists (
        select 1 from probation_case where id = one and holder_id = scope.organisation());
end $$;
-- Whether the holder that a case had is its holder still.
create function behind.keeps_its_holder(one uuid, holder uuid) returns boolean
    language plpgsql stable parallel safe security definer set search_path = public, pg_temp as $$
begin
    return exists (select 1 from probation_case where id = one and (holder_id is null or holder_id = holder));
end $$;

-- Cases whose list of people may be read. Managers of the organisation that holds a case see who it is open and closed
-- to; restrictCase, liftRestriction and assignOfficer change it. acceptReferral and assignReferral ask whether the case
-- is open to the worker who is named, and importCases whether access is limited at all. The first lock reads this table
-- in nearly every statement: what may be read of it is worked out once for each.
create function behind.listed_cases() returns setof uuid
    language plpgsql stable parallel safe security definer set search_path = public, pg_temp rows 100 as $$
begin
    if scope.inspects() or scope.imports() then
        return query select case_id from case_restriction;
    elsif scope.does('restrictCase', 'liftRestriction', 'assignOfficer') then
        return query select list.case_id from case_restriction list
            cross join lateral (
                select from probation_case
                where id = list.case_id and holder_id = (select scope.organisation()) and (select scope.has('team_manager'))
                limit 1
            ) held;
    elsif scope.has('team_manager') then
        -- What is hidden from them first: most lists are, and need no look at the case.
        return query select list.case_id from case_restriction list
            cross join lateral (select from behind.seen_case seen where seen.id = list.case_id limit 1) seen
            where list.case_id not in (select behind.hidden_cases());
    elsif scope.does('acceptReferral', 'assignReferral') then
        return query select list.case_id from case_restriction list
            cross join lateral (select from behind.delivered_case sent where sent.id = list.case_id limit 1) sent;
    end if;
end $$;

-- Whether the caller sees a row of this table: whose last change a conflict names.
create function behind.is_seen_row(name text, id text) returns boolean
    language plpgsql stable parallel safe security definer set search_path = public, pg_temp as $$
begin
    return case name
        when 'referral' then behind.is_seen_referral(id::uuid)
        when 'session' then behind.is_seen_referral((select referral_id from session where session.id = $2::uuid))
        when 'referral_question' then behind.is_seen_referral((
            select referral_id from referral_question question where question.id = $2::uuid))
        when 'suitability_meeting' then behind.is_seen_referral((
            select referral_id from suitability_meeting meeting where meeting.id = $2::uuid))
        when 'probation_case' then behind.is_seen_case(id::uuid)
        when 'price' then behind.is_own_price(id::uuid)
        when 'price_batch' then scope.has('rate_card_administrator') and exists (
            select 1 from price_batch batch
            where batch.id = $2::uuid and batch.organisation_id = scope.organisation())
        when 'group_session' then scope.has('provider_worker', 'provider_manager') and exists (
            select 1 from group_session grouped
            where grouped.id = $2::uuid and grouped.provider_id = scope.organisation())
        when 'service' then true
        when 'criterion' then true
        when 'person' then scope.has('system_administrator')
        when 'trusted_issuer' then scope.has('system_administrator')
        when 'api_client' then scope.has('system_administrator')
        else false
    end;
end $$;
