// A component whose code is loaded when it is shown for the first time.
import type { ComponentType } from "preact";
import { useEffect, useState } from "preact/hooks";

import { Loading } from "./loading";

export function later<Props extends object>(load: () => Promise<ComponentType<Props>>): ComponentType<Props> {
  let loaded: ComponentType<Props> | null = null;
  return function Later(props: Props) {
    const [state, setState] = useState<"loading" | "loaded" | "failed">(loaded ? "loaded" : "loading");
    useEffect(() => {
      if (state !== "loading") return;
      load()
        .then((component) => {
          loaded = component;
          setState("loaded");
        })
        .catch(() => setState("failed"));
    }, [state]);
    if (state === "failed") return <NotLoaded onAgain={() => location.reload()} />;
    if (!loaded) return <Loading />;
    const Component = loaded;
    return <Component {...props} />;
  };
}

// The server may be away, or have another version by now, whose files have other names.
function NotLoaded({ onAgain }: { onAgain: () => void }) {
  return (
    <div class="panel empty" role="alert">
      <h1 tabIndex={-1}>This page could not be loaded</h1>
      <p class="muted">The server cannot be reached, or has a new version.</p>
      <button type="button" class="button" onClick={onAgain}>
        Reload
      </button>
    </div>
  );
}
