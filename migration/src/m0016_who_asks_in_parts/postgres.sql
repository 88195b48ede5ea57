-- Who asks, as m0005 has it (scope.sql), but each part in a setting of its own: `network.reach`, `network.person`,
-- `network.organisation`, `network.kind`, `network.roles` with spaces between them, `network.today`, `network.operation`,
-- `network.subject`, `network.client`. As one JSON it was parsed anew by each function of each policy, 240 times for a
-- session that was recorded. What was not set is null, or empty where an earlier transaction had set it.

create or replace function scope.reach() returns text language plpgsql stable parallel safe as
    $$ begin return nullif(current_setting('network.reach', true), ''); end $$;
create or replace function scope.subject() returns text language plpgsql stable parallel safe as
    $$ begin return nullif(current_setting('network.subject', true), ''); end $$;
create or replace function scope.client() returns uuid language plpgsql stable parallel safe as
    $$ begin return nullif(current_setting('network.client', true), ''); end $$;
create or replace function scope.person() returns uuid language plpgsql stable parallel safe as
    $$ begin return nullif(current_setting('network.person', true), ''); end $$;
create or replace function scope.organisation() returns uuid language plpgsql stable parallel safe as
    $$ begin return nullif(current_setting('network.organisation', true), ''); end $$;
create or replace function scope.kind() returns text language plpgsql stable parallel safe as
    $$ begin return nullif(current_setting('network.kind', true), ''); end $$;
create or replace function scope.today() returns date language plpgsql stable parallel safe as
    $$ begin return nullif(current_setting('network.today', true), ''); end $$;
create or replace function scope.has(variadic roles text[]) returns boolean language plpgsql stable parallel safe as
    $$ begin return coalesce(string_to_array(current_setting('network.roles', true), ' ') && roles, false); end $$;
create or replace function scope.does(variadic operations text[]) returns boolean language plpgsql stable parallel safe as
    $$ begin return coalesce(
        current_setting('network.reach', true) = 'act' and current_setting('network.operation', true) = any (operations),
        false
    ); end $$;
drop function scope.given();

-- Whoever records a session reads every charge of its referral. A function was called for each of them; the view looks
-- its referral up, with what is asked of the caller worked out once.
drop policy charging_reaches on charge;
create policy charging_reaches on charge for select using (
    (select scope.acts()) and exists (select 1 from behind.seen_referral parent where parent.id = referral_id)
);
