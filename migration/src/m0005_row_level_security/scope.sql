-- Who asks. At the beginning of each transaction the server puts into the setting `network.scope`, for that
-- transaction alone, what it knows of the caller:
--
--   {"reach": "read",  "person": uuid, "organisation": uuid, "kind": "nps", "roles": ["team_manager"], "today": day}
--   {"reach": "act",   …the same…, "operation": "acceptReferral"}   an act: may write, and read where its consequences reach
--   {"reach": "gate",  "subject": text}                             who is the person of this token?
--   {"reach": "gate",  "client": uuid}                              who is this API client?
--   {"reach": "gate"}                                               whom does the network trust, and what was taken back?
--   {"reach": "keep"}                                               the server itself keeps and seals the audit
--
-- Where nothing is said, everything below is null or false, and nothing is seen.
--
-- In a policy each of these stands in a subquery of its own, which is worked out once for a statement and not for each
-- row. They are written in PL/pgSQL because PostgreSQL would take the others apart, at every place, whenever it plans a
-- statement: that costs more than calling them.

create schema scope;

create function scope.given() returns jsonb language plpgsql stable parallel safe as
    $$ begin return nullif(current_setting('network.scope', true), ''); end $$;

create function scope.reach() returns text language plpgsql stable parallel safe as
    $$ begin return scope.given() ->> 'reach'; end $$;
create function scope.subject() returns text language plpgsql stable parallel safe as
    $$ begin return scope.given() ->> 'subject'; end $$;
create function scope.client() returns uuid language plpgsql stable parallel safe as
    $$ begin return scope.given() ->> 'client'; end $$;
create function scope.person() returns uuid language plpgsql stable parallel safe as
    $$ begin return scope.given() ->> 'person'; end $$;
create function scope.organisation() returns uuid language plpgsql stable parallel safe as
    $$ begin return scope.given() ->> 'organisation'; end $$;
create function scope.kind() returns text language plpgsql stable parallel safe as
    $$ begin return scope.given() ->> 'kind'; end $$;
create function scope.today() returns date language plpgsql stable parallel safe as
    $$ begin return scope.given() ->> 'today'; end $$;

-- Whether the caller acts in any of these roles.
create function scope.has(variadic roles text[]) returns boolean language plpgsql stable parallel safe as
    $$ begin return coalesce(scope.given() -> 'roles' ?| roles, false); end $$;
create function scope.inspects() returns boolean language plpgsql stable parallel safe as
    $$ begin return scope.has('auditor'); end $$;
-- The organisation whose cases the caller keeps, as officer or manager of probation; null if they keep none.
create function scope.keeps_cases_of() returns uuid language plpgsql stable parallel safe as
    $$ begin return case when scope.has('responsible_officer', 'team_manager') then scope.organisation() end; end $$;
-- The organisation whose registered cases the caller allocates; null if they allocate none.
create function scope.allocates_for() returns uuid language plpgsql stable parallel safe as
    $$ begin return case when scope.has('court_officer') then scope.organisation() end; end $$;
-- The organisation of whose deliveries the caller sees all; null if there is none.
create function scope.manages_delivery_of() returns uuid language plpgsql stable parallel safe as
    $$ begin return case when scope.has('provider_manager') then scope.organisation() end; end $$;
-- The person whose deliveries the caller sees: themselves, as a worker.
create function scope.delivers_as() returns uuid language plpgsql stable parallel safe as
    $$ begin return case when scope.has('provider_worker') then scope.person() end; end $$;
-- The organisation whose prices the caller keeps; null if they keep none.
create function scope.keeps_prices_of() returns uuid language plpgsql stable parallel safe as
    $$ begin return case when scope.has('rate_card_administrator', 'contract_manager') then scope.organisation() end; end $$;

-- Whether the transaction is an act. An inspector changes nothing.
create function scope.acts() returns boolean language plpgsql stable parallel safe as
    $$ begin return coalesce(scope.reach() = 'act', false) and not scope.inspects(); end $$;
-- Whether it is an act in any of these roles.
create function scope.acts_as(variadic roles text[]) returns boolean language plpgsql stable parallel safe as
    $$ begin return scope.acts() and scope.has(variadic roles); end $$;
-- Whether it is one of these acts.
create function scope.does(variadic operations text[]) returns boolean language plpgsql stable parallel safe as
    $$ begin return coalesce(scope.reach() = 'act' and scope.given() ->> 'operation' = any (operations), false); end $$;
-- Whether a court officer imports cases: the one act that reaches cases whoever holds them.
create function scope.imports() returns boolean language plpgsql stable parallel safe as
    $$ begin return scope.does('importCases') and scope.has('court_officer'); end $$;

-- A referral is no longer a provider's from this day on. In the act that ends it, it still is: policy may let it lapse
-- on that very day.
create function scope.lapsed() returns date language plpgsql stable parallel safe as $$
begin
    return case when scope.does('declineReferral', 'completeReferral', 'endReferralEarly')
        then scope.today() - 1 else scope.today() end;
end $$;
