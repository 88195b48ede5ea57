-- once: a session is recorded once.
-- Sessions that were held and wait to be recorded, by the worker who held them.
select r.worker_id as who, s.id as "input.sessionId:ses", cast(s.version as bigint) as "input.version:int",
    1 as "input.attended:yes", 1 as "input.happened:yes", '' as "input.idempotencyKey:fresh"
from session s join referral r on r.id = s.referral_id
where s.status = 'scheduled' and s.ends_at < $1 and r.status = 'in_progress'
and r.case_id not in (select case_id from case_restriction)
