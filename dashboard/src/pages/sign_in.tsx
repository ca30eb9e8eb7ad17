// The sign-in page: asks for an API key.
import { useEffect, useState } from "preact/hooks";

import { ApiError } from "../api/client";
import { Icon } from "../parts/icons";
import { enter, signIn, signInNotice, type WayIn, wayInWithoutKey } from "../state/session";

export function SignIn() {
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const [way, setWay] = useState<WayIn | null>(null);
  const notice = problem ?? signInNotice.value;
  useEffect(() => void wayInWithoutKey().then(setWay), []);

  const submit = async (event: SubmitEvent) => {
    event.preventDefault();
    const key = new FormData(event.currentTarget as HTMLFormElement).get("key");
    if (typeof key !== "string" || key.trim() === "") return setProblem("Please enter a key.");
    await attempt(signIn(key.trim()), "This key is not valid on this server. Check that you copied all of it.");
  };

  // `refusal`: what to say where the server does not let the reader in.
  const attempt = async (entry: Promise<void>, refusal: string) => {
    setBusy(true);
    setProblem(null);
    try {
      await entry;
    } catch (error) {
      const refused = error instanceof ApiError && error.reason === "credentials";
      setProblem(refused ? refusal : error instanceof Error ? error.message : String(error));
      setBusy(false);
    }
  };

  return (
    <main class="sign-in" id="main">
      <form class="panel sign-in-panel" onSubmit={submit} autocomplete="off">
        <span class="mark large">
          <Icon name="pulse" />
        </span>
        <h1>repopulse</h1>
        <p class="muted">Sign in with an API key to see your repositories.</p>
        <label for="key">API key</label>
        <input
          id="key"
          name="key"
          type="password"
          class="input"
          required
          autofocus
          spellcheck={false}
          autocomplete="off"
          aria-invalid={notice !== null}
          aria-describedby="key-help key-problem"
        />
        <p id="key-problem" class="field-problem" role="alert">
          {notice}
        </p>
        <button type="submit" class="button primary wide" disabled={busy}>
          {busy ? "Signing in…" : "Sign in"}
        </button>
        {way && (
          <button
            type="button"
            class="button quiet wide"
            disabled={busy}
            onClick={() => attempt(enter(way), "The server needs a key.")}
          >
            Continue without a key
          </button>
        )}
        <p id="key-help" class="help">
          The server prints a key when it starts for the first time. <code>repopulse keys add</code> creates more. The
          key is kept only in this tab, until you close it.
        </p>
      </form>
    </main>
  );
}
