-- What an act may add, change and remove, and what it may read beyond what its author sees. Nothing here holds in a
-- transaction that only reads. Which columns a change may touch stands in rights.sql.
--
-- A row that an act holds still (SELECT … FOR NO KEY UPDATE) has to pass the policy of its changes. Where an act holds
-- rows that it never changes, that policy ends with CHECK (false).

-- People and organisations: addOrganisation, addLdu, addPerson, changePerson.
create policy added on organisation for insert with check ((select scope.acts_as('system_administrator')));
create policy added on ldu for insert with check ((select scope.acts_as('system_administrator')));
create policy added on person for insert with check ((select scope.acts_as('system_administrator')));
create policy changed on person for update using ((select scope.acts_as('system_administrator')));
create policy added on person_role for insert with check ((select scope.acts_as('system_administrator')));
create policy removed on person_role for delete using ((select scope.acts_as('system_administrator')));
-- Somebody on a provider's staff can be named too: a relative may work anywhere.
create policy restrict_case_reaches on person for select using (
    (select scope.does('restrictCase')) and (select scope.has('team_manager'))
);
-- The officers whom the extract names, and those whose names a changed case shares.
create policy import_cases_reaches on person for select using (
    (select scope.imports()) and organisation_id in (select id from organisation where kind in ('nps', 'crc'))
);

-- Trust: addTrustedIssuer, changeTrustedIssuer, approveTrustedIssuer, addApiClient, changeApiClient, rotateClientSecret,
-- approveClientSecret, revokeAccess. A client takes back its own token, whoever it acts as.
create policy added on trusted_issuer for insert with check (
    (select scope.acts_as('system_administrator')) and set_by_id = (select scope.person())
);
create policy changed on trusted_issuer for update using ((select scope.acts_as('system_administrator')));
create policy added on api_client for insert with check ((select scope.acts_as('system_administrator')));
create policy changed on api_client for update using ((select scope.acts_as('system_administrator')));
create policy added on client_secret for insert with check (
    (select scope.acts_as('system_administrator')) and shown_to_id = (select scope.person())
);
create policy changed on client_secret for update using ((select scope.acts_as('system_administrator')));
create policy added on revocation for insert with check (
    by_id = (select scope.person())
    and ((select scope.acts_as('system_administrator')) or (select scope.does('oauth/revoke')))
);

-- The directory: addService, changeService, addCriterion, changeCriterion, addInstrument. Publishing holds the services
-- still whose prices it publishes.
create policy added on service for insert with check ((select scope.acts_as('rate_card_administrator')));
create policy changed on service for update using ((select scope.acts_as('rate_card_administrator')));
create policy added on service_need for insert with check ((select scope.acts_as('rate_card_administrator')));
create policy removed on service_need for delete using ((select scope.acts_as('rate_card_administrator')));
create policy added on criterion for insert with check ((select scope.acts_as('rate_card_administrator')));
create policy changed on criterion for update using ((select scope.acts_as('rate_card_administrator')));
create policy added on instrument for insert with check ((select scope.acts_as('contract_manager')));

-- Cases. registerCase, and importCases, which registers and allocates in one.
create policy added on probation_case for insert with check (
    (select scope.acts()) and registered_by_id = (select scope.allocates_for())
    and (holder_id is null or (select scope.imports()))
);
-- updateCase, assignOfficer, restrictCase, liftRestriction, recordSentence, allocateCase. Whether the caller keeps the
-- case is asked of the case as it was before: nobody makes it theirs by changing it.
create policy changed on probation_case for update
    using ((select scope.acts()) and behind.is_kept_case(id))
    with check ((select scope.acts()) and behind.is_kept_case(id));
create policy allocate_case_reaches on probation_case for select using (
    (select scope.does('allocateCase')) and registered_by_id = (select scope.allocates_for())
    and id not in (select behind.hidden_cases())
);
-- acceptReferral holds the criteria against the case. The others put a session in the person's diary, and hold the case
-- still, so that nobody is put in two places at once.
create policy delivery_reaches on probation_case for select using (
    (select scope.does('acceptReferral', 'scheduleSession', 'rescheduleSession', 'scheduleGroupSession',
        'joinGroupSession', 'rescheduleGroupSession'))
    and behind.is_delivered_case(id)
);
create policy delivery_holds on probation_case for update
    using (
        (select scope.does('scheduleSession', 'rescheduleSession', 'scheduleGroupSession', 'joinGroupSession',
            'rescheduleGroupSession'))
        and behind.is_delivered_case(id)
    )
    with check (false);
-- importCases finds cases by their CRN, whoever holds them: it refuses those that another organisation holds than the
-- extract says, and those whose access is limited, and must therefore see both. It takes no case from its holder.
create policy import_cases_reaches on probation_case for select using ((select scope.imports()));
create policy import_cases_changes on probation_case for update
    using ((select scope.imports()) and behind.is_imported_case(id))
    with check ((select scope.imports()) and behind.is_imported_case(id) and behind.keeps_its_holder(id, holder_id));

do $belongings$
declare
    child text;
begin
    foreach child in array array['case_need', 'sentence', 'case_officer', 'case_holding'] loop
        execute format('create policy import_cases_reaches on %I for select using (
            (select scope.imports()) and behind.is_imported_case(case_id))', child);
        execute format('create policy added on %I for insert with check (
            (select scope.acts()) and (behind.is_kept_case(case_id) or behind.is_imported_case(case_id)))', child);
    end loop;
    -- A sentence that is recorded again is corrected; submitReferral and amendReferral hold it still. The period of an
    -- officer ends.
    foreach child in array array['sentence', 'case_officer'] loop
        execute format('create policy changed on %I for update using (
            (select scope.acts()) and (behind.is_kept_case(case_id) or behind.is_imported_case(case_id)))', child);
    end loop;
end $belongings$;
create policy removed on case_need for delete using (
    (select scope.acts()) and (behind.is_kept_case(case_id) or behind.is_imported_case(case_id))
);
create policy allocate_case_adds on case_holding for insert with check (
    (select scope.does('allocateCase')) and behind.is_allocated_case(case_id)
);
-- acceptReferral holds the criteria against the kind of the sentence under which the referral was made.
create policy accept_referral_reaches on sentence for select using (
    (select scope.does('acceptReferral')) and behind.is_delivered_sentence(id, case_id)
);

-- Limited access: restrictCase, liftRestriction, assignOfficer.
create policy added on case_restriction for insert with check (behind.is_limited_case(case_id));
create policy removed on case_restriction for delete using (behind.is_limited_case(case_id));

-- Prices: draftPrice, importRateCard, and the steps of a price and of a batch, by the organisation that keeps them.
create policy added on price for insert with check (
    (select scope.acts_as('rate_card_administrator')) and organisation_id = (select scope.organisation())
    and author_id = (select scope.person()) and status in ('draft', 'submitted')
);
create policy changed on price for update using (
    (select scope.acts_as('rate_card_administrator')) and organisation_id = (select scope.organisation())
);
create policy added on price_batch for insert with check (
    (select scope.acts_as('rate_card_administrator')) and organisation_id = (select scope.organisation())
    and author_id = (select scope.person()) and status in ('draft', 'submitted')
);
create policy changed on price_batch for update using (
    (select scope.acts_as('rate_card_administrator')) and organisation_id = (select scope.organisation())
);
-- changeService: a unit stays where there is a price in it. publishPrice, publishPriceBatch and importRateCard: the past
-- stays where anything was priced or charged in it. In each case whoever keeps the price.
create policy rate_card_reaches on price for select using (
    (select scope.does('changeService', 'publishPrice', 'publishPriceBatch', 'importRateCard'))
    and (select scope.has('rate_card_administrator'))
);
create policy rate_card_reaches on referral_price for select using (
    (select scope.does('publishPrice', 'publishPriceBatch', 'importRateCard'))
    and (select scope.has('rate_card_administrator'))
);
create policy rate_card_reaches on charge for select using (
    (select scope.does('publishPrice', 'publishPriceBatch', 'importRateCard'))
    and (select scope.has('rate_card_administrator'))
);

-- Referrals: draftReferral.
create policy added on referral for insert with check (
    (select scope.acts()) and holder_id = (select scope.keeps_cases_of()) and behind.is_kept_case(case_id)
);
-- Every step of a referral, on either side. Sessions, attendance, feedback and outcomes hold it still.
create policy changed on referral for update using ((select scope.acts()) and behind.is_seen_referral(id));
-- importCases brings up to date by which words the open referrals of a case are found.
create policy import_cases_reaches on referral for select using (
    (select scope.imports()) and behind.is_open_referral(id) and behind.is_imported_case(case_id)
);
create policy import_cases_changes on referral for update using (
    (select scope.imports()) and behind.is_open_referral(id) and behind.is_imported_case(case_id)
);
-- adjustCharge records which case it concerns.
create policy adjust_charge_reaches on referral for select using (
    (select scope.does('adjustCharge')) and behind.is_own_priced_referral(id)
);

do $belongings$
declare
    child text;
begin
    foreach child in array array[
        'referral_item', 'desired_outcome', 'referral_assignment', 'referral_question', 'referral_amendment',
        'suitability_meeting', 'attendance', 'feedback', 'measure', 'qualification', 'end_report'
    ] loop
        execute format('create policy added on %I for insert with check (
            (select scope.acts()) and behind.is_seen_referral(referral_id))', child);
    end loop;
    foreach child in array array[
        'referral_assignment', 'referral_question', 'suitability_meeting', 'session', 'attendance', 'feedback',
        'measure', 'end_report'
    ] loop
        execute format('create policy changed on %I for update using (
            (select scope.acts()) and behind.is_seen_referral(referral_id))', child);
    end loop;
    -- editReferral writes the parts of a draft anew.
    foreach child in array array['desired_outcome', 'referral_item'] loop
        execute format('create policy removed on %I for delete using (
            (select scope.acts()) and behind.is_held_referral(referral_id))', child);
    end loop;
    -- What names its case too names that of its referral.
    foreach child in array array['shared_person', 'session'] loop
        execute format('create policy added on %I for insert with check ((select scope.acts())
            and behind.is_seen_referral(referral_id) and behind.case_of(referral_id) = case_id)', child);
    end loop;
end $belongings$;
-- updateCase and assignOfficer bring up to date what the case's open referrals share, and so does importCases.
create policy changed on shared_person for update using (
    (select scope.acts()) and behind.is_held_referral(referral_id) and behind.is_open_referral(referral_id)
);
create policy import_cases_reaches on shared_person for select using (
    (select scope.imports()) and behind.is_imported_case(case_id) and behind.is_open_referral(referral_id)
);
create policy import_cases_changes on shared_person for update using (
    (select scope.imports()) and behind.is_imported_case(case_id) and behind.is_open_referral(referral_id)
);
create policy added on referral_note for insert with check (
    (select scope.acts()) and author_id = (select scope.person()) and behind.is_seen_referral(referral_id)
    and (
        private_to_id is null
        or private_to_id = (select scope.organisation()) and behind.is_delivered_referral(referral_id)
    )
);
create policy added on session_change for insert with check (
    (select scope.acts()) and exists (select 1 from session parent where parent.id = session_id)
);
create policy added on end_report_outcome for insert with check (
    (select scope.acts()) and exists (select 1 from end_report parent where parent.id = report_id)
);
create policy added on group_session for insert with check (
    (select scope.acts_as('provider_worker', 'provider_manager')) and provider_id = (select scope.organisation())
);

create policy changed on group_session for update using (
    (select scope.acts_as('provider_worker', 'provider_manager')) and provider_id = (select scope.organisation())
);
-- How many places a group has, whoever delivers to the people in it.
create policy group_session_reaches on session for select using (
    (select scope.does('joinGroupSession', 'rescheduleGroupSession', 'cancelGroupSession'))
    and exists (select 1 from group_session parent where parent.id = group_session_id)
);

-- What a referral costs. submitReferral keeps the price.
create policy added on referral_price for insert with check (
    (select scope.acts()) and behind.is_held_referral(referral_id)
);
-- Whoever records or corrects attendance, judges an absence or cancels a session causes what is charged, though a worker
-- sees nothing of it; adjustCharge corrects it. All of them hold the price still.
create policy charging_reaches on referral_price for select using (
    (select scope.acts()) and behind.is_seen_referral(referral_id)
);
create policy charging_holds on referral_price for update
    using ((select scope.acts()) and (behind.is_seen_referral(referral_id) or behind.is_own_price(price_id)))
    with check (false);
create policy charging_reaches on charge for select using (
    (select scope.acts()) and behind.is_seen_referral(referral_id)
);
create policy added on charge for insert with check (
    (select scope.acts()) and behind.is_seen_referral(referral_id) and behind.provider_of(referral_id) = provider_id
);
create policy adjust_charge_adds on charge for insert with check (
    (select scope.acts_as('contract_manager')) and kind = 'adjustment' and behind.is_own_price(price_id)
);

-- Each change is recorded in the caller's own name, and each answer kept under it.
create policy added on audit_event for insert with check (
    (select scope.reach()) = 'act' and person_id = (select scope.person()) and organisation_id = (select scope.organisation())
);
create policy added on idempotency_key for insert with check (
    (select scope.reach()) = 'act' and person_id = (select scope.person())
);
-- The server itself records who looked at what, for many callers at once, and seals the audit. It looks up of which case
-- a referral is.
create policy kept on reading for insert with check ((select scope.reach()) = 'keep');
create policy kept on reading_subject for insert with check ((select scope.reach()) = 'keep');
create policy kept on audit_seal for insert with check ((select scope.reach()) = 'keep');
create policy kept on audit_digest for insert with check ((select scope.reach()) = 'keep');
create policy keeping_reaches on referral for select using ((select scope.reach()) = 'keep');
-- A stale version: who changed last what the caller sees, and what?
create policy conflict_reaches on audit_event for select using (
    (select scope.acts()) and behind.is_seen_row(table_name, row_id)
);
