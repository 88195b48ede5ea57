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
