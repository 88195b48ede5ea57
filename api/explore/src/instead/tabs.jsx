// Instead of GraphiQL's tabs, which nest buttons in `role="tab"` so that a screen reader finds neither. These are a
// list of buttons; the one that is shown says so.

import { createContext, forwardRef, useContext } from "react";
import { clsx } from "clsx";

const Active = createContext(false);

const Root = forwardRef(({ isActive, value, className, children, ...props }, ref) => (
  <li {...props} ref={ref} className={clsx("graphiql-tab", isActive && "graphiql-tab-active", className)}>
    <Active.Provider value={isActive}>{children}</Active.Provider>
  </li>
));

const TabButton = forwardRef(({ className, children, "aria-controls": controls, ...props }, ref) => (
  <button
    {...props}
    ref={ref}
    type="button"
    aria-current={useContext(Active) ? "true" : undefined}
    className={clsx("graphiql-un-styled graphiql-tab-button", className)}
  >
    {children}
  </button>
));

const Close = forwardRef(({ className, ...props }, ref) => (
  <button
    {...props}
    ref={ref}
    type="button"
    aria-label={useContext(Active) ? "Close this tab" : "Close the tab before"}
    className={clsx("graphiql-un-styled graphiql-tab-close", className)}
  >
    <span aria-hidden="true">×</span>
  </button>
));

export const Tab = Object.assign(Root, { Button: TabButton, Close });

export const Tabs = forwardRef(({ values, onReorder, className, children, "aria-label": label, ...props }, ref) => (
  <ul {...props} ref={ref} aria-label="Operations" className={clsx("graphiql-tabs", className)}>
    {children}
  </ul>
));
