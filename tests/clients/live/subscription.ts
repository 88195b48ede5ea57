// Whether the schema has live updates, and the same change made for every client that watches for it.

import { buildSchema } from 'graphql';
import { readFileSync } from 'node:fs';

import { client } from '../typed/client.ts';
import { EditReferralDocument } from '../typed/gql/graphql.ts';
import { fields } from '../referring.ts';
import { token, url } from '../network.ts';

const schema = buildSchema(readFileSync(new URL('../../../schema.graphql', import.meta.url), 'utf8'));

/** Why live updates are not tested; false if they are. */
export const skip = schema.getSubscriptionType() ? false : 'the schema has no Subscription type';

/** The selection of a subscription's answer that needs no knowledge of its type. */
export function live(field: string, id?: string): string {
  return id ? `subscription { ${field}(id: ${JSON.stringify(id)}) { __typename } }` : `subscription { ${field} { __typename } }`;
}

/** Changes a draft, so that whoever watches it is told. */
export async function change(referral: { id: string; version: number }, sentenceId: string): Promise<void> {
  const input = { referralId: referral.id, version: referral.version, fields: fields(sentenceId, { urgency: 'URGENT' as const }) };
  const { editReferral } = await client(url, token('nps-officer'))(EditReferralDocument, { input });
  if (editReferral.userErrors.length > 0) throw new Error(JSON.stringify(editReferral.userErrors));
}
