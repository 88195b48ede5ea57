// The same for subscriptions: graphql-ws, with the types of the document.

import type { TypedDocumentNode } from '@graphql-typed-document-node/core';
import { print } from 'graphql';
import { createClient } from 'graphql-ws';
import WebSocket from 'ws';

/** Follows as the holder of a token, over one socket. Breaking the loop ends the subscription. */
export function follower(url: string, token: string) {
  // Browsers and Node from 22 on have a WebSocket of their own.
  const socket = createClient({ url, webSocketImpl: WebSocket, connectionParams: { authorization: `Bearer ${token}` } });
  async function* follow<Data, Variables extends Record<string, unknown>>(
    document: TypedDocumentNode<Data, Variables>,
    variables: Variables,
  ): AsyncGenerator<Data, void> {
    for await (const { data, errors } of socket.iterate<Data>({ query: print(document), variables })) {
      if (errors || !data) throw new Error(JSON.stringify(errors));
      yield data;
    }
  }
  return { follow, end: () => socket.dispose() };
}
