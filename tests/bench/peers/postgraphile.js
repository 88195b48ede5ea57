// PostGraphile 5 with its Amber preset: one statement for a query where it can, and the caller's condition put into the
// plan of each field at the top.
import { createServer } from "node:http";
import { postgraphile } from "postgraphile";
import { PostGraphileAmberPreset } from "postgraphile/presets/amber";
import { makePgService } from "postgraphile/adaptors/pg";
import { grafserv } from "postgraphile/grafserv/node";
import { context } from "postgraphile/grafast";
import { TYPES } from "postgraphile/@dataplan/pg";
import { sql } from "postgraphile/pg-sql2";
import { addPgTableCondition, jsonPgSmartTags, wrapPlans } from "postgraphile/utils";
import { gate, pool as makePool } from "./shared.js";

const pool = makePool();
const admit = gate(pool);

// The organisation and the person who ask, as parameters of a statement.
const me = ($select) => ({
  organisation: $select.placeholder(context().get("organisation"), TYPES.uuid),
  person: $select.placeholder(context().get("person"), TYPES.uuid),
});
const open = ($select, column, person) => sql`${$select.alias}.${sql.identifier(column)} not in (select case_id from case_restriction
  where (kind = 'closed_to' and person_id = ${person}) or (kind = 'limited_to' and case_id not in
  (select case_id from case_restriction where kind = 'limited_to' and person_id = ${person})))`;
// Rows whose `column` is the caller's organisation, and whose case is not closed to them.
const bounded = (column, restricted) => (plan) => {
  const $found = plan();
  const $select = $found.getSubplan ? $found.getSubplan() : $found.getClassStep();
  const { organisation, person } = me($select);
  $select.where(sql`${$select.alias}.${sql.identifier(column)} = ${organisation}`);
  if (restricted) $select.where(open($select, restricted, person));
  return $found;
};

const preset = {
  extends: [PostGraphileAmberPreset],
  // Relations and conditions on columns without an index of their own, such as the attendance that stands.
  disablePlugins: ["PgIndexBehaviorsPlugin"],
  plugins: [
    // The audit has a column `row_id`, which Amber calls what it calls every identifier.
    jsonPgSmartTags({ version: 1, config: { class: { audit_event: { tags: { behavior: "-*" } } } } }),
    addPgTableCondition(
      { schemaName: "public", tableName: "price" },
      "cardOn",
      (build) => ({ type: build.graphql.GraphQLString, description: "The card that holds on this day." }),
      (day, { sqlTableAlias: p }) => sql`${p}.status = 'published' and ${p}.kind = 'card'
        and ${p}.effective_from <= ${sql.value(day)}::date
        and (${p}.effective_to is null or ${p}.effective_to > ${sql.value(day)}::date)`,
    ),
    wrapPlans({
      Query: {
        allReferrals: bounded("holder_id", "case_id"),
        probationCaseByRowId: bounded("holder_id", "id"),
        groupSessionByRowId: bounded("provider_id"),
      },
    }),
  ],
  pgServices: [makePgService({ pool, schemas: ["public"] })],
  grafast: {
    explain: false,
    async context({ node }) {
      const caller = await admit(node.req.headers.authorization);
      return { organisation: caller.organisation, person: caller.id };
    },
  },
  grafserv: { graphqlPath: "/graphql", graphiql: false, watch: false },
};

const pgl = postgraphile(preset);
const serv = pgl.createServ(grafserv);
const server = createServer();
await serv.addTo(server);
if (process.argv.includes("--schema")) {
  const { printSchema } = await import("postgraphile/graphql");
  console.log(printSchema(await pgl.getSchema()));
  process.exit(0);
}
await serv.ready();
server.listen(Number(process.env.PORT), "127.0.0.1");
