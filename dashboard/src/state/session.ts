// Who is signed in. The key is kept in the tab's session storage and nowhere else. Where the server shows everything to everybody, a
// visitor has a session without a key.
import { signal } from "@preact/signals";

import { Client } from "../api/client";
import type { OwnKey, PublicView, Role } from "../api/types";

export interface Session {
  client: Client;
  role: Role;
  visitor: boolean; // has no key
}

const STORAGE_NAME = "repopulse.key";

export const session = signal<Session | null>(null);
// Why the session ended or did not start, if the reader should know.
export const signInNotice = signal<string | null>(null);

export async function signIn(key: string): Promise<void> {
  const client = new Client(key, () => {
    if (session.value) signOut("The server no longer accepts your key. Please sign in again.");
  });
  const { role } = await client.get<OwnKey>("key");
  sessionStorage.setItem(STORAGE_NAME, key);
  signInNotice.value = null;
  session.value = { client, role, visitor: false };
}

// Whether the server lets everybody read. False where it cannot be reached, too.
export async function visitorsMayRead(): Promise<boolean> {
  try {
    return (await new Client(null).get<PublicView>("public")).public === "read";
  } catch {
    return false;
  }
}

export function visit(): void {
  const client = new Client(null, () => {
    if (session.value) signOut("The server is no longer open to everybody. Please sign in.");
  });
  signInNotice.value = null;
  session.value = { client, role: "read", visitor: true };
}

export function signOut(notice: string | null = null): void {
  sessionStorage.removeItem(STORAGE_NAME);
  session.value = null;
  signInNotice.value = notice;
}

export function storedKey(): string | null {
  return sessionStorage.getItem(STORAGE_NAME);
}
