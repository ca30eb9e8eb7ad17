// Who is signed in. The key is kept in the tab's session storage and nowhere else. A user whom a proxy has signed in has a session without
// a key, and so has a visitor where the server shows everything to everybody.
import { signal } from "@preact/signals";

import { Client } from "../api/client";
import type { OwnKey, PublicView, Role } from "../api/types";

export interface Session {
  client: Client;
  role: Role;
  visitor: boolean; // has no key, and nobody has signed in
  user: string | null; // whom a proxy has signed in
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
  session.value = { client, role, visitor: false, user: null };
}

export type WayIn = "user" | "visitor";

// How one enters without a key: as the user whom a proxy has signed in, or as a visitor. null: not at all, or the server cannot be reached.
export async function wayInWithoutKey(): Promise<WayIn | null> {
  try {
    const view = await new Client(null).get<PublicView>("public");
    if (view.signed_in) return "user";
    return view.public === "read" ? "visitor" : null;
  } catch {
    return null;
  }
}

export async function enter(way: WayIn): Promise<void> {
  if (way === "visitor") visit();
  else await enterAsUser();
}

async function enterAsUser(): Promise<void> {
  const client = new Client(null, () => {
    if (session.value) signOut("You are no longer signed in. Load the page again to sign in.");
  });
  const { role, user } = await client.get<OwnKey>("key");
  signInNotice.value = null;
  session.value = { client, role, visitor: false, user: user ?? "" };
}

function visit(): void {
  const client = new Client(null, () => {
    if (session.value) signOut("The server is no longer open to everybody. Please sign in.");
  });
  signInNotice.value = null;
  session.value = { client, role: "read", visitor: true, user: null };
}

export function signOut(notice: string | null = null): void {
  sessionStorage.removeItem(STORAGE_NAME);
  session.value = null;
  signInNotice.value = notice;
}

export function storedKey(): string | null {
  return sessionStorage.getItem(STORAGE_NAME);
}
