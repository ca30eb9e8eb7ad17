import { useState } from "preact/hooks";

import { ApiError } from "../api/client";
import { Icon } from "../parts/icons";
import { sign_in, sign_in_notice } from "../state/session";

export function SignIn() {
  const [busy, set_busy] = useState(false);
  const [problem, set_problem] = useState<string | null>(null);
  const words = problem ?? sign_in_notice.value;

  const submit = async (event: SubmitEvent) => {
    event.preventDefault();
    const key = new FormData(event.currentTarget as HTMLFormElement).get("key");
    if (typeof key !== "string" || key.trim() === "") return set_problem("Please enter a key.");
    set_busy(true);
    set_problem(null);
    try {
      await sign_in(key.trim());
    } catch (error) {
      const unknown = error instanceof ApiError && error.reason === "credentials";
      set_problem(unknown ? "The server does not know this key. Check that it was copied whole." : error instanceof Error ? error.message : String(error));
      set_busy(false);
    }
  };

  return (
    <main class="sign-in" id="main">
      <form class="panel sign-in-panel" onSubmit={submit} autocomplete="off">
        <span class="mark large">
          <Icon name="pulse" />
        </span>
        <h1>repopulse</h1>
        <p class="muted">Sign in with an API key to see the pulse of your repositories.</p>
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
          aria-invalid={words !== null}
          aria-describedby="key-help key-problem"
        />
        <p id="key-problem" class="field-problem" role="alert">
          {words}
        </p>
        <button type="submit" class="button primary wide" disabled={busy}>
          {busy ? "Signing in…" : "Sign in"}
        </button>
        <p id="key-help" class="help">
          The first start of the server prints a key; <code>repopulse keys add</code> makes more. The key stays in this tab and is forgotten when it closes.
        </p>
      </form>
    </main>
  );
}
