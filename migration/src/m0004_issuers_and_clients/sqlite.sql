-- What is taken back stays taken back: in SQLite's words.
create trigger revocation_not_updated before update on revocation begin
    select raise(abort, 'revocation is only ever added to');
end;
create trigger revocation_not_deleted before delete on revocation begin
    select raise(abort, 'revocation is only ever added to');
end;
