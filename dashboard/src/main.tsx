// The entry point: signs in with the key that the tab has stored, or as a visitor where everybody may read, then shows the dashboard or
// the sign-in page.
import { effect, signal, untracked } from "@preact/signals";
import { render } from "preact";

import { ApiError } from "./api/client";
import { Shell } from "./pages/shell";
import { SignIn } from "./pages/sign_in";
import { Hub, hub } from "./state/hub";
import { session, sign_in, sign_in_notice, sign_out, stored_key, visit, visitors_may_read } from "./state/session";

const starting = signal(true);

// Each session has its own hub.
effect(() => {
  const current = session.value;
  if (!current) return;
  const fresh = new Hub(current.client);
  hub.value = fresh;
  untracked(() => fresh.start());
  return () => {
    fresh.stop();
    hub.value = null;
  };
});

function App() {
  if (session.value && hub.value) return <Shell hub={hub.value} session={session.value} />;
  return starting.value ? <p class="starting muted">Signing in…</p> : <SignIn />;
}

async function resume(): Promise<void> {
  const key = stored_key();
  try {
    if (key) await sign_in(key);
    else if (await visitors_may_read()) visit();
  } catch (error) {
    const refused = error instanceof ApiError && error.reason === "credentials";
    if (refused) sign_out("The server no longer accepts your key. Please sign in again.");
    else sign_in_notice.value = error instanceof Error ? error.message : String(error);  // the next reload tries the key again
  }
  starting.value = false;
}

render(<App />, document.getElementById("app")!);
void resume();
