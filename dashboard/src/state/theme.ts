// Light or dark: as the system is set, until the reader chooses.
import { effect, signal } from "@preact/signals";

export type Theme = "system" | "light" | "dark";

const kStorageName = "repopulse.theme";
const system_is_dark = matchMedia("(prefers-color-scheme: dark)");

export const theme = signal<Theme>(stored_theme());
// Changes whenever the colours change, so that charts on a canvas are drawn again.
export const colours_changed = signal(0);

effect(() => {
  if (theme.value === "system") delete document.documentElement.dataset["theme"];
  else document.documentElement.dataset["theme"] = theme.value;
  colours_changed.value = colours_changed.peek() + 1;
});
system_is_dark.addEventListener("change", () => colours_changed.value++);

export function next_theme(): void {
  const order: Theme[] = ["system", "light", "dark"];
  theme.value = order[(order.indexOf(theme.value) + 1) % order.length]!;
  localStorage.setItem(kStorageName, theme.value);
}

function stored_theme(): Theme {
  const stored = localStorage.getItem(kStorageName);
  return stored === "light" || stored === "dark" ? stored : "system";
}
