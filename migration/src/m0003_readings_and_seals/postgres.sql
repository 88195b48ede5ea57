-- What must hold whatever the server does, in PostgreSQL's words.

create trigger reading_append_only before update or delete on reading
    for each row execute function refuse_change();
create trigger reading_subject_append_only before update or delete on reading_subject
    for each row execute function refuse_change();
create trigger audit_seal_append_only before update or delete on audit_seal
    for each row execute function refuse_change();
create trigger audit_digest_stays before delete on audit_digest
    for each row execute function refuse_change();

-- Of a digest, the salt can go, once, and its going can be noted; nothing else changes.
create function keep_digest() returns trigger language plpgsql as $$
begin
    if (new.row_id, new.seal_number, new.position, new.digest)
        is distinct from (old.row_id, old.seal_number, old.position, old.digest)
        or (new.salt is not null and new.salt is distinct from old.salt)
        or (old.erased_at is not null and new.erased_at is distinct from old.erased_at) then
        raise exception 'a digest of the audit is never edited' using errcode = 'check_violation';
    end if;
    return new;
end $$;
create trigger audit_digest_kept before update on audit_digest
    for each row execute function keep_digest();

-- A whole table is not emptied either.
create trigger audit_event_not_emptied before truncate on audit_event
    for each statement execute function refuse_change();
create trigger reading_not_emptied before truncate on reading
    for each statement execute function refuse_change();
create trigger reading_subject_not_emptied before truncate on reading_subject
    for each statement execute function refuse_change();
create trigger audit_seal_not_emptied before truncate on audit_seal
    for each statement execute function refuse_change();
create trigger audit_digest_not_emptied before truncate on audit_digest
    for each statement execute function refuse_change();
