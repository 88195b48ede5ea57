-- What fills the outbox, in SQLite's words. There is one writer: the order of rows is the order of commits.

create trigger audit_event_noted after insert on audit_event begin
    insert into change (
        position, transaction_number, at, table_name, row_id,
        referral_id, holder_id, provider_id, before_holder_id, before_worker_id
    )
    select (select coalesce(max(position), 0) + 1 from change), 0, new.at, new.table_name, new.row_id,
        concerned.id, concerned.holder_id, concerned.provider_id,
        case new.table_name when 'referral' then unhex(new.changes ->> '$.old.holder_id', '-') end,
        case new.table_name when 'referral' then unhex(new.changes ->> '$.old.worker_id', '-') end
    from (
        select coalesce(
            unhex(new.changes ->> '$.new.referral_id', '-'),
            unhex(new.changes ->> '$.old.referral_id', '-'),
            -- A change names only the columns that changed.
            case new.table_name
                when 'referral' then unhex(new.row_id, '-')
                when 'shared_person' then unhex(new.row_id, '-')
                when 'referral_assignment' then (select referral_id from referral_assignment where id = unhex(new.row_id, '-'))
                when 'referral_question' then (select referral_id from referral_question where id = unhex(new.row_id, '-'))
                when 'suitability_meeting' then (select referral_id from suitability_meeting where id = unhex(new.row_id, '-'))
                when 'session' then (select referral_id from session where id = unhex(new.row_id, '-'))
                when 'attendance' then (select referral_id from attendance where id = unhex(new.row_id, '-'))
                when 'feedback' then (select referral_id from feedback where id = unhex(new.row_id, '-'))
                when 'measure' then (select referral_id from measure where id = unhex(new.row_id, '-'))
                when 'end_report' then (select referral_id from end_report where id = unhex(new.row_id, '-'))
            end
        ) as referral_id
    ) named
    left join referral concerned on concerned.id = named.referral_id;
    -- Who may see a case, may see its referrals.
    insert into change (position, transaction_number, at, table_name, row_id, referral_id, holder_id, provider_id)
    select (select coalesce(max(position), 0) from change) + row_number() over (), 0, new.at, new.table_name, new.row_id,
        concerned.id, concerned.holder_id, concerned.provider_id
    from referral concerned
    where new.table_name = 'case_restriction' and concerned.case_id = new.case_id;
end;
