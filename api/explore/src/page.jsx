// The page to explore: a bar that says who acts, and GraphiQL.

import { useCallback, useEffect, useMemo, useState } from "react";
import { createRoot } from "react-dom/client";
import { GraphiQL } from "graphiql";
import "graphiql/style.css";
import "./page.css";
import { Paste, Personas } from "./bar.jsx";
import { EXAMPLES, Examples, words } from "./examples.jsx";
import { Editors } from "./editors.jsx";
import { Session } from "./session.js";

const PLUGINS = [EXAMPLES];
const WELCOME = `# Choose who acts above and an example on the
# left; run it with Ctrl-Enter. The book explains
# every name.

query WhoAmI {
  me {
    person { name email }
    organisation { name kind }
    roles
  }
}
`;

const session = new Session();

/** What was last typed lives as long as the tab of the browser: operations can hold names and numbers of people. */
const storage = {
  getItem: (key) => sessionStorage.getItem(key),
  setItem: (key, value) => sessionStorage.setItem(key, value),
  removeItem: (key) => sessionStorage.removeItem(key),
  clear: () => sessionStorage.clear(),
  get length() {
    return sessionStorage.length;
  },
};

function Page({ start }) {
  const [me, setMe] = useState(null);
  const [chosen, setChosen] = useState(null);
  const [problem, setProblem] = useState("");

  const take = useCallback(async (becoming) => {
    setProblem("");
    try {
      const taken = await becoming;
      if (taken) setMe(taken);
    } catch (error) {
      setMe(null);
      setProblem(error.message);
    }
  }, []);
  const become = useCallback(
    (subject) => {
      setChosen(subject);
      storage.setItem("persona", subject);
      take(session.become(subject));
    },
    [take],
  );
  const paste = useCallback((token) => take(session.use(token)), [take]);

  useEffect(() => {
    const { personas } = start;
    if (!personas) return;
    const before = personas.find(({ subject }) => subject === storage.getItem("persona"));
    become((before ?? personas.find(({ subject }) => subject === "nps-officer") ?? personas[0]).subject);
  }, [start, become]);

  const known = useMemo(
    () => ({ examples: start.examples, roles: me?.roles ?? [], ask: (query) => session.ask(query) }),
    [start, me],
  );
  return (
    <>
      <a className="skip" href="#explore">
        Skip to the editor
      </a>
      <header className="top">
        <div className="brand">
          <h1>Partner network</h1>
          <p className="who" role="status">
            {me
              ? `You act as ${me.person.name}, ${me.organisation.name}: ${me.roles.map(words).join(", ").toLowerCase()}.`
              : problem
                ? "Nobody acts."
                : start.personas
                  ? "…"
                  : "Paste a token to begin."}
          </p>
          <nav aria-label="Elsewhere">{start.reference && <a href="/reference">Reference of the schema</a>}</nav>
        </div>
        {start.personas ? <Personas personas={start.personas} chosen={chosen} onChoose={become} /> : <Paste onUse={paste} />}
        <p className="problem" role="alert">
          {problem}
        </p>
      </header>
      <main id="explore" tabIndex={-1} aria-label="Editor">
        <Examples.Provider value={known}>
          <GraphiQL
            fetcher={session.fetcher}
            storage={storage}
            plugins={PLUGINS}
            defaultQuery={WELCOME}
            defaultEditorToolsVisibility="variables"
            shouldPersistHeaders={false}
            forcedTheme="system"
            inputValueDeprecation
          >
            <GraphiQL.Logo>{null}</GraphiQL.Logo>
            <Editors />
          </GraphiQL>
        </Examples.Provider>
      </main>
    </>
  );
}

const root = createRoot(document.getElementById("page"));
try {
  const response = await fetch("/explore/start", { credentials: "omit" });
  if (!response.ok) throw new Error(await response.text());
  root.render(<Page start={await response.json()} />);
} catch (error) {
  root.render(<p role="alert">The page cannot begin: {error.message}</p>);
}
