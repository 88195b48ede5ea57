-- Cases with assessed needs, by their officer: twenty services, the best first.
select c.officer_id as who, c.id as "case:case"
from probation_case c
where c.id in (select case_id from case_need) and c.id not in (select case_id from case_restriction)
