-- Every provider's manager, the large providers as often as they have workers.
select m.id as who
from person_role mr join person m on m.id = mr.person_id
join person w on w.organisation_id = m.organisation_id
where mr.role = 'provider_manager'
