// Who is signed in. The key lives in the tab's session storage and nowhere else.
import { signal } from "@preact/signals";

import { ApiError, Client } from "../api/client";

export type Role = "admin" | "read";

export interface Session {
  client: Client;
  role: Role;
}

const kStorageName = "repopulse.key";

export const session = signal<Session | null>(null);
// Why there is no session, where that is worth saying.
export const sign_in_notice = signal<string | null>(null);

export async function sign_in(key: string): Promise<void> {
  const client = new Client(key, () => {
    if (session.value) sign_out("The server no longer accepts your key. Please sign in again.");
  });
  const role = await role_of(client);
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

// The server tells what a key may do only by refusing: an object without a name can never be added, and is refused as
// such to a key that may add, but for the key's sake to one that may not.
async function role_of(client: Client): Promise<Role> {
  try {
    await client.post("repos/", {});
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    if (error.reason === "forbidden") return "read";
    if (error.reason !== "invalid") throw error;
  }
  return "admin";
}
