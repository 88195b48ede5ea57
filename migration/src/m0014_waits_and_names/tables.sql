-- How many days (Europe/London) lay between the submission of a referral and the first session attended; zero where that
-- was in the diary before. The database notes it with the start, so that waits are counted without reading both instants.
alter table referral_start add column
    waited_days integer not null default 0 check (waited_days >= 0);
-- Referrals of a period, whoever holds them.
create index referral_submitted_at on referral (submitted_at);
