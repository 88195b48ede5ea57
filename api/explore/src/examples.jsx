// The saved operations, as a pane of GraphiQL: those of whoever acts first.

import { createContext, useContext, useEffect, useRef, useState } from "react";
import { useEditorContext } from "@graphiql/react";

/** What the pane needs to know: the examples, the roles of whoever acts, and how to ask. */
export const Examples = createContext({ examples: [], roles: [], ask: null });

function Icon() {
  return (
    <svg viewBox="0 0 16 16" width="1em" height="1em" fill="none" stroke="currentColor" strokeWidth="1.4" aria-hidden="true">
      <path d="M3 2.5h7l3 3v8H3z" />
      <path d="M5.5 8h5M5.5 10.5h5" />
    </svg>
  );
}

/** The value at a JSON pointer. */
const at = (data, pointer) => pointer.split("/").slice(1).reduce((value, step) => value?.[step], data);

/** The variables of an example, with what has to be looked up first. */
async function variablesOf(example, ask) {
  if (!example.find) return "";
  const data = await ask(example.find.document);
  const found = Object.entries(example.find.variables).map(([name, pointer]) => [name, at(data, pointer)]);
  if (found.some(([, value]) => value === undefined || value === null)) {
    throw new Error(`“${example.title}” needs something that is not there for you now.`);
  }
  return JSON.stringify(Object.fromEntries(found), null, 2);
}

export const words = (role) => {
  const text = role.toLowerCase().replaceAll("_", " ");
  return text[0].toUpperCase() + text.slice(1);
};

function Pane() {
  const { examples, roles, ask } = useContext(Examples);
  const { addTab, tabs, activeTabIndex, queryEditor, variableEditor } = useEditorContext({ nonNull: true });
  const [problem, setProblem] = useState("");
  const [everybody, setEverybody] = useState(false);
  const [pending, setPending] = useState(null);
  const known = useRef(tabs.length);

  // A new tab's editors are empty only once it is shown.
  useEffect(() => {
    if (!pending || (pending.needsTab && tabs.length === known.current)) return;
    known.current = tabs.length;
    queryEditor?.setValue(pending.document);
    variableEditor?.setValue(pending.variables);
    queryEditor?.focus();
    setPending(null);
  }, [pending, tabs.length, queryEditor, variableEditor]);

  const open = async (example) => {
    setProblem("");
    try {
      const variables = await variablesOf(example, ask);
      const shown = tabs[activeTabIndex];
      const needsTab = Boolean(shown?.query?.trim()) && !examples.some(({ document }) => document === shown.query);
      known.current = tabs.length;
      if (needsTab) addTab();
      setPending({ document: example.document, variables, needsTab });
    } catch (error) {
      setProblem(error.message);
    }
  };

  const groups = Map.groupBy ? Map.groupBy(examples, ({ role }) => role) : group(examples);
  const own = [...groups].filter(([role]) => roles.includes(role));
  const shown = everybody || own.length === 0 ? [...groups] : own;
  return (
    <section aria-label="Examples" className="examples">
      <h2 className="examples-title">Examples</h2>
      <p role="alert" className="examples-problem">
        {problem}
      </p>
      {shown.map(([role, all]) => (
        <section key={role} aria-label={words(role)}>
          <h3>{words(role)}</h3>
          <ul>
            {all.map((example) => (
              <li key={example.name}>
                <button type="button" onClick={() => open(example)}>
                  <span className={`kind kind-${example.kind}`}>{example.kind}</span>
                  <span className="examples-name">{example.title}</span>
                  <span className="examples-about">{example.about}</span>
                </button>
              </li>
            ))}
          </ul>
        </section>
      ))}
      {own.length > 0 && (
        <button type="button" className="examples-more" aria-pressed={everybody} onClick={() => setEverybody(!everybody)}>
          {everybody ? "Only those of this role" : "Those of the other roles"}
        </button>
      )}
    </section>
  );
}

function group(examples) {
  const groups = new Map();
  for (const example of examples) groups.set(example.role, [...(groups.get(example.role) ?? []), example]);
  return groups;
}

export const EXAMPLES = { title: "Examples", icon: Icon, content: Pane };
