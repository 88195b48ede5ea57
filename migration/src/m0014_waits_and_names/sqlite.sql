-- SQLite knows no time zones: in London it is an hour later from the last Sunday of March to the last one of October, both at
-- one o'clock UTC, since 1996.
create view referral_wait as
with instants as (
    select start.referral_id as referral_id, referral.submitted_at as submitted_at, start.started_at as started_at
    from referral_start start join referral on referral.id = start.referral_id
)
select referral_id, max(0, coalesce(cast(
    julianday(date(started_at, iif(
        datetime(started_at) >= date(strftime('%Y-03-25', started_at), 'weekday 0') || ' 01:00:00'
        and datetime(started_at) < date(strftime('%Y-10-25', started_at), 'weekday 0') || ' 01:00:00',
        '+1 hours', '+0 hours')))
    - julianday(date(submitted_at, iif(
        datetime(submitted_at) >= date(strftime('%Y-03-25', submitted_at), 'weekday 0') || ' 01:00:00'
        and datetime(submitted_at) < date(strftime('%Y-10-25', submitted_at), 'weekday 0') || ' 01:00:00',
        '+1 hours', '+0 hours')))
as integer), 0)) as days
from instants;
update referral_start set waited_days =
    (select days from referral_wait wait where wait.referral_id = referral_start.referral_id);
create trigger referral_start_waited after insert on referral_start begin
    update referral_start set waited_days =
        (select days from referral_wait wait where wait.referral_id = new.referral_id)
    where referral_id = new.referral_id;
end;
