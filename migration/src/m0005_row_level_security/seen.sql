-- Who sees which rows: what `api/src/store/visibility.rs` says, said again where no statement gets past it.
--
-- The rules of cases and referrals are written once, as conditions. Each becomes the policy of its table and a view of
-- identifiers by which the policies of the tables below it ask for their parent. Such a view reads with its owner's
-- rights, so that no policy waits for another. They ask by EXISTS: for a few rows PostgreSQL then looks each parent up,
-- and only for many does it read all of them.

-- Limited-access cases that are closed to the caller, or limited to others. A function, and so a closed book to the
-- planner, which would otherwise plan it anew in each of its places; read once for a statement.
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

do $seen$
declare
    -- Cases that the caller's organisation holds, for those who keep cases; cases that await allocation, for the court
    -- officers who registered them; never those hidden from the caller.
    kept constant text := $$(
        holder_id = (select scope.keeps_cases_of())
        or holder_id is null and registered_by_id = (select scope.allocates_for())
    ) and id not in (select behind.hidden_cases())$$;
    -- Referrals of cases that the caller's organisation holds now, for those who keep cases.
    held constant text := 'holder_id = (select scope.keeps_cases_of())';
    -- What was sent to the caller's organisation: all of it for a manager, what is assigned to them for a worker; never
    -- what was not submitted, and not after the time that policy sets once it has ended.
    delivered constant text := $$submitted_at is not null
        and (provider_reads_until is null or provider_reads_until > (select scope.lapsed()))
        and (provider_id = (select scope.manages_delivery_of())
            or worker_id = (select scope.delivers_as()) and provider_id = (select scope.organisation()))$$;
    unhidden constant text := 'case_id not in (select behind.hidden_cases())';
    child text;
begin
    execute format('create view behind.kept_case as select id from probation_case where %s', kept);
    execute format('create view behind.seen_case as
        select id from probation_case where (select scope.inspects()) or %s', kept);
    execute format('create policy seen on probation_case for select using ((select scope.inspects()) or %s)', kept);
    foreach child in array array['case_need', 'sentence', 'case_officer', 'case_holding'] loop
        execute format('create policy seen on %I for select using (
            exists (select 1 from behind.seen_case parent where parent.id = case_id))', child);
    end loop;

    execute format('create view behind.held_referral as
        select id, case_id, provider_id from referral where %s and %s', held, unhidden);
    execute format('create view behind.delivered_referral as
        select id, case_id, provider_id, sentence_id from referral where %s and %s', delivered, unhidden);
    execute format('create view behind.seen_referral as
        select id, case_id, provider_id from referral
        where (select scope.inspects()) or (%s or %s) and %s', held, delivered, unhidden);
    execute format('create policy seen on referral for select using (
        (select scope.inspects()) or (%s or %s) and %s)', held, delivered, unhidden);
    foreach child in array array[
        'shared_person', 'desired_outcome', 'referral_item', 'referral_assignment', 'referral_question',
        'referral_amendment', 'suitability_meeting', 'session', 'attendance', 'feedback', 'measure', 'qualification',
        'end_report'
    ] loop
        execute format('create policy seen on %I for select using (
            exists (select 1 from behind.seen_referral parent where parent.id = referral_id))', child);
    end loop;
end $seen$;

-- Notes on visible referrals; those private to a provider only for its staff who see the referral as its deliverers,
-- and for an inspector.
create policy seen on referral_note for select using (
    exists (select 1 from behind.seen_referral parent where parent.id = referral_id)
    and (
        private_to_id is null
        or (select scope.inspects())
        or private_to_id = (select scope.organisation())
            and exists (select 1 from behind.delivered_referral parent where parent.id = referral_id)
    )
);

create policy seen on session_change for select using (
    exists (select 1 from session parent where parent.id = session_id)
);
create policy seen on end_report_outcome for select using (
    exists (select 1 from end_report parent where parent.id = report_id)
);

-- Group sessions of the caller's organisation, for those who deliver.
create policy seen on group_session for select using (
    (select scope.inspects())
    or (select scope.has('provider_worker', 'provider_manager')) and provider_id = (select scope.organisation())
);

-- The network's directory: everybody who has a place in the network may read it.
create policy seen on ldu for select using ((select scope.person()) is not null);
create policy seen on service for select using ((select scope.person()) is not null);
create policy seen on service_need for select using ((select scope.person()) is not null);
create policy seen on criterion for select using ((select scope.person()) is not null);
create policy seen on instrument for select using ((select scope.person()) is not null);
-- Organisations also for the gate, which does not know yet who asks.
create policy seen on organisation for select using ((select scope.reach()) is not null);

-- Colleagues; all people for those who keep or inspect the network.
create policy seen on person for select using (
    (select scope.has('auditor', 'system_administrator')) or organisation_id = (select scope.organisation())
);
-- Names that stand on a visible row: read by identifier, and no more of them leaves the server.
create policy named on person for select using ((select scope.reach()) = 'names');
-- The person of a token.
create policy at_the_gate on person for select using (
    (select scope.reach()) = 'gate' and subject = (select scope.subject())
);
create policy seen on person_role for select using (
    (select scope.reach()) <> 'names' and exists (select 1 from person parent where parent.id = person_id)
);

-- Prices: every version of one's own for those who keep them; the published ones that concern them for purchasers and
-- providers. The card is what the NPS pays, the supply price what the CRC pays.
create policy seen on price for select using (
    (select scope.inspects())
    or organisation_id = (select scope.keeps_prices_of())
    or status = 'published' and (
        (select scope.has('responsible_officer', 'team_manager', 'court_officer')) and (
            kind = 'card' and (select scope.kind()) in ('nps', 'crc')
            or kind = 'supply' and (select scope.kind()) = 'crc'
        )
        or kind = 'supply' and service_id in (
            select id from service where provider_id = (select scope.manages_delivery_of())
        )
    )
);
create policy seen on price_batch for select using (
    (select scope.inspects())
    or (select scope.has('rate_card_administrator')) and organisation_id = (select scope.organisation())
);

-- What a referral costs: for the side that pays, for the provider's manager where the CRC pays the provider (the card
-- is between the CRC and the NPS), and for those who keep the price, without the case itself.
create view behind.own_price as
    select id from price where organisation_id = (select scope.keeps_prices_of());
create policy seen on referral_price for select using (
    (select scope.inspects())
    or (select scope.keeps_cases_of()) is not null
        and exists (select 1 from behind.held_referral parent where parent.id = referral_id)
    or kind = 'supply' and (select scope.manages_delivery_of()) is not null
        and exists (select 1 from behind.delivered_referral parent where parent.id = referral_id)
    or (select scope.keeps_prices_of()) is not null
        and exists (select 1 from behind.own_price parent where parent.id = price_id)
);
create policy seen on charge for select using (
    (select scope.inspects())
    or (select scope.keeps_cases_of()) is not null
        and exists (select 1 from behind.held_referral parent where parent.id = referral_id)
    or purchaser = 'crc' and (select scope.manages_delivery_of()) is not null
        and exists (select 1 from behind.delivered_referral parent where parent.id = referral_id)
    or (select scope.keeps_prices_of()) is not null
        and exists (select 1 from behind.own_price parent where parent.id = price_id)
);

create policy seen on audit_event for select using ((select scope.inspects()));
create policy seen on idempotency_key for select using (person_id = (select scope.person()));
