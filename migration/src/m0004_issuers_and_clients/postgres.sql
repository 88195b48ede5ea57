-- What is taken back stays taken back: in PostgreSQL's words.
create trigger revocation_append_only before update or delete on revocation
    for each row execute function refuse_change();
