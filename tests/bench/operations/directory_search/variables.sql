-- Any officer searches the directory for somebody: words, a need, who they are and what it may cost.
select r.person_id as who, w.words as "text", n.need as "need", g.gender as "person.gender",
    g.age as "person.age:int", 'COMMUNITY_ORDER' as "person.sentence"
from person_role r
cross join (select 'keywork outcome' as words union all select 'worc' union all select 'session sup') w
cross join (select distinct upper(need) as need from service_need) n
cross join (select 'MALE' as gender, cast(34 as bigint) as age union all select 'FEMALE', cast(22 as bigint)) g
where r.role = 'responsible_officer'
