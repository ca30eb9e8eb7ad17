import { vi } from "vitest";

// Repeats `attempt` until it does not throw. The limit is for steps that take well under a second on an idle machine.
export const eventually = (attempt: () => void) => vi.waitFor(attempt, { timeout: 60_000 });
