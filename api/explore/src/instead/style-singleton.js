// Instead of react-style-singleton, which writes a <style> element: the policy of the page forbids those. A sheet
// that is constructed by a script is allowed.

import { useEffect } from "react";

export function stylesheetSingleton() {
  let users = 0;
  let sheet;
  return {
    add(text) {
      users += 1;
      if (users > 1) return;
      sheet = new CSSStyleSheet();
      sheet.replaceSync(text);
      document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
    },
    remove() {
      users -= 1;
      if (users > 0) return;
      document.adoptedStyleSheets = document.adoptedStyleSheets.filter((other) => other !== sheet);
    },
  };
}

export function styleHookSingleton() {
  const sheet = stylesheetSingleton();
  return (text, isDynamic) => {
    useEffect(() => {
      sheet.add(text);
      return () => sheet.remove();
    }, [text && isDynamic]);
  };
}

export function styleSingleton() {
  const useSheet = styleHookSingleton();
  return function Sheet({ styles, dynamic }) {
    useSheet(styles, dynamic);
    return null;
  };
}
