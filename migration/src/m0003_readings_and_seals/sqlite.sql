-- What must hold whatever the server does, in SQLite's words.

create trigger reading_not_updated before update on reading begin
    select raise(abort, 'reading is only ever added to');
end;
create trigger reading_not_deleted before delete on reading begin
    select raise(abort, 'reading is only ever added to');
end;
create trigger reading_subject_not_updated before update on reading_subject begin
    select raise(abort, 'reading_subject is only ever added to');
end;
create trigger reading_subject_not_deleted before delete on reading_subject begin
    select raise(abort, 'reading_subject is only ever added to');
end;
create trigger audit_seal_not_updated before update on audit_seal begin
    select raise(abort, 'audit_seal is only ever added to');
end;
create trigger audit_seal_not_deleted before delete on audit_seal begin
    select raise(abort, 'audit_seal is only ever added to');
end;
create trigger audit_digest_not_deleted before delete on audit_digest begin
    select raise(abort, 'audit_digest is only ever added to');
end;

-- Of a digest, the salt can go, once, and its going can be noted; nothing else changes.
create trigger audit_digest_kept before update on audit_digest
    when new.row_id is not old.row_id or new.seal_number is not old.seal_number
        or new.position is not old.position or new.digest is not old.digest
        or (new.salt is not null and new.salt is not old.salt)
        or (old.erased_at is not null and new.erased_at is not old.erased_at) begin
    select raise(abort, 'a digest of the audit is never edited');
end;
