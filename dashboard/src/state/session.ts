// Who is signed in. The key is kept in the tab's session storage and nowhere else. Where the server shows everything to everybody, a
// visitor has a session without a key.
import { signal } from "@preact/signals";

import { Client } from "../api/client";
import type { OwnKey, PublicView, Role } from "../api/types";

export interface Session {
  client: Client;
  role: Role;
  visitor: boolean;  // has no key
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
  session.value = { client, role, visitor: false };
}

// Whether the server lets everybody read. False where it cannot be reached, too.
export async function visitors_may_read(): Promise<boolean> {
  try {
    return (await new Client(null).get<PublicView>("public")).public === "read";
  } catch {
    return false;
  }
}

export function visit(): void {
  const client = new Client(null, () => {
    if (session.value) sign_out("The server is no longer open to everybody. Please sign in.");
  });
  sign_in_notice.value = null;
  session.value = { client, role: "read", visitor: true };
}

export function sign_out(notice: string | null = null): void {
  sessionStorage.removeItem(kStorageName);
  session.value = null;
  sign_in_notice.value = notice;
}

export function stored_key(): string | null {
  return sessionStorage.getItem(kStorageName);
}
