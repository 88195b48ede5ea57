create view named_person as select id, organisation_id, name, grade from person;
