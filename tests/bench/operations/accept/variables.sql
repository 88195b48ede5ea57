-- once: a referral is accepted once.
-- Referrals that wait for an answer, taken on by the provider's manager for one of its workers.
select m.id as who, r.id as "input.referralId:ref", cast(r.version as bigint) as "input.version:int",
    (select w.id from person w join person_role wr on wr.person_id = w.id and wr.role = 'provider_worker'
        where w.organisation_id = r.provider_id order by w.id limit 1) as "input.workerId:per",
    '' as "input.idempotencyKey:fresh"
from referral r join person m on m.organisation_id = r.provider_id
join person_role mr on mr.person_id = m.id and mr.role = 'provider_manager'
where r.status = 'submitted' and r.case_id not in (select case_id from case_restriction)
