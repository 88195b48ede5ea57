-- Its owner reads past the policies of person, and so whoever reads the view sees everybody's name, and no more of them.
-- Decision 22 says why a view and no longer a function of identifiers. It is no security barrier: all of it is seen or
-- nothing, and behind a barrier PostgreSQL would read it from end to end for each statement that joins it.
create view named_person as
    select id, organisation_id, name, grade from person where (select scope.person()) is not null;
drop function scope.people_named(uuid[]);

-- A reading and its subjects are added by one transaction, and neither is ever removed (triggers): that each subject has
-- its reading was asked again for every one of fifty subjects of an inbox, and took a third of recording them.
alter table reading_subject drop constraint reading_subject_reading_id_fkey;

insert into behind.granted (what) values ('select on named_person');
do $lock$
begin
    if exists (select from pg_roles where rolname = 'partner_network_app') then
        perform behind.admit_application();
    end if;
end $lock$;
