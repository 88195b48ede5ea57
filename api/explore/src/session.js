// Who acts, and with which token. The token is kept in this variable and nowhere else: not in the browser's
// storage, not in an address.

import { parse } from "graphql";
import { createClient } from "graphql-ws";

/** The answer to an operation, from the server's own address. */
async function post(token, body, headers = {}) {
  const response = await fetch("/graphql", {
    method: "POST",
    headers: {
      Accept: "application/graphql-response+json, application/json",
      "Content-Type": "application/json",
      ...headers,
      Authorization: `Bearer ${token}`,
    },
    body: JSON.stringify(body),
    credentials: "omit",
    cache: "no-store",
  });
  const text = await response.text();
  let answer;
  try {
    answer = JSON.parse(text);
  } catch {
    throw new Error(`The server answered ${response.status}: ${text.slice(0, 200) || "nothing"}`);
  }
  return { status: response.status, answer };
}

export class Session {
  #token = null;
  #renewAt = 0;
  #subject = null;
  #socket = null;
  #waiting = [];
  #turn = 0;

  /** Acts as a persona of the demonstration; who that is to the network. */
  async become(subject) {
    const turn = this.#begin();
    const token = await mint(subject);
    return this.#take(turn, token.access_token, subject, token.expires_in);
  }

  /** Acts with a token that was pasted; who that is to the network. */
  async use(token) {
    const turn = this.#begin();
    return this.#take(turn, token, null, Infinity);
  }

  #begin() {
    this.#turn += 1;
    return this.#turn;
  }

  async #take(turn, token, subject, seconds) {
    const { answer } = await post(token, { query: "{ me { person { name } organisation { name } roles } }" });
    // Who was chosen later wins, whichever answer comes first.
    if (turn !== this.#turn) return null;
    const me = answer.data?.me;
    if (!me) throw new Error(answer.errors?.[0]?.message ?? "The token proves nothing here.");
    this.#socket?.dispose();
    this.#socket = null;
    this.#token = token;
    this.#subject = subject;
    this.#renewAt = Date.now() + (seconds - 60) * 1000;
    for (const go of this.#waiting.splice(0)) go();
    return me;
  }

  /** A token that counts now; waits until somebody acts. */
  async #current() {
    if (!this.#token) await new Promise((go) => this.#waiting.push(go));
    if (this.#subject && Date.now() > this.#renewAt) {
      const token = await mint(this.#subject);
      this.#token = token.access_token;
      this.#renewAt = Date.now() + (token.expires_in - 60) * 1000;
    }
    return this.#token;
  }

  /** Executes an operation of GraphiQL's: over HTTP, or, if it is a subscription, over the socket. */
  fetcher = async ({ query, variables, operationName: wished }, { headers } = {}) => {
    const token = await this.#current();
    const { operationName, kind } = operationOf(query, wished);
    if (kind === "subscription") {
      return this.#live().iterate({ query, variables, operationName });
    }
    return (await post(token, { query, variables, operationName }, headers)).answer;
  };

  /** The data of a small query of the page's own. */
  async ask(query) {
    const { answer } = await post(await this.#current(), { query });
    if (answer.errors) throw new Error(answer.errors[0].message);
    return answer.data;
  }

  /** The socket of whoever acts now. Another person gets another one. */
  #live() {
    this.#socket ??= createClient({
      url: `${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/graphql`,
      // Asked for at every connection, so that a broken one is opened again with a token that counts.
      connectionParams: async () => ({ authorization: `Bearer ${await this.#current()}` }),
      retryAttempts: 5,
    });
    return this.#socket;
  }
}

/** Which operation of a document runs. GraphiQL notices a moment after the document that another one is meant. */
function operationOf(query, wished) {
  let operations;
  try {
    operations = parse(query).definitions.filter(({ kind }) => kind === "OperationDefinition");
  } catch {
    // The server says what is wrong with it.
    return { operationName: wished, kind: undefined };
  }
  const named = operations.find(({ name }) => name?.value === wished);
  const meant = named ?? (operations.length === 1 ? operations[0] : undefined);
  return { operationName: meant ? meant.name?.value : wished, kind: meant?.operation };
}

async function mint(subject) {
  const response = await fetch("/explore/token", {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ subject }),
    credentials: "omit",
    cache: "no-store",
  });
  if (!response.ok) throw new Error((await response.text()).trim() || "The server gives no token.");
  return response.json();
}
