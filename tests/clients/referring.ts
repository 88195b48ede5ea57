// Draft referrals of people from the demonstration, made by an officer.

import assert from 'node:assert/strict';

import { client } from './typed/client.ts';
import { CasesDocument, DraftReferralDocument, ServicesDocument } from './typed/gql/graphql.ts';
import type { DraftReferralMutation, ReferralFields } from './typed/gql/graphql.ts';
import { token, url } from './network.ts';

/** What the draft says, but for what `more` says. */
export function fields(sentenceId: string, more: Partial<ReferralFields> = {}): ReferralFields {
  return {
    urgency: 'ROUTINE',
    sentenceId,
    rarDays: 6,
    expectedUnits: 10,
    reason: 'Has to leave his friends by the spring.',
    riskSummary: 'Calm with staff.',
    desiredOutcomes: [{ need: 'ACCOMMODATION', description: 'Has a tenancy of his own.' }],
    ...more,
  };
}

/** A draft of the NPS officer's, of somebody whom nobody has referred to this service yet. */
export async function draft(service = 'Meet and Mentor', ask = client(url, token('nps-officer'))) {
  const { services } = await ask(ServicesDocument, { text: service, first: 1 });
  const serviceId = services.edges[0]?.node.id;
  assert(serviceId, service);
  const { cases } = await ask(CasesDocument, { first: 100 });
  for (const { id: caseId, sentences } of cases.nodes) {
    const sentenceId = sentences.nodes[0]?.id;
    if (!sentenceId) continue;
    const { draftReferral }: DraftReferralMutation = await ask(DraftReferralDocument, { input: { caseId, serviceId, fields: fields(sentenceId) } });
    const referral = draftReferral.referral;
    if (referral) return { referral, caseId, sentenceId, serviceId };
    // One open referral of a person to a service is enough.
    assert.deepEqual(draftReferral.userErrors.map((error) => error.code), ['DUPLICATE']);
  }
  assert.fail(`Everybody is referred to ${service}.`);
}
