-- What fills the outbox, in PostgreSQL's words.
--
-- Transactions commit in another order than they begin in. A row therefore carries the number of its transaction, and
-- readers take what lies below the oldest transaction that still runs: nothing can be added there any more.

alter table change alter column position add generated always as identity;

-- Reads and writes with its owner's rights: an act needs none on this table.
create function note_changes() returns trigger
    language plpgsql security definer set search_path = public, pg_temp as $$
begin
    insert into change (
        transaction_number, at, table_name, row_id,
        referral_id, holder_id, provider_id, before_holder_id, before_worker_id
    )
    select pg_current_xact_id()::text::bigint, added.at, added.table_name, added.row_id,
        concerned.id, concerned.holder_id, concerned.provider_id,
        case added.table_name when 'referral' then (added.changes -> 'old' ->> 'holder_id')::uuid end,
        case added.table_name when 'referral' then (added.changes -> 'old' ->> 'worker_id')::uuid end
    from (
        select *, case when event.row_id ~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' then event.row_id::uuid end as own_id
        from noted event
    ) added
    left join lateral (
        select referral.id, referral.holder_id, referral.provider_id from referral
        where referral.id = coalesce(
            (added.changes -> 'new' ->> 'referral_id')::uuid,
            (added.changes -> 'old' ->> 'referral_id')::uuid,
            -- A change names only the columns that changed.
            case added.table_name
                when 'referral' then added.own_id
                when 'shared_person' then added.own_id
                when 'referral_assignment' then (select referral_id from referral_assignment where id = added.own_id)
                when 'referral_question' then (select referral_id from referral_question where id = added.own_id)
                when 'suitability_meeting' then (select referral_id from suitability_meeting where id = added.own_id)
                when 'session' then (select referral_id from session where id = added.own_id)
                when 'attendance' then (select referral_id from attendance where id = added.own_id)
                when 'feedback' then (select referral_id from feedback where id = added.own_id)
                when 'measure' then (select referral_id from measure where id = added.own_id)
                when 'end_report' then (select referral_id from end_report where id = added.own_id)
            end
        )
        union all
        -- Who may see a case, may see its referrals.
        select referral.id, referral.holder_id, referral.provider_id from referral
        where added.table_name = 'case_restriction' and referral.case_id = added.case_id
    ) concerned on true;
    perform pg_notify('changes', '');
    return null;
end $$;

create trigger audit_event_noted after insert on audit_event referencing new table as noted
    for each statement execute function note_changes();

-- Under row-level security (m0005) nobody sees a change but the server itself, which follows and forgets them.
do $lock$
begin
    if not exists (select from pg_namespace where nspname = 'behind') then
        return;
    end if;
    create policy seen on change for select using ((select scope.reach()) = 'keep');
    create policy forgotten on change for delete using ((select scope.reach()) = 'keep');
    perform behind.lock_tables();
    -- The role may have to be made by hand later: its rights are given in one place.
    alter function behind.admit_application() rename to admit_application_before_live_updates;
    create function behind.admit_application() returns void language plpgsql as $admit$
    begin
        perform behind.admit_application_before_live_updates();
        revoke insert on change from partner_network_app;
        grant delete on change to partner_network_app;
    end $admit$;
    if exists (select from pg_roles where rolname = 'partner_network_app') then
        perform behind.admit_application();
    end if;
end $lock$;
