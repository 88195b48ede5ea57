-- Any officer, on days in all the years of the card.
select r.person_id as who, d.effective_from as "on:date"
from person_role r cross join (select distinct effective_from from price) d
where r.role = 'responsible_officer'
