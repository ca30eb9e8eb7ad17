// The entry point: signs in with the key that the tab has stored, or without one where that is possible, then shows the dashboard or the
// sign-in page.
import { effect, signal, untracked } from "@preact/signals";
import { render } from "preact";

import { ApiError } from "./api/client";
import type { Actors } from "./domain/actors";
import { Shell } from "./pages/shell";
import { SignIn } from "./pages/sign_in";
import { actors } from "./state/actors";
import { Hub, hub } from "./state/hub";
import {
  enter,
  type Session,
  session,
  signIn,
  signInNotice,
  signOut,
  storedKey,
  wayInWithoutKey,
} from "./state/session";

const starting = signal(true);

// Each session, and each choice of whose events count, has its own hub.
let cancelLoading = () => {};

effect(() => {
  const [current, chosen] = [session.value, actors.value];
  untracked(() => replaceHub(current, chosen));
});

function replaceHub(current: Session | null, chosen: Actors): void {
  cancelLoading();
  cancelLoading = () => {};
  if (hub.value && hub.value.client !== current?.client) {
    hub.value.stop();
    hub.value = null;
  }
  const shown = hub.value;
  if (!current || shown?.actors === chosen) return;
  const fresh = new Hub(current.client, chosen);
  fresh.start();
  if (shown) showWhenLoaded(shown, fresh);
  else hub.value = fresh;
}

// What is shown stays until the new figures are there, and so does the reader's place on the page.
function showWhenLoaded(shown: Hub, fresh: Hub): void {
  const stopWaiting = effect(() => {
    if (fresh.repositories.value === null) return;
    untracked(() => {
      shown.stop();
      hub.value = fresh;
      cancelLoading = () => {};
    });
    queueMicrotask(() => stopWaiting());
  });
  cancelLoading = () => {
    stopWaiting();
    fresh.stop();
  };
}

function App() {
  if (session.value && hub.value) return <Shell hub={hub.value} session={session.value} />;
  return starting.value ? <p class="starting muted">Signing in…</p> : <SignIn />;
}

async function resume(): Promise<void> {
  const key = storedKey();
  try {
    const way = key ? null : await wayInWithoutKey();
    if (key) await signIn(key);
    else if (way) await enter(way);
  } catch (error) {
    const refused = error instanceof ApiError && error.reason === "credentials";
    if (refused) signOut("The server no longer accepts your key. Please sign in again.");
    else signInNotice.value = error instanceof Error ? error.message : String(error); // the next reload tries the key again
  }
  starting.value = false;
}

render(<App />, document.getElementById("app")!);
void resume();
