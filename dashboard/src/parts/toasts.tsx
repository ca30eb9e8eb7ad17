// Short messages about what was just done. Screen readers read them aloud.
import { signal } from "@preact/signals";

import { Icon } from "./icons";

interface Toast {
  id: number;
  kind: "done" | "failed";
  text: string;
}

const SHOWN_MILLIS = 6_000;
const toasts = signal<Toast[]>([]);
let count = 0;

export function notify(text: string, kind: Toast["kind"] = "done"): void {
  const toast = { id: ++count, kind, text };
  toasts.value = [...toasts.value, toast];
  // A failure stays until the reader closes it.
  if (kind === "done") setTimeout(() => dismiss(toast.id), SHOWN_MILLIS);
}

function dismiss(id: number): void {
  toasts.value = toasts.value.filter((toast) => toast.id !== id);
}

export function Toasts() {
  return (
    <div class="toasts" role="status" aria-live="polite">
      {toasts.value.map((toast) => (
        <div key={toast.id} class={`toast toast-${toast.kind}`}>
          <span>{toast.text}</span>
          <button type="button" class="button icon-only quiet" aria-label="Dismiss" onClick={() => dismiss(toast.id)}>
            <Icon name="close" />
          </button>
        </div>
      ))}
    </div>
  );
}
