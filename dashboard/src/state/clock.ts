// The clock that the whole page uses: seconds since 1970, updated once a second while the page is visible.
import { computed, signal } from "@preact/signals";

import { MINUTE } from "../domain/format";
import { lastFullHour } from "../domain/trend";

export const now = signal(Date.now() / 1000);

setInterval(() => {
  if (!document.hidden) now.value = Date.now() / 1000;
}, 1000);
document.addEventListener("visibilitychange", () => {
  if (!document.hidden) now.value = Date.now() / 1000;
});

export const thisHour = computed(() => lastFullHour(now.value));

// The end of the present minute, for what need not move every second.
export const thisMinute = computed(() => Math.ceil(now.value / MINUTE) * MINUTE);
