-- What counts and notes, in PostgreSQL's words. These functions read and write with their owner's rights: an act needs none
-- on what they keep.

create function count_held_places() returns trigger
    language plpgsql security definer set search_path = public, pg_temp as $$
declare
    was constant uuid := case when tg_op = 'UPDATE' and old.status in ('offered', 'booked') then old.cohort_id end;
    now_is constant uuid := case when new.status in ('offered', 'booked') then new.cohort_id end;
begin
    if was is distinct from now_is then
        update cohort set held = held - 1 where id = was;
        -- It waits for whoever else takes a place of this cohort; then the constraint decides.
        update cohort set held = held + 1 where id = now_is;
    end if;
    return null;
end $$;
create trigger place_held after insert or update on place for each row execute function count_held_places();

create function refuse_deletion_of_places() returns trigger language plpgsql as $$
begin
    raise exception 'place is history and is never deleted';
end $$;
create trigger place_not_deleted before delete on place for each row execute function refuse_deletion_of_places();

create function note_start() returns trigger
    language plpgsql security definer set search_path = public, pg_temp as $$
begin
    if tg_op = 'UPDATE' then
        delete from referral_start where referral_id = new.referral_id;
    end if;
    insert into referral_start (referral_id, service_id, started_at)
    select referral.id, referral.service_id, min(session.starts_at)
    from attendance one
    join session on session.id = one.session_id
    join referral on referral.id = one.referral_id
    where one.referral_id = new.referral_id and one.outcome = 'attended' and one.superseded_at is null
    group by referral.id, referral.service_id
    on conflict (referral_id) do update set started_at = excluded.started_at
        where referral_start.started_at <> excluded.started_at;
    return null;
end $$;
create trigger attendance_starts after insert on attendance for each row
    when (new.outcome = 'attended') execute function note_start();
create trigger attendance_starts_no_more after update of superseded_at on attendance for each row
    when (old.outcome = 'attended') execute function note_start();

-- Who follows a referral is told of its place too. That a place was added, the outbox (m0006) notes by itself: its audit
-- names the referral.
create function note_changes_of_places() returns trigger
    language plpgsql security definer set search_path = public, pg_temp as $$
begin
    insert into change (transaction_number, at, table_name, row_id, referral_id, holder_id, provider_id)
    select pg_current_xact_id()::text::bigint, added.at, added.table_name, added.row_id,
        concerned.id, concerned.holder_id, concerned.provider_id
    from noted added
    join place on place.id = added.row_id::uuid
    join referral concerned on concerned.id = place.referral_id
    where added.table_name = 'place' and added.act = 'update';
    return null;
end $$;
create trigger audit_event_noted_of_places after insert on audit_event referencing new table as noted
    for each statement execute function note_changes_of_places();

-- Row-level security (m0005). The calendar is everybody's; who stands in a place, theirs who see the referral.
create policy seen on cohort for select using ((select scope.person()) is not null);
create policy seen on cohort_ldu for select using ((select scope.person()) is not null);
create policy seen on place for select using (
    exists (select 1 from behind.seen_referral parent where parent.id = referral_id)
);
create policy seen on referral_start for select using (
    exists (select 1 from behind.seen_referral parent where parent.id = referral_id)
);

-- scheduleCohort, changeCohort, cancelCohort: the provider's managers.
create policy added on cohort for insert with check (
    (select scope.acts_as('provider_manager')) and provider_id = (select scope.organisation()) and held = 0
);
create policy changed on cohort for update using (
    (select scope.acts_as('provider_manager')) and provider_id = (select scope.organisation())
);
create function behind.is_kept_cohort(one uuid) returns boolean
    language plpgsql stable parallel safe security definer set search_path = public, pg_temp as $$
begin
    return exists (select 1 from cohort where id = one and provider_id = scope.organisation());
end $$;
create policy added on cohort_ldu for insert with check (
    (select scope.acts_as('provider_manager')) and behind.is_kept_cohort(cohort_id)
);
create policy removed on cohort_ldu for delete using (
    (select scope.acts_as('provider_manager')) and behind.is_kept_cohort(cohort_id)
);

-- A line is held still by its service, from the moment at which an act takes hold of it to the end of the act: so nobody
-- is counted twice. An act reaches everybody in the line that it holds, whoever sees them: whoever gives up a place has it
-- offered to somebody they have never heard of.
create function scope.holds_lines() returns boolean language plpgsql stable parallel safe as $$
begin
    return scope.acts() and scope.does('scheduleCohort', 'changeCohort', 'cancelCohort', 'bookPlace', 'joinWaitingList',
        'acceptOffer', 'declineOffer', 'leaveWaitingList', 'giveUpPlace', 'declineReferral', 'withdrawReferral',
        'completeReferral', 'endReferralEarly');
end $$;
create function scope.hold_line(of uuid) returns boolean
    language plpgsql volatile security definer set search_path = public, pg_temp as $$
begin
    if not scope.holds_lines() then
        return false;
    end if;
    perform from service where id = of for no key update;
    perform set_config('network.line', of::text, true);
    return true;
end $$;
create function scope.held_line() returns uuid language plpgsql stable parallel safe as $$
begin
    return case when scope.holds_lines() then nullif(current_setting('network.line', true), '') end;
end $$;
create policy held_line_reaches on place for select using (service_id = (select scope.held_line()));
create policy changed on place for update using (service_id = (select scope.held_line()));
create policy added on place for insert with check (
    (select scope.does('bookPlace', 'joinWaitingList')) and service_id = (select scope.held_line())
    and behind.is_seen_referral(referral_id) and behind.case_of(referral_id) = case_id
);

-- What everybody may know of lines: how long they are and what is offered, without whose places these are. Of these
-- services, and of those too of which an offer has lapsed at this instant, if one is given.
create function scope.lines(of uuid[], lapsed_at timestamptz) returns table (
        id uuid, service_id uuid, cohort_id uuid, ldu_id uuid, line_number bigint, status text,
        offered_at timestamptz, offer_until timestamptz)
    language plpgsql stable parallel safe security definer set search_path = public, pg_temp rows 100 as $$
#variable_conflict use_column
begin
    return query select place.id, place.service_id, place.cohort_id, place.ldu_id, place.line_number, place.status,
        place.offered_at, place.offer_until
    from place
    where scope.person() is not null and place.status in ('waiting', 'offered') and (
        place.service_id = any (of)
        or place.service_id in (
            select late.service_id from place late where late.status = 'offered' and late.offer_until <= lapsed_at));
end $$;

-- The last twenty starts of services, of people of one LDU if one is given: when each was submitted and when it began.
create function scope.last_starts(of uuid[], of_ldu uuid) returns table (
        service_id uuid, submitted_at timestamptz, started_at timestamptz)
    language plpgsql stable parallel safe security definer set search_path = public, pg_temp rows 100 as $$
#variable_conflict use_column
begin
    return query select named.id, last.submitted_at, last.started_at
    from unnest(of) named (id)
    cross join lateral (
        select referral.submitted_at, start.started_at
        from referral_start start
        join referral on referral.id = start.referral_id
        where start.service_id = named.id and referral.submitted_at is not null
            and (of_ldu is null or exists (
                select from shared_person shared join ldu on ldu.name = shared.ldu
                where shared.referral_id = referral.id and ldu.id = of_ldu and ldu.organisation_id = referral.holder_id))
        order by start.started_at desc, start.referral_id desc
        limit 20
    ) last
    where scope.person() is not null;
end $$;

-- A stale version: who changed last what the caller sees?
create function behind.is_seen_row_of_places(name text, id text) returns boolean
    language plpgsql stable parallel safe security definer set search_path = public, pg_temp as $$
begin
    return case name
        when 'cohort' then true
        when 'place' then behind.is_seen_referral((select referral_id from place where place.id = $2::uuid))
        else false
    end;
end $$;
create policy conflict_reaches_places on audit_event for select using (
    (select scope.acts()) and behind.is_seen_row_of_places(table_name, row_id)
);

-- The role may have to be made by hand later: its rights are given in one place.
insert into behind.granted (what) values
    ('update (venue, mode, first_day, last_day, weekly_times, places, facilitators, cancelled_at, cancel_reason, version)
        on cohort'),
    ('update (cohort_id, status, offered_at, offer_until, booked_at, ended_at, end_reason, version) on place'),
    ('delete on cohort_ldu');
select behind.lock_tables();
select behind.admit_application();
