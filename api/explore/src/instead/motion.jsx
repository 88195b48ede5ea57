// Instead of framer-motion (120 kB), which is used to drag the tabs of operations about with a mouse. Here they
// stay where they are, for everybody.

import { createElement, forwardRef } from "react";

const plain = forwardRef(({ as = "div", values, value, onReorder, axis, ...props }, ref) =>
  createElement(as, { ...props, ref }),
);

export const Reorder = { Group: plain, Item: plain };
