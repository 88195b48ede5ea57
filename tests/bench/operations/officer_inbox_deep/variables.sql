-- The same inbox at its far end: sixty referrals from the oldest.
select p.id as who, f.created_at as "after:cursor_at", f.id as "after:cursor_id"
from person_role pr join person p on p.id = pr.person_id
join referral f on f.id = (
    select o.id from referral o where o.holder_id = p.organisation_id order by o.created_at, o.id limit 1 offset 60)
where pr.role = 'responsible_officer'
