-- What must hold whatever the server does, in SQLite's words.

-- The budgets of one LDU that stand have no day in common.
create trigger budget_periods_apart_insert before insert on budget when new.superseded_at is null begin
    select raise(abort, 'budget_periods_apart') where exists (
        select 1 from budget b where b.ldu_id = new.ldu_id and b.superseded_at is null
            and b.starts_on < new.ends_on and new.starts_on < b.ends_on);
end;
create trigger budget_periods_apart_update before update on budget when new.superseded_at is null begin
    select raise(abort, 'budget_periods_apart') where exists (
        select 1 from budget b where b.ldu_id = new.ldu_id and b.superseded_at is null and b.id <> new.id
            and b.starts_on < new.ends_on and new.starts_on < b.ends_on);
end;
