-- Every officer opens their organisation's inbox.
select r.person_id as who from person_role r where r.role = 'responsible_officer'
