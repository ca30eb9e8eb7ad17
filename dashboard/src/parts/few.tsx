// Marks a figure that comes from fewer than five events: with a star, with words for screen readers, and with a tooltip.
import type { ComponentChildren } from "preact";

import { plural } from "../domain/format";

interface FewProps {
  few: boolean;
  events: number;
  children: ComponentChildren;
}

export function Few({ few, events, children }: FewProps) {
  if (!few) return <>{children}</>;
  const words = `from only ${plural(events, "event")}`;
  return (
    <span class="few" title={words}>
      {children}
      <span aria-hidden="true">*</span>
      <span class="visually-hidden"> {words}</span>
    </span>
  );
}

// Explains the star below the figures. Screen readers have the words at each figure.
export function FewNote() {
  return (
    <p class="few-note" aria-hidden="true">
      * from fewer than five events
    </p>
  );
}
