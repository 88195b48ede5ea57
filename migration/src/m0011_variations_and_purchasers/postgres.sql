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
