-- Who sees and adds what, in PostgreSQL, under row-level security (m0005).

-- What it costs a provider is its own to know: its managers', and an inspector's. Neither who buys nor who commissions
-- reads it, nor what is reckoned from it.
create policy seen on delivery_cost for select using (
    (select scope.inspects()) or provider_id = (select scope.manages_delivery_of())
);
-- stateDeliveryCost, correctDeliveryCost: of a service of one's own organisation, in one's own name.
create policy added on delivery_cost for insert with check (
    (select scope.acts_as('provider_manager')) and provider_id = (select scope.organisation())
    and stated_by_id = (select scope.person())
    and exists (select 1 from service of_it where of_it.id = service_id and of_it.provider_id = (select scope.organisation()))
);
create policy changed on delivery_cost for update using (
    (select scope.acts_as('provider_manager')) and provider_id = (select scope.organisation())
);
-- A stale version: who changed last what the caller sees?
create policy cost_conflict_reaches on audit_event for select using (
    (select scope.acts()) and case when table_name = 'delivery_cost'
        then exists (select 1 from delivery_cost of_it where of_it.id = row_id::uuid) else false end
);

-- What an LDU may spend: for the managers of its organisation, and for an inspector. setBudget, changeBudget.
alter table budget add constraint budget_periods_apart exclude using gist (
    ldu_id with =, daterange(starts_on, ends_on, '[)') with &&
) where (superseded_at is null);
create policy seen on budget for select using (
    (select scope.inspects())
    or (select scope.has('team_manager')) and organisation_id = (select scope.organisation())
);
create policy added on budget for insert with check (
    (select scope.acts_as('team_manager')) and organisation_id = (select scope.organisation())
    and set_by_id = (select scope.person())
    and exists (select 1 from ldu of_it where of_it.id = ldu_id and of_it.organisation_id = (select scope.organisation()))
);
create policy changed on budget for update using (
    (select scope.acts_as('team_manager')) and organisation_id = (select scope.organisation())
);
create policy budget_conflict_reaches on audit_event for select using (
    (select scope.acts()) and case when table_name = 'budget'
        then exists (select 1 from budget of_it where of_it.id = row_id::uuid) else false end
);

-- What is watched: the CRC's margin by those who keep its prices, the provider's own margin and cost by its managers.
-- setPriceThreshold, endPriceThreshold.
create policy seen on price_threshold for select using (
    (select scope.inspects())
    or measure = 'crc_margin' and organisation_id = (select scope.keeps_prices_of())
    or measure <> 'crc_margin' and organisation_id = (select scope.manages_delivery_of())
);
create policy added on price_threshold for insert with check (
    (select scope.acts()) and set_by_id = (select scope.person()) and (
        measure = 'crc_margin' and organisation_id = (select scope.keeps_prices_of())
        or measure <> 'crc_margin' and organisation_id = (select scope.manages_delivery_of())
    )
);
create policy changed on price_threshold for update using (
    (select scope.acts()) and (
        measure = 'crc_margin' and organisation_id = (select scope.keeps_prices_of())
        or measure <> 'crc_margin' and organisation_id = (select scope.manages_delivery_of())
    )
);
create policy threshold_conflict_reaches on audit_event for select using (
    (select scope.acts()) and case when table_name = 'price_threshold'
        then exists (select 1 from price_threshold of_it where of_it.id = row_id::uuid) else false end
);

do $lock$
begin
    if not exists (select from pg_namespace where nspname = 'behind') then
        return;
    end if;
    insert into behind.granted (what) values
        ('update (superseded_at, version) on delivery_cost'),
        ('update (superseded_at, version) on budget'),
        ('update (ended_at, version) on price_threshold');
    perform behind.lock_tables();
    if exists (select from pg_roles where rolname = 'partner_network_app') then
        perform behind.admit_application();
    end if;
end $lock$;
