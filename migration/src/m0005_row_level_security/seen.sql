-- Who sees which rows: what `api/src/store/visibility.rs` says, said again where no statement gets past it. The policies of
-- cases and referrals themselves stand in behind.sql, with their rules.

do $of_parents$
declare
    child text;
begin
    foreach child in array array['case_need', 'sentence', 'case_officer', 'case_holding'] loop
        execute format('create policy seen on %I for select using (
            exists (select 1 from behind.seen_case parent where parent.id = case_id))', child);
    end loop;
    foreach child in array array[
        'shared_person', 'desired_outcome', 'referral_item', 'referral_assignment', 'referral_question',
        'referral_amendment', 'suitability_meeting', 'session', 'attendance', 'feedback', 'measure', 'qualification',
        'end_report'
    ] loop
        execute format('create policy seen on %I for select using (
            exists (select 1 from behind.seen_referral parent where parent.id = referral_id))', child);
    end loop;
end $of_parents$;
create policy seen on case_restriction for select using (case_id in (select behind.listed_cases()));

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
-- The person of a token, or as whom an API client acts.
create policy at_the_gate on person for select using (
    (select scope.reach()) = 'gate'
    and (subject = (select scope.subject()) or id in (select person_id from api_client))
);
create policy seen on person_role for select using (
    not (select scope.does('restrictCase'))
    and exists (select 1 from person parent where parent.id = person_id)
);

-- Who is trusted, and what was taken back: for those who keep the network, and those who inspect it. The gate has to
-- know the issuers and all that was taken back, but of clients only the one before it.
create policy seen on trusted_issuer for select using (
    (select scope.has('auditor', 'system_administrator')) or (select scope.reach()) = 'gate'
);
create policy seen on api_client for select using ((select scope.has('auditor', 'system_administrator')));
create policy at_the_gate on api_client for select using (
    (select scope.reach()) = 'gate' and id = (select scope.client())
);
create policy seen on client_secret for select using ((select scope.has('auditor', 'system_administrator')));
create policy at_the_gate on client_secret for select using (
    (select scope.reach()) = 'gate' and client_id = (select scope.client())
);
create policy seen on revocation for select using (
    (select scope.has('auditor', 'system_administrator')) or by_id = (select scope.person())
    or (select scope.reach()) = 'gate'
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

-- The audit is an inspector's alone, and the server's own that seals it. Who looked at a case also those learn who manage
-- the organisation that holds it.
create policy seen on audit_event for select using ((select scope.inspects()) or (select scope.reach()) = 'keep');
create policy seen on audit_seal for select using ((select scope.inspects()) or (select scope.reach()) = 'keep');
create policy seen on audit_digest for select using ((select scope.inspects()) or (select scope.reach()) = 'keep');
create policy seen on reading_subject for select using (
    (select scope.inspects()) or (select scope.reach()) = 'keep'
    or (select scope.has('team_manager')) and exists (select 1 from behind.seen_case parent where parent.id = case_id)
);
create policy seen on reading for select using (
    (select scope.inspects()) or (select scope.reach()) = 'keep'
    or (select scope.has('team_manager')) and exists (select 1 from reading_subject of_it where of_it.reading_id = reading.id)
);
create policy seen on idempotency_key for select using (person_id = (select scope.person()));

-- Two questions that reach beyond it, and answer no more than that. Who somebody is, for the names that stand on visible
-- rows; and whether a reference is taken, whoever sees the referral.
create function scope.people_named(ids uuid[]) returns setof person
    language plpgsql stable parallel safe security definer set search_path = public, pg_temp rows 10 as $$
begin
    return query select * from person where id = any (ids) and scope.person() is not null;
end $$;
create function scope.has_referral(wanted text) returns boolean
    language plpgsql stable parallel safe security definer set search_path = public, pg_temp as $$
begin
    return scope.acts() and exists (select from referral where reference = wanted);
end $$;
