-- What must hold whatever the server does, in PostgreSQL's words.

create extension if not exists btree_gist;

-- Published prices of one service never overlap.
alter table price add constraint price_periods_apart exclude using gist (
    service_id with =, kind with =, daterange(effective_from, effective_to, '[)') with &&
) where (status = 'published');

-- Nobody is in two sessions at once.
alter table session add constraint session_clash exclude using gist (
    case_id with =, tstzrange(starts_at, ends_at, '[)') with &&
) where (status <> 'cancelled');

create function refuse_change() returns trigger language plpgsql as $$
begin
    raise exception '% is only ever added to', tg_table_name using errcode = 'check_violation';
end $$;
create trigger audit_event_append_only before update or delete on audit_event
    for each row execute function refuse_change();
create trigger charge_append_only before update or delete on charge
    for each row execute function refuse_change();
create trigger referral_amendment_append_only before update or delete on referral_amendment
    for each row execute function refuse_change();

-- A published price keeps its amount, unit and beginning for ever.
create function keep_published_price() returns trigger language plpgsql as $$
begin
    if old.status = 'published' and (new.pence, new.unit, new.effective_from, new.service_id, new.kind)
        is distinct from (old.pence, old.unit, old.effective_from, old.service_id, old.kind) then
        raise exception 'a published price is never edited' using errcode = 'check_violation';
    end if;
    return new;
end $$;
create trigger price_published_stays before update on price
    for each row execute function keep_published_price();
