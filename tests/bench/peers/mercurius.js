// Mercurius, as its documentation recommends it for speed: compiled queries, loaders for relations, prepared statements.
import Fastify from "fastify";
import mercurius from "mercurius";
import { gate, pool as makePool } from "./shared.js";

const pool = makePool();
const admit = gate(pool);

// The reads of the product that are measured, under the same names.
const schema = `
  type Query {
    referrals(first: Int!, after: String, filter: Filter): Referrals!
    case(id: ID!): Case
    rateCard(on: String!, first: Int!): Prices!
    groupSession(id: ID!): GroupSession
  }
  input Filter { statuses: [String!] }
  type PageInfo { hasNextPage: Boolean! endCursor: String }
  type Referrals { nodes: [Referral!]! pageInfo: PageInfo! }
  type Prices { nodes: [Price!]! pageInfo: PageInfo! }
  type Referral {
    id: ID! reference: String! status: String! urgency: String! respondBy: String createdAt: String! version: Int!
    service: Service provider: Organisation referredBy: Person worker: Person person: SharedPerson sessions: [Session!]!
  }
  type Service { id: ID! name: String! provider: Organisation }
  type Organisation { id: ID! name: String! }
  type Person { id: ID! name: String! }
  type SharedPerson { crn: String! givenNames: String! familyName: String! dateOfBirth: String! }
  type Case {
    id: ID! crn: String! givenNames: String! familyName: String! dateOfBirth: String! riskOfSeriousHarm: String
    version: Int! officer: Person referrals: [Referral!]!
  }
  type Session {
    id: ID! number: Int! startsAt: String! endsAt: String! status: String!
    attendance: Attendance feedback: Feedback referral: Referral
  }
  type Attendance { outcome: String! createdAt: String! }
  type Feedback { whatWasDone: String! response: String! nextSteps: String! concerns: String }
  type Money { amount: Int! currency: String! }
  type Price { id: ID! unit: String! effectiveFrom: String! effectiveTo: String money: Money! service: Service }
  type GroupSession {
    id: ID! startsAt: String! endsAt: String! venue: String service: Service sessions: [Session!]!
  }
`;

const open = (column, person) => `${column} not in (select case_id from case_restriction
  where (kind = 'closed_to' and person_id = ${person}) or (kind = 'limited_to' and case_id not in
  (select case_id from case_restriction where kind = 'limited_to' and person_id = ${person})))`;

const keeps = (me) => me.roles.includes("responsible_officer") || me.roles.includes("team_manager");
// Whose referrals: those the organisation holds, or those that were sent to it. $1 is the organisation, $2 the person.
const visible = (me) =>
  (keeps(me)
    ? "r.holder_id = $1"
    : `r.provider_id = $1 and r.submitted_at is not null
       and (r.provider_reads_until is null or r.provider_reads_until > current_date)`) + ` and ${open("r.case_id", "$2")}`;

const REFERRAL = `r.id, r.reference, r.status, r.urgency, r.respond_by as "respondBy", r.created_at as "createdAt", r.version,
  r.case_id as "caseId", r.service_id as "serviceId", r.provider_id as "providerId", r.referred_by_id as "referredById", r.worker_id as "workerId"`;
const SESSION = `s.id, s.number, s.starts_at as "startsAt", s.ends_at as "endsAt", s.status, s.referral_id as "referralId"`;

// Every text is one prepared statement under a name of its own.
const names = new Map();
const ask = async (text, values) => {
  let name = names.get(text);
  if (!name) names.set(text, (name = `s${names.size}`));
  return (await pool.query({ name, text, values })).rows;
};

const page = (rows, size, cursor) => ({
  nodes: rows.slice(0, size),
  pageInfo: { hasNextPage: rows.length > size, endCursor: rows.length ? cursor(rows[Math.min(rows.length, size) - 1]) : null },
});
const encode = (row) => Buffer.from(JSON.stringify([{ t: row.createdAt }, row.id])).toString("base64url");

const resolvers = {
  Query: {
    async referrals(_, { first, after, filter }, { me }) {
      const values = [me.organisation, me.id];
      let where = visible(me);
      if (filter?.statuses) {
        values.push(filter.statuses.map((status) => status.toLowerCase()));
        where += ` and r.status = any($${values.length})`;
      }
      if (after) {
        const [at, id] = JSON.parse(Buffer.from(after, "base64url"));
        values.push(at.t, id);
        where += ` and (r.created_at, r.id) < ($${values.length - 1}, $${values.length})`;
      }
      const text = `select ${REFERRAL} from referral r where ${where} order by r.created_at desc, r.id desc limit ${first + 1}`;
      return page(await ask(text, values), first, encode);
    },
    async case(_, { id }, { me }) {
      const text = `select c.id, c.crn, c.given_names as "givenNames", c.family_name as "familyName",
        c.date_of_birth as "dateOfBirth", c.risk_of_serious_harm as "riskOfSeriousHarm", c.version, c.officer_id as "officerId"
        from probation_case c where c.id = $3 and c.holder_id = $1 and ${open("c.id", "$2")}`;
      return (await ask(text, [me.organisation, me.id, id]))[0];
    },
    async rateCard(_, { on, first }) {
      const text = `select p.id, p.unit, p.effective_from as "effectiveFrom", p.effective_to as "effectiveTo", p.pence,
        p.service_id as "serviceId" from price p where p.status = 'published' and p.kind = 'card' and p.effective_from <= $1
        and (p.effective_to is null or p.effective_to > $1) order by p.created_at, p.id limit ${first + 1}`;
      return page(await ask(text, [on]), first, encode);
    },
    async groupSession(_, { id }, { me }) {
      const text = `select g.id, g.starts_at as "startsAt", g.ends_at as "endsAt", g.venue, g.service_id as "serviceId"
        from group_session g where g.id = $2 and g.provider_id = $1`;
      return (await ask(text, [me.organisation, id]))[0];
    },
  },
  Price: { money: ({ pence }) => ({ amount: pence, currency: "GBP" }) },
};

// A relation of which each row has one, by the identifier in `key`.
const toOne = (key, text, scoped) => ({
  async loader(queries, { me }) {
    const ids = [...new Set(queries.map(({ obj }) => obj[key]).filter(Boolean))];
    const rows = ids.length ? await ask(scoped ? text(me) : text, scoped ? [me.organisation, me.id, ids] : [ids]) : [];
    const byId = new Map(rows.map((row) => [row.key ?? row.id, row]));
    return queries.map(({ obj }) => byId.get(obj[key]) ?? null);
  },
  opts: { cache: false },
});

// A relation of which each row has any number.
const toMany = (text) => ({
  async loader(queries, { me }) {
    const rows = await ask(text(me), [me.organisation, me.id, queries.map(({ obj }) => obj.id)]);
    const of = new Map(queries.map(({ obj }) => [obj.id, []]));
    for (const row of rows) of.get(row.key).push(row);
    return queries.map(({ obj }) => of.get(obj.id));
  },
  opts: { cache: false },
});

const SERVICE = `select id, name, provider_id as "providerId" from service where id = any($1)`;
const ORGANISATION = "select id, name from organisation where id = any($1)";
const PERSON = "select id, name from person where id = any($1)";

const loaders = {
  Referral: {
    service: toOne("serviceId", SERVICE),
    provider: toOne("providerId", ORGANISATION),
    referredBy: toOne("referredById", PERSON),
    worker: toOne("workerId", PERSON),
    person: toOne("id", (me) => `select p.referral_id as key, p.crn, p.given_names as "givenNames", p.family_name as "familyName",
      p.date_of_birth as "dateOfBirth" from shared_person p join referral r on r.id = p.referral_id
      where p.referral_id = any($3) and ${visible(me)}`, true),
    sessions: toMany((me) => `select s.referral_id as key, ${SESSION} from session s join referral r on r.id = s.referral_id
      where s.referral_id = any($3) and ${visible(me)} order by s.starts_at, s.id`),
  },
  Service: { provider: toOne("providerId", ORGANISATION) },
  Price: { service: toOne("serviceId", SERVICE) },
  Case: {
    officer: toOne("officerId", PERSON),
    referrals: toMany((me) => `select r.case_id as key, ${REFERRAL} from referral r
      where r.case_id = any($3) and ${visible(me)} order by r.created_at desc`),
  },
  Session: {
    attendance: toOne("id", (me) => `select a.session_id as key, a.outcome, a.created_at as "createdAt" from attendance a
      join referral r on r.id = a.referral_id where a.session_id = any($3) and a.superseded_at is null and ${visible(me)}`, true),
    feedback: toOne("id", (me) => `select f.session_id as key, f.what_was_done as "whatWasDone", f.response,
      f.next_steps as "nextSteps", f.concerns from feedback f
      join referral r on r.id = f.referral_id where f.session_id = any($3) and f.superseded_at is null and ${visible(me)}`, true),
    referral: toOne("referralId", (me) => `select ${REFERRAL} from referral r where r.id = any($3) and ${visible(me)}`, true),
  },
  GroupSession: {
    service: toOne("serviceId", SERVICE),
    sessions: toMany((me) => `select s.group_session_id as key, ${SESSION} from session s join referral r on r.id = s.referral_id
      where s.group_session_id = any($3) and ${visible(me)} order by s.starts_at, s.id`),
  },
};

const app = Fastify();
app.register(mercurius, {
  schema,
  resolvers,
  loaders,
  jit: 1,
  context: async (request) => ({ me: await admit(request.headers.authorization) }),
});
await app.listen({ port: Number(process.env.PORT), host: "127.0.0.1" });
