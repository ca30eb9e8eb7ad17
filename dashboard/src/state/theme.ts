// Light or dark: as the system is set, until the reader chooses.
import { effect, signal } from "@preact/signals";

export type Theme = "system" | "light" | "dark";

const STORAGE_NAME = "repopulse.theme";
const systemIsDark = matchMedia("(prefers-color-scheme: dark)");

export const theme = signal<Theme>(storedTheme());
// Changes whenever the colours change, so that charts on a canvas are drawn again.
export const coloursChanged = signal(0);

effect(() => {
  if (theme.value === "system") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme.value;
  coloursChanged.value = coloursChanged.peek() + 1;
});
systemIsDark.addEventListener("change", () => coloursChanged.value++);

export function nextTheme(): void {
  const order: Theme[] = ["system", "light", "dark"];
  theme.value = order[(order.indexOf(theme.value) + 1) % order.length]!;
  localStorage.setItem(STORAGE_NAME, theme.value);
}

function storedTheme(): Theme {
  const stored = localStorage.getItem(STORAGE_NAME);
  return stored === "light" || stored === "dark" ? stored : "system";
}
