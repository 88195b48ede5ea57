-- What must hold whatever the server does, in SQLite's words.

-- What was proposed stays as it was; what was decided, too.
create trigger variation_stays before update on variation
    when old.status <> 'proposed' or new.referral_id <> old.referral_id or new.previous_units <> old.previous_units
        or new.expected_units <> old.expected_units or new.reason <> old.reason
        or new.proposed_by_id <> old.proposed_by_id begin
    select raise(abort, 'a variation stays as it was proposed and decided');
end;
create trigger variation_not_deleted before delete on variation begin
    select raise(abort, 'variation is history and is never deleted');
end;

-- Published prices never overlap: neither the general ones of a service, nor those for one purchaser alone.
drop trigger price_periods_apart_insert;
drop trigger price_periods_apart_update;
create trigger price_periods_apart_insert before insert on price when new.status = 'published' begin
    select raise(abort, 'price_periods_apart') where exists (
        select 1 from price p where p.service_id = new.service_id and p.kind = new.kind and p.status = 'published'
            and p.purchaser_id is new.purchaser_id
            and p.effective_from < coalesce(new.effective_to, '9999') and new.effective_from < coalesce(p.effective_to, '9999'));
end;
create trigger price_periods_apart_update before update on price when new.status = 'published' begin
    select raise(abort, 'price_periods_apart') where exists (
        select 1 from price p where p.service_id = new.service_id and p.kind = new.kind and p.status = 'published'
            and p.purchaser_id is new.purchaser_id and p.id <> new.id
            and p.effective_from < coalesce(new.effective_to, '9999') and new.effective_from < coalesce(p.effective_to, '9999'));
end;
-- A published price keeps for whom it holds, as it keeps its amount.
drop trigger price_published_stays;
create trigger price_published_stays before update on price
    when old.status = 'published' and (new.pence <> old.pence or new.unit <> old.unit
        or new.effective_from <> old.effective_from or new.service_id <> old.service_id or new.kind <> old.kind
        or new.purchaser_id is not old.purchaser_id) begin
    select raise(abort, 'a published price is never edited');
end;
