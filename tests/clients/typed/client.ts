// A typed client of twenty lines: what a front end needs when it wants no library.

import type { TypedDocumentNode } from '@graphql-typed-document-node/core';
import { print } from 'graphql';

export interface GraphQLError {
  message: string;
  path?: (string | number)[];
  extensions: { code: string; requestId?: string };
}

/** What is thrown when an answer has errors; refusals by rules are data and never come here. */
export class NetworkRefusal extends Error {
  readonly status: number;
  readonly errors: GraphQLError[];
  constructor(status: number, errors: GraphQLError[]) {
    super(errors.map((error) => `${error.extensions.code}: ${error.message}`).join('\n'));
    this.status = status;
    this.errors = errors;
  }
}

/** Asks as the holder of a token, in types that come from the document. */
export function client(url: string, token: string) {
  return async function ask<Data, Variables>(
    document: TypedDocumentNode<Data, Variables>,
    ...[variables]: Variables extends Record<string, never> ? [] : [Variables]
  ): Promise<Data> {
    const response = await fetch(url, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${token}`,
        'content-type': 'application/json',
        accept: 'application/graphql-response+json',
      },
      body: JSON.stringify({ query: print(document), variables }),
    });
    const answer = (await response.json()) as { data?: Data; errors?: GraphQLError[] };
    if (answer.errors) throw new NetworkRefusal(response.status, answer.errors);
    return answer.data as Data;
  };
}
