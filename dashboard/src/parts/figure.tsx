// Shows one figure with its label above and a note below.
import type { ComponentChildren } from "preact";

interface FigureProps {
  label: string;
  value: ComponentChildren;
  note?: ComponentChildren;
  warning?: string | undefined;
}

export function Figure({ label, value, note, warning }: FigureProps) {
  return (
    <div class="panel figure">
      <p class="figure-label">{label}</p>
      <p class="figure-value">{value}</p>
      {note && <p class="figure-note">{note}</p>}
      {warning && <p class="figure-warning">{warning}</p>}
    </div>
  );
}
