-- Registers of twelve that the provider can still read, opened by the provider's manager.
select m.id as who, g.id as "id:grp"
from group_session g
join person m on m.organisation_id = g.provider_id
join person_role mr on mr.person_id = m.id and mr.role = 'provider_manager'
where 12 = (select count(*) from session s join referral r on r.id = s.referral_id
    where s.group_session_id = g.id and (r.provider_reads_until is null or r.provider_reads_until > $1)
    and r.case_id not in (select case_id from case_restriction))
