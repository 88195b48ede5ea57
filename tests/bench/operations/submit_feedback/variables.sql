-- once: a form is submitted once.
-- Sessions that were attended and whose feedback is due.
select r.worker_id as who, s.id as "input.sessionId:ses", cast(s.version as bigint) as "input.version:int",
    'Went through the week.' as "input.whatWasDone", 'Well.' as "input.response",
    'Sees the landlord.' as "input.nextSteps", '' as "input.idempotencyKey:fresh"
from attendance a join session s on s.id = a.session_id join referral r on r.id = s.referral_id
where a.outcome = 'attended' and a.superseded_at is null and r.status = 'in_progress'
and not exists (select 1 from feedback f where f.session_id = s.id)
and r.case_id not in (select case_id from case_restriction)
