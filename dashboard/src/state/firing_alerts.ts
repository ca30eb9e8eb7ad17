// The alerts that fire now, on every page. They are asked for again when something happened, at most every 10 s.
import { computed, signal } from "@preact/signals";

import { ApiError, type Client } from "../api/client";
import type { Alert } from "../api/types";

const kMostShown = 100;
const kThrottleMillis = 10_000;

export class FiringAlerts {
  readonly all = signal<Alert[]>([]);  // newest first
  readonly more = computed(() => this.all.value.length === kMostShown);  // there may be others
  readonly supported = signal(true);
  // By the repository's name in lower case.
  readonly by_repository = computed(() => {
    const found = new Map<string, Alert[]>();
    for (const alert of this.all.value) {
      const key = alert.repository?.toLowerCase();
      if (key === undefined) continue;
      const of_repository = found.get(key);
      if (of_repository) of_repository.push(alert);
      else found.set(key, [alert]);
    }
    return found;
  });

  private timer: ReturnType<typeof setTimeout> | undefined;
  private asked_at = -Infinity;

  constructor(private readonly client: Client) {}

  stop(): void {
    clearTimeout(this.timer);
  }

  of(repository_key: string): Alert[] {
    return this.by_repository.value.get(repository_key) ?? [];
  }

  async refresh(): Promise<void> {
    this.asked_at = Date.now();
    try {
      const alerts = await this.client.get_cached<Alert[]>(`alerts/?state=firing&per_page=${kMostShown}`);
      const none_still = alerts.length === 0 && this.all.value.length === 0;
      if (!none_still) this.all.value = alerts;
      this.supported.value = true;
    } catch (error) {
      // An older server has no alerts. Whatever else is wrong, the hub's refresh reports it.
      if (error instanceof ApiError && error.reason === "not_found") this.supported.value = false;
    }
  }

  // Asks soon, because something happened.
  refresh_soon(): void {
    if (!this.supported.value) return;
    this.timer ??= setTimeout(
      () => {
        this.timer = undefined;
        void this.refresh();
      },
      Math.max(1_000, this.asked_at + kThrottleMillis - Date.now()),
    );
  }
}
