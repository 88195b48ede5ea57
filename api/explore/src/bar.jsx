// The bar above the editor: who acts.

import { useEffect, useRef, useState } from "react";
import { words } from "./examples.jsx";

/** The first persona of each role and kind of organisation stands in the bar; the others are in a list beside it. */
const FIRST = [
  "nps-officer",
  "nps-manager",
  "court-officer",
  "crc-officer",
  "card-admin",
  "contract-manager",
  "gym-manager",
  "yss-worker",
  "inspector",
  "system-admin",
];

function Persona({ persona, chosen, onChoose }) {
  return (
    <label className="persona" data-chosen={chosen || undefined}>
      <input
        type="radio"
        name="persona"
        value={persona.subject}
        checked={chosen}
        onChange={() => onChoose(persona.subject)}
      />
      <span className="persona-role">{words(persona.roles.join(" and "))}</span>
      <span className="persona-name">
        {persona.name} · {persona.short}
      </span>
    </label>
  );
}

/** The personas of the demonstration. */
export function Personas({ personas, chosen, onChoose }) {
  const first = FIRST.map((subject) => personas.find((persona) => persona.subject === subject)).filter(Boolean);
  const others = personas.filter((persona) => !first.includes(persona));
  const other = others.find((persona) => persona.subject === chosen);
  return (
    <form className="act-as" onSubmit={(event) => event.preventDefault()}>
      <fieldset>
        <legend>Act as</legend>
        <div className="personas">
          {first.map((persona) => (
            <Persona key={persona.subject} persona={persona} chosen={persona.subject === chosen} onChoose={onChoose} />
          ))}
          <label className="persona persona-other" data-chosen={Boolean(other) || undefined}>
            <span className="persona-role">Somebody else</span>
            <select value={other?.subject ?? ""} onChange={(event) => event.target.value && onChoose(event.target.value)}>
              <option value="">Choose…</option>
              {others.map((persona) => (
                <option key={persona.subject} value={persona.subject}>
                  {persona.name}, {persona.organisation}: {persona.inWords}
                </option>
              ))}
            </select>
          </label>
        </div>
      </fieldset>
    </form>
  );
}

/** A field for a token, where the server has no personas. */
export function Paste({ onUse }) {
  const [token, setToken] = useState("");
  const field = useRef(null);
  useEffect(() => field.current?.focus(), []);
  const use = (event) => {
    event.preventDefault();
    const text = token.trim().replace(/^bearer\s+/i, "");
    if (!text) return field.current?.focus();
    setToken("");
    onUse(text);
  };
  return (
    <form className="paste" onSubmit={use}>
      <label htmlFor="token">Your token</label>
      <input
        id="token"
        ref={field}
        type="password"
        autoComplete="off"
        spellCheck="false"
        aria-describedby="token-about"
        value={token}
        onChange={(event) => setToken(event.target.value)}
      />
      <button type="submit">Act with it</button>
      <span id="token-about">It stays in this page, and is gone when you close or reload it.</span>
    </form>
  );
}
