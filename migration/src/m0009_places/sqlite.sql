-- What counts and notes, in SQLite's words. There is one writer.

create trigger place_held_added after insert on place when new.status in ('offered', 'booked') begin
    update cohort set held = held + 1 where id = new.cohort_id;
end;
create trigger place_held_changed after update on place begin
    update cohort set held = held - 1 where id = old.cohort_id and old.status in ('offered', 'booked')
        and not (new.status in ('offered', 'booked') and new.cohort_id = old.cohort_id);
    update cohort set held = held + 1 where id = new.cohort_id and new.status in ('offered', 'booked')
        and not (old.status in ('offered', 'booked') and new.cohort_id is old.cohort_id);
end;
create trigger place_not_deleted before delete on place begin
    select raise(abort, 'place is history and is never deleted');
end;

create trigger attendance_starts after insert on attendance when new.outcome = 'attended' begin
    insert or replace into referral_start (referral_id, service_id, started_at)
    select referral.id, referral.service_id, min(session.starts_at)
    from attendance one
    join session on session.id = one.session_id
    join referral on referral.id = one.referral_id
    where one.referral_id = new.referral_id and one.outcome = 'attended' and one.superseded_at is null
    group by referral.id, referral.service_id;
end;
create trigger attendance_starts_no_more after update of superseded_at on attendance when old.outcome = 'attended' begin
    delete from referral_start where referral_id = new.referral_id;
    insert into referral_start (referral_id, service_id, started_at)
    select referral.id, referral.service_id, min(session.starts_at)
    from attendance one
    join session on session.id = one.session_id
    join referral on referral.id = one.referral_id
    where one.referral_id = new.referral_id and one.outcome = 'attended' and one.superseded_at is null
    group by referral.id, referral.service_id;
end;

-- Who follows a referral is told of its place too. That a place was added, the outbox (m0006) notes by itself: its audit
-- names the referral.
create trigger audit_event_noted_of_places after insert on audit_event when new.table_name = 'place' and new.act = 'update' begin
    insert into change (position, transaction_number, at, table_name, row_id, referral_id, holder_id, provider_id)
    select (select coalesce(max(position), 0) + 1 from change), 0, new.at, new.table_name, new.row_id,
        concerned.id, concerned.holder_id, concerned.provider_id
    from place join referral concerned on concerned.id = place.referral_id
    where place.id = unhex(new.row_id, '-');
end;
