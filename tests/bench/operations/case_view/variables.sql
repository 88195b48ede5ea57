-- Cases with twelve sessions, opened by their officer.
select c.officer_id as who, c.id as "id:case"
from session s join probation_case c on c.id = s.case_id
where c.id not in (select case_id from case_restriction)
group by c.id, c.officer_id having count(*) = 12
