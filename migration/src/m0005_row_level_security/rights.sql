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

-- What the application's role may do beside seeing and adding rows, as policies allow. A migration that lets it change more
-- says so here, and then calls the function below.
create table behind.granted (what text not null primary key);
insert into behind.granted (what) values
    ('usage on schema public, scope'),
    ('select on seaql_migrations'),
    -- By these policies ask for a parent. Nobody else does: the role cannot enter the schema, and so not name them.
    ('select on
        behind.seen_case, behind.held_referral, behind.delivered_referral, behind.seen_referral, behind.own_price'),
    -- Present settings and the parts of a draft, which are no history.
    ('delete on person_role, case_need, case_restriction, service_need, desired_outcome, referral_item'),
    -- What is changed: never what a row is, whose it is, or what stands recorded in it.
    ('update (name, email, grade, ldu_id, active, version) on person'),
    ('update (
        family_name, given_names, date_of_birth, gender, ethnicity, faith, ldu_id, holder_id, officer_id,
        risk_of_serious_harm, likelihood_of_reoffending, sexual_offending, significant_violence, domestic_abuse,
        child_protection, looked_after_child, iom, mappa_level, accessibility, literacy, interpreter_language, childcare,
        work_commitments, worker_gender_preference, custody_establishment, release_date, search_text, version, updated_at
    ) on probation_case'),
    ('update (ends_on, max_rar_days, programme, unpaid_work_hours) on sentence'),
    ('update (to_at) on case_officer, referral_assignment'),
    ('update (
        name, description, delivery, unit, counts_towards_rar, needs_suitability_meeting, usual_units,
        respond_within_days, acceptable_absence_percent, unacceptable_absence_percent, late_cancellation_percent,
        late_cancellation_hours, open_from, open_to, withdrawal_reason, search_text, version
    ) on service'),
    ('update (purchaser, kind, value, effective_from, effective_to, reason, version) on criterion'),
    ('update (status, approver_id, decided_at, decision_reason, version) on price_batch'),
    ('update (
        pence, effective_from, effective_to, intended_to, status, loaded_as_history, reason, notes, approver_id,
        decided_at, decision_reason, version
    ) on price'),
    ('update (
        referred_by_id, worker_id, status, urgency, sentence_id, rar_days, licence_condition, reason, risk_summary,
        counts_towards_rar, home_visits, expected_units, respond_by, submitted_at, decided_at, decline_reason, end_reason, closing_note,
        ended_at, provider_reads_until, search_text, version, updated_at
    ) on referral'),
    ('update (
        family_name, given_names, date_of_birth, gender, ldu, risk_of_serious_harm, accessibility, literacy,
        interpreter_language, faith, childcare, work_commitments, worker_gender_preference, officer_name, officer_email
    ) on shared_person'),
    ('update (answer, answered_by_id, answered_at, version) on referral_question'),
    ('update (suitability, findings, recorded_by_id, recorded_at, version) on suitability_meeting'),
    ('update (
        group_session_id, starts_at, ends_at, venue, status, cancelled_by, cancelled_at, cancel_reason, version
    ) on session'),
    ('update (starts_at, ends_at, venue, cancelled_by, cancelled_at, cancel_reason, version) on group_session'),
    ('update (
        audience, jwks, jwks_url, algorithms, token_types, subject_claim, subject_prefix, roles_claim, active, set_by_id,
        approved_by_id, version
    ) on trusted_issuer'),
    ('update (name, roles, active, version) on api_client'),
    ('update (approved_by_id, expires_at) on client_secret'),
    ('update (superseded_at) on attendance, feedback, measure, end_report'),
    -- Held still, which takes the right to change something; the policy lets nothing be changed.
    ('update (priced_on) on referral_price');

-- Gives the application's role its rights, if there is the role. The owner calls it, below and in later migrations; and
-- again whoever had to make the role by hand.
create function behind.admit_application() returns void language plpgsql as $admit$
declare
    every text;
begin
    if not exists (select from pg_roles where rolname = 'partner_network_app') then
        raise notice 'there is no role partner_network_app yet: behind.admit_application() has to be called again';
        return;
    end if;
    for every in select tablename from pg_tables where schemaname = 'public' and tablename <> 'seaql_migrations' loop
        execute format('grant select, insert on public.%I to partner_network_app', every);
    end loop;
    for every in select what from behind.granted loop
        execute format('grant %s to partner_network_app', every);
    end loop;
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
