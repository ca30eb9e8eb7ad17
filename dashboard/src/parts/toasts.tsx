// Short notices about what was just done; screen readers hear them.
import { signal } from "@preact/signals";

import { Icon } from "./icons";

interface Toast {
  id: number;
  kind: "done" | "failed";
  words: string;
}

const kShownMillis = 6_000;
const toasts = signal<Toast[]>([]);
let count = 0;

export function notify(words: string, kind: Toast["kind"] = "done"): void {
  const toast = { id: ++count, kind, words };
  toasts.value = [...toasts.value, toast];
  // What failed stays until it is closed.
  if (kind === "done") setTimeout(() => dismiss(toast.id), kShownMillis);
}

function dismiss(id: number): void {
  toasts.value = toasts.value.filter((toast) => toast.id !== id);
}

export function Toasts() {
  return (
    <div class="toasts" role="status" aria-live="polite">
      {toasts.value.map((toast) => (
        <div key={toast.id} class={`toast toast-${toast.kind}`}>
          <span>{toast.words}</span>
          <button type="button" class="button icon-only quiet" aria-label="Dismiss" onClick={() => dismiss(toast.id)}>
            <Icon name="close" />
          </button>
        </div>
      ))}
    </div>
  );
}
