// What GraphiQL leaves undone in its editors: names for screen readers, and a way out for the keyboard.

import { useEffect } from "react";
import { useEditorContext, usePluginStore } from "@graphiql/react";

function prepare(editor, name) {
  if (!editor) return;
  editor.setOption("screenReaderLabel", name);
  // Tab leaves an editor, as it leaves every other field.
  editor.setOption("extraKeys", { ...editor.getOption("extraKeys"), Tab: false, "Shift-Tab": false });
  const scroller = editor.getScrollerElement();
  scroller.tabIndex = 0;
  scroller.setAttribute("role", "group");
  scroller.setAttribute("aria-label", `${name}, to scroll`);
}

export function Editors() {
  const { queryEditor, variableEditor, headerEditor, responseEditor } = useEditorContext({ nonNull: true });
  const ready = usePluginStore().plugins.length > 0;
  useEffect(() => prepare(queryEditor, "Operation"), [queryEditor]);
  useEffect(() => prepare(variableEditor, "Variables"), [variableEditor]);
  useEffect(() => prepare(headerEditor, "Headers"), [headerEditor]);
  useEffect(() => prepare(responseEditor, "Answer"), [responseEditor]);
  useEffect(() => {
    // A pane that is named from the beginning stays hidden; GraphiQL shows it when its button is pressed.
    if (ready) document.querySelector('.graphiql-sidebar button[aria-label="Show Examples"]')?.click();
  }, [ready]);
  return null;
}
