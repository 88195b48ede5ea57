-- Any officer looks for cohorts with places left, from a day on.
select r.person_id as who, d.first_day as "filter.from:date", 1 as "filter.withPlacesLeft:yes"
from person_role r cross join (select distinct first_day from cohort) d
where r.role = 'responsible_officer'
