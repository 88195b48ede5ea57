// What every client watches for, and the change that is made for it.

import { client } from '../typed/client.ts';
import { EditReferralDocument } from '../typed/gql/graphql.ts';
import { fields } from '../referring.ts';
import { token, url } from '../network.ts';

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
