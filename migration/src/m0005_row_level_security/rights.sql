-- What the server may do at all. Its connections take on the role partner_network_app, which owns nothing and so is
-- bound by the policies; the owner of the tables is not.

-- Locks every table: its rows are seen, added, changed and removed by policy, and by none that there is not. A migration
-- that adds a table writes its policies and calls this again, and then the function below.
create function behind.lock_tables() returns void language plpgsql as $lock$
declare
    every text;
begin
    for every in select tablename from pg_tables where schemaname = 'public' and tablename <> 'seaql_migrations' loop
        execute format('alter table public.%I enable row level security', every);
    end loop;
end $lock$;

-- Gives the application's role its rights. The owner calls it, below; and again whoever had to make the role by hand.
create function behind.admit_application() returns void language plpgsql as $admit$
declare
    every text;
begin
    grant usage on schema public, scope to partner_network_app;
    for every in select tablename from pg_tables where schemaname = 'public' and tablename <> 'seaql_migrations' loop
        execute format('grant select, insert on public.%I to partner_network_app', every);
    end loop;
    grant select on seaql_migrations to partner_network_app;
    -- By these policies ask for a parent. Nobody else does: the role cannot enter the schema, and so not name them.
    grant select on
        behind.seen_case, behind.held_referral, behind.delivered_referral, behind.seen_referral, behind.own_price
        to partner_network_app;
    -- Present settings and the parts of a draft, which are no history.
    grant delete on person_role, case_need, case_restriction, service_need, desired_outcome, referral_item
        to partner_network_app;

    -- What is changed: never what a row is, whose it is, or what stands recorded in it.
    grant update (name, email, grade, ldu_id, active, version) on person to partner_network_app;
    grant update (
        family_name, given_names, date_of_birth, gender, ethnicity, faith, ldu_id, holder_id, officer_id,
        risk_of_serious_harm, likelihood_of_reoffending, sexual_offending, significant_violence, domestic_abuse,
        child_protection, looked_after_child, iom, mappa_level, accessibility, literacy, interpreter_language, childcare,
        work_commitments, worker_gender_preference, custody_establishment, release_date, search_text, version, updated_at
    ) on probation_case to partner_network_app;
    grant update (ends_on, max_rar_days, programme, unpaid_work_hours) on sentence to partner_network_app;
    grant update (to_at) on case_officer, referral_assignment to partner_network_app;
    grant update (
        name, description, delivery, unit, counts_towards_rar, needs_suitability_meeting, usual_units,
        respond_within_days, acceptable_absence_percent, unacceptable_absence_percent, late_cancellation_percent,
        late_cancellation_hours, open_from, open_to, withdrawal_reason, search_text, version
    ) on service to partner_network_app;
    grant update (purchaser, kind, value, effective_from, effective_to, reason, version) on criterion
        to partner_network_app;
    grant update (status, approver_id, decided_at, decision_reason, version) on price_batch to partner_network_app;
    grant update (
        pence, effective_from, effective_to, intended_to, status, loaded_as_history, reason, notes, approver_id,
        decided_at, decision_reason, version
    ) on price to partner_network_app;
    grant update (
        referred_by_id, worker_id, status, urgency, sentence_id, rar_days, licence_condition, reason, risk_summary,
        counts_towards_rar, home_visits, expected_units, respond_by, submitted_at, decided_at, decline_reason, end_reason, closing_note,
        ended_at, provider_reads_until, search_text, version, updated_at
    ) on referral to partner_network_app;
    grant update (
        family_name, given_names, date_of_birth, gender, ldu, risk_of_serious_harm, accessibility, literacy,
        interpreter_language, faith, childcare, work_commitments, worker_gender_preference, officer_name, officer_email
    ) on shared_person to partner_network_app;
    grant update (answer, answered_by_id, answered_at, version) on referral_question to partner_network_app;
    grant update (suitability, findings, recorded_by_id, recorded_at, version) on suitability_meeting
        to partner_network_app;
    grant update (
        group_session_id, starts_at, ends_at, venue, status, cancelled_by, cancelled_at, cancel_reason, version
    ) on session to partner_network_app;
    grant update (starts_at, ends_at, venue, cancelled_by, cancelled_at, cancel_reason, version) on group_session
        to partner_network_app;
    grant update (
        audience, jwks, jwks_url, algorithms, token_types, subject_claim, subject_prefix, roles_claim, active, set_by_id,
        approved_by_id, version
    ) on trusted_issuer to partner_network_app;
    grant update (name, roles, active, version) on api_client to partner_network_app;
    grant update (approved_by_id, expires_at) on client_secret to partner_network_app;
    grant update (superseded_at) on attendance, feedback, measure, end_report to partner_network_app;
    -- Held still, which takes the right to change something; the policy lets nothing be changed.
    grant update (priced_on) on referral_price to partner_network_app;
end $admit$;

-- The role belongs to the whole cluster: another database may have made it, or be making it now.
do $role$
begin
    perform behind.lock_tables();
    if not exists (select from pg_roles where rolname = 'partner_network_app') then
        begin
            create role partner_network_app nologin;
        exception
            when duplicate_object or unique_violation then
                null;
            when insufficient_privilege then
                raise notice 'the role partner_network_app is missing and % may not create it: have it made, and granted to %, and call behind.admit_application()',
                    current_user, current_user;
                return;
        end;
    end if;
    if not pg_has_role(current_user, 'partner_network_app', 'member') then
        begin
            execute format('grant partner_network_app to %I', current_user);
        exception
            when unique_violation then
                null;
            when insufficient_privilege then
                raise notice '% is no member of the role partner_network_app and may not become one: have it granted',
                    current_user;
        end;
    end if;
    perform behind.admit_application();
end $role$;
