-- What must hold whatever the server does, in PostgreSQL's words, and who sees and adds what (m0005).

alter table criterion drop constraint criterion_kind_check;
alter table criterion add constraint criterion_kind_check check (kind in ('purchaser', 'age_range', 'gender', 'excluded_offending', 'required_item', 'priority_cases', 'sentence', 'ldu', 'offending', 'iom', 'likelihood', 'risk_level', 'rar_days_left', 'programme', 'suitability', 'all', 'any', 'not'));

-- What was found stays as it was recorded, and is superseded once.
create function refuse_changed_suitability() returns trigger language plpgsql as $$
begin
    raise exception 'what an assessment found stays as it was recorded' using errcode = 'check_violation';
end $$;
create trigger programme_suitability_stays before update on programme_suitability for each row
    when (old.superseded_at is not null or (old.id, old.case_id, old.service_id, old.suitability, old.findings, old.assessed_on,
            old.recorded_by_id, old.created_at)
        is distinct from (new.id, new.case_id, new.service_id, new.suitability, new.findings, new.assessed_on,
            new.recorded_by_id, new.created_at))
    execute function refuse_changed_suitability();
create trigger programme_suitability_not_deleted before delete on programme_suitability for each row
    execute function refuse_changed_suitability();

-- Whoever sees the case sees what assessments found. acceptReferral holds the criteria against it.
create policy seen on programme_suitability for select using (
    exists (select 1 from behind.seen_case parent where parent.id = case_id)
);
create policy accept_referral_reaches on programme_suitability for select using (
    (select scope.does('acceptReferral')) and behind.is_delivered_case(case_id)
);
-- recordProgrammeSuitability: in one's own name, and in the place of what was found before.
create policy added on programme_suitability for insert with check (
    (select scope.acts_as('responsible_officer', 'team_manager', 'court_officer'))
    and recorded_by_id = (select scope.person()) and superseded_at is null and behind.is_kept_case(case_id)
);
create policy superseded on programme_suitability for update
    using (
        (select scope.acts_as('responsible_officer', 'team_manager', 'court_officer')) and behind.is_kept_case(case_id)
    );

do $lock$
begin
    if not exists (select from pg_namespace where nspname = 'behind') then
        return;
    end if;
    insert into behind.granted (what) values ('update (superseded_at) on programme_suitability');
    perform behind.lock_tables();
    if exists (select from pg_roles where rolname = 'partner_network_app') then
        perform behind.admit_application();
    end if;
end $lock$;
