// Who is signed in. The key is kept in the tab's session storage and nowhere else.
import { signal } from "@preact/signals";

import { Client } from "../api/client";
import type { OwnKey, Role } from "../api/types";

export interface Session {
  client: Client;
  role: Role;
}

const kStorageName = "repopulse.key";

export const session = signal<Session | null>(null);
// Why the session ended or did not start, if the reader should know.
export const sign_in_notice = signal<string | null>(null);

export async function sign_in(key: string): Promise<void> {
  const client = new Client(key, () => {
    if (session.value) sign_out("The server no longer accepts your key. Please sign in again.");
  });
  const { role } = await client.get<OwnKey>("key");
  sessionStorage.setItem(kStorageName, key);
  sign_in_notice.value = null;
  session.value = { client, role };
}

export function sign_out(notice: string | null = null): void {
  sessionStorage.removeItem(kStorageName);
  session.value = null;
  sign_in_notice.value = notice;
}

export function stored_key(): string | null {
  return sessionStorage.getItem(kStorageName);
}
