// Apollo Client as a front end of this API sets it up.

import { ApolloClient, HttpLink, InMemoryCache } from '@apollo/client';
import { relayStylePagination } from '@apollo/client/utilities';

import { authorization, url } from '../network.ts';

/** A client of somebody's. Lists grow page by page; each filter has its own. */
export function apollo(persona: string, options: { bearer?: string; accept?: string } = {}) {
  const link = new HttpLink({
    uri: url,
    headers: {
      authorization: options.bearer ?? authorization(persona),
      accept: options.accept ?? 'application/graphql-response+json',
    },
  });
  const cache = new InMemoryCache({
    typePolicies: {
      Query: {
        fields: {
          services: relayStylePagination(['provider', 'need', 'text', 'openOn']),
          referrals: relayStylePagination(['filter', 'orderBy']),
        },
      },
    },
  });
  return new ApolloClient({ link, cache });
}
