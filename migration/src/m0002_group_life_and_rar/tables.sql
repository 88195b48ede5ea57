-- A group session is cancelled as a whole.
alter table group_session add column
    cancelled_by text check (cancelled_by in ('service_user', 'provider', 'probation'));
alter table group_session add column
    cancelled_at timestamptz;
alter table group_session add column
    cancel_reason text;

-- Whether attended sessions count towards the RAR is the service's rule on the day of submission, and stays.
alter table referral add column
    counts_towards_rar boolean not null default false;
update referral set counts_towards_rar = (select s.counts_towards_rar from service s where s.id = referral.service_id);
create index referral_sentence_id on referral (sentence_id);
