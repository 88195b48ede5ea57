-- What must hold whatever the server does, in SQLite's words.

-- Published prices of one service never overlap.
create trigger price_periods_apart_insert before insert on price when new.status = 'published' begin
    select raise(abort, 'price_periods_apart') where exists (
        select 1 from price p where p.service_id = new.service_id and p.kind = new.kind and p.status = 'published'
            and p.effective_from < coalesce(new.effective_to, '9999') and new.effective_from < coalesce(p.effective_to, '9999'));
end;
create trigger price_periods_apart_update before update on price when new.status = 'published' begin
    select raise(abort, 'price_periods_apart') where exists (
        select 1 from price p where p.service_id = new.service_id and p.kind = new.kind and p.status = 'published'
            and p.id <> new.id
            and p.effective_from < coalesce(new.effective_to, '9999') and new.effective_from < coalesce(p.effective_to, '9999'));
end;

-- Nobody is in two sessions at once.
create trigger session_clash_insert before insert on session when new.status <> 'cancelled' begin
    select raise(abort, 'session_clash') where exists (
        select 1 from session s where s.case_id = new.case_id and s.status <> 'cancelled'
            and s.starts_at < new.ends_at and new.starts_at < s.ends_at);
end;
create trigger session_clash_update before update on session when new.status <> 'cancelled' begin
    select raise(abort, 'session_clash') where exists (
        select 1 from session s where s.case_id = new.case_id and s.status <> 'cancelled' and s.id <> new.id
            and s.starts_at < new.ends_at and new.starts_at < s.ends_at);
end;

create trigger audit_event_not_updated before update on audit_event begin
    select raise(abort, 'audit_event is only ever added to');
end;
create trigger audit_event_not_deleted before delete on audit_event begin
    select raise(abort, 'audit_event is only ever added to');
end;
create trigger charge_not_updated before update on charge begin
    select raise(abort, 'charge is only ever added to');
end;
create trigger charge_not_deleted before delete on charge begin
    select raise(abort, 'charge is only ever added to');
end;
create trigger referral_amendment_not_updated before update on referral_amendment begin
    select raise(abort, 'referral_amendment is only ever added to');
end;
create trigger referral_amendment_not_deleted before delete on referral_amendment begin
    select raise(abort, 'referral_amendment is only ever added to');
end;

-- A published price keeps its amount, unit and beginning for ever.
create trigger price_published_stays before update on price
    when old.status = 'published' and (new.pence <> old.pence or new.unit <> old.unit
        or new.effective_from <> old.effective_from or new.service_id <> old.service_id or new.kind <> old.kind) begin
    select raise(abort, 'a published price is never edited');
end;
