// What both peers do alike: check tokens, know people, write instants.
import { readFileSync } from "node:fs";
import { createVerifier } from "fast-jwt";
import pg from "pg";

// Days stay as they are written; instants as RFC 3339; big integers as numbers.
pg.types.setTypeParser(1082, (text) => text);
pg.types.setTypeParser(1184, (text) => text.replace(" ", "T").replace(/([+-]\d\d)$/, "$1:00"));
pg.types.setTypeParser(20, Number);

export const pool = () =>
  new pg.Pool({ connectionString: process.env.DATABASE_URL, max: Number(process.env.CONNECTIONS ?? 16) });

// Verified tokens are remembered, as the product does.
const verify = createVerifier({
  key: readFileSync(process.env.PUBLIC_KEY_FILE),
  algorithms: ["EdDSA"],
  allowedIss: process.env.ISSUER,
  allowedAud: process.env.AUDIENCE,
  cache: 50_000,
});

const PERSON = `select p.id, p.organisation_id as organisation, array_agg(r.role) as roles from person p
  join person_role r on r.person_id = p.id where p.subject = $1 and p.active group by p.id`;

// People are read anew every two seconds, as the product does.
export function gate(pool) {
  const known = new Map();
  return async (header) => {
    if (!header?.startsWith("Bearer ")) throw new Error("no token");
    const claims = verify(header.slice(7));
    const now = Date.now();
    let person = known.get(claims.sub);
    if (!person || now - person.at > 2000) {
      const { rows } = await pool.query({ name: "person", text: PERSON, values: [claims.sub] });
      if (!rows[0]) throw new Error("nobody");
      person = { ...rows[0], at: now };
      known.set(claims.sub, person);
    }
    if (!claims.roles.every((role) => person.roles.includes(role))) throw new Error("not their role");
    return person;
  };
}
