-- What changed, for those who follow it, for both databases. Types are PostgreSQL's; `dialect` turns them into SQLite's.

-- A row that changed. The database adds it when the audit does, in the transaction of the change; it is forgotten after
-- the time that the settings say. Whoever reads takes rows in the order of (transaction_number, position).
create table change (
    position bigint not null primary key,
    transaction_number bigint not null,
    at timestamptz not null,
    table_name text not null,
    row_id text not null,
    referral_id uuid,
    holder_id uuid,
    provider_id uuid,
    before_holder_id uuid,
    before_worker_id uuid
);
create index change_transaction_number_position on change (transaction_number, position);
create index change_referral_id on change (referral_id, transaction_number, position);
create index change_at on change (at);
