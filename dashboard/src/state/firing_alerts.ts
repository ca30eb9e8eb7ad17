// The alerts that fire now, on every page. They are asked for again when something happened, at most every 10 s.
import { computed, signal } from "@preact/signals";

import { ApiError, type Client } from "../api/client";
import type { Alert } from "../api/types";

const MOST_SHOWN = 100;
const THROTTLE_MILLIS = 10_000;

export class FiringAlerts {
  readonly all = signal<Alert[]>([]); // newest first
  readonly more = computed(() => this.all.value.length === MOST_SHOWN); // there may be others
  readonly supported = signal(true);
  // By the repository's name in lower case.
  readonly byRepository = computed(() => {
    const found = new Map<string, Alert[]>();
    for (const alert of this.all.value) {
      const key = alert.repository?.toLowerCase();
      if (key === undefined) continue;
      const ofRepository = found.get(key);
      if (ofRepository) ofRepository.push(alert);
      else found.set(key, [alert]);
    }
    return found;
  });

  private timer: ReturnType<typeof setTimeout> | undefined;
  private askedAt = -Infinity;

  constructor(private readonly client: Client) {}

  stop(): void {
    clearTimeout(this.timer);
  }

  of(repositoryKey: string): Alert[] {
    return this.byRepository.value.get(repositoryKey) ?? [];
  }

  async refresh(): Promise<void> {
    this.askedAt = Date.now();
    try {
      const alerts = await this.client.getCached<Alert[]>(`alerts/?state=firing&per_page=${MOST_SHOWN}`);
      const noneStill = alerts.length === 0 && this.all.value.length === 0;
      if (!noneStill) this.all.value = alerts;
      this.supported.value = true;
    } catch (error) {
      // An older server has no alerts. Whatever else is wrong, the hub's refresh reports it.
      if (error instanceof ApiError && error.reason === "not_found") this.supported.value = false;
    }
  }

  // Asks soon, because something happened.
  refreshSoon(): void {
    if (!this.supported.value) return;
    this.timer ??= setTimeout(
      () => {
        this.timer = undefined;
        void this.refresh();
      },
      Math.max(1_000, this.askedAt + THROTTLE_MILLIS - Date.now()),
    );
  }
}
