// The frame of every page: name, navigation, connection state, theme, sign-out, banners and messages.
import { useEffect, useRef } from "preact/hooks";
import type { Route } from "../domain/route";
import { alertCount } from "../parts/alerts_notice";
import { Icon, type IconName } from "../parts/icons";
import { later } from "../parts/later";
import { PollerNotice } from "../parts/poller_state";
import { RemoveDialog } from "../parts/repository_actions";
import { Toasts } from "../parts/toasts";
import type { Connection, Hub } from "../state/hub";
import { route } from "../state/router";
import { type Session, signOut } from "../state/session";
import { nextTheme, theme } from "../state/theme";
import { AlertsPage } from "./alerts";
import { Overview } from "./overview";
import { PollerPage } from "./poller";

// The pages with large charts are loaded when they are wanted.
const RepositoryPage = later(async () => (await import("./repository")).RepositoryPage);
const ComparePage = later(async () => (await import("./compare")).ComparePage);

export function Shell({ hub, session }: { hub: Hub; session: Session }) {
  const main = useRef<HTMLElement>(null);
  const place = route.value;
  const name = place.page === "repository" ? place.fullName : place.page;
  const first = useRef(true);
  useEffect(() => {
    document.title = titleOf(place);
    if (first.current) {
      first.current = false;
      return;
    }
    scrollTo(0, 0);
    return focusHeading(main.current!);
  }, [name]);
  return (
    <>
      {/* biome-ignore lint/a11y/useValidAnchor: it leads to the content, and the address must stay the page's. */}
      <a
        class="skip"
        href="#main"
        onClick={(event) => {
          event.preventDefault();
          main.current?.querySelector("h1")?.focus();
        }}
      >
        Skip to the content
      </a>
      <header class="top">
        <a class="brand" href="#/" aria-label="repopulse, overview">
          <span class="mark">
            <Icon name="pulse" />
          </span>
          <span class="brand-name">repopulse</span>
        </a>
        <nav aria-label="Main">
          <NavLink
            href="#/"
            current={["overview", "repository", "compare"].includes(place.page)}
            label="Repositories"
          />
          {hub.alerts.supported.value && <AlertsLink hub={hub} current={place.page === "alerts"} />}
          <NavLink href="#/poller" current={place.page === "poller"} label="Poller" />
          <a href="api/docs">API</a>
        </nav>
        <div class="top-end">
          <ConnectionState state={hub.connection.value} />
          <ThemeButton />
          <Identity session={session} />
        </div>
      </header>
      <PollerNotice poller={hub.poller.value} />
      {hub.connection.value === "offline" && (
        <div class="banner tone-bad" role="alert">
          The server cannot be reached. The page shows the last known data and keeps trying.
        </div>
      )}
      <main id="main" ref={main}>
        <Page hub={hub} place={place} />
      </main>
      <RemoveDialog />
      <Toasts />
    </>
  );
}

// A new page starts at its heading, for keyboards and screen readers. The heading may come later than the page.
function focusHeading(page: HTMLElement): () => void {
  const focus = () => {
    const heading = page.querySelector("h1");
    heading?.focus({ preventScroll: true });
    return heading !== null;
  };
  const observer = new MutationObserver(() => {
    if (focus()) observer.disconnect();
  });
  if (!focus()) observer.observe(page, { childList: true, subtree: true });
  return () => observer.disconnect();
}

function titleOf(place: Route): string {
  switch (place.page) {
    case "repository":
      return `${place.fullName} · repopulse`;
    case "compare":
      return "Compare · repopulse";
    case "poller":
      return "Poller · repopulse";
    case "alerts":
      return "Alerts · repopulse";
    default:
      return "repopulse";
  }
}

// With the number of alerts that fire now.
function AlertsLink({ hub, current }: { hub: Hub; current: boolean }) {
  const { all, more } = hub.alerts;
  const count = all.value.length;
  return (
    <a href="#/alerts" aria-current={current ? "page" : undefined}>
      Alerts
      <span role="status">
        {count > 0 && (
          <span class="nav-count">
            <span aria-hidden="true">{more.value ? `${count}+` : count}</span>
            <span class="visually-hidden">: {alertCount(count, more.value)} now</span>
          </span>
        )}
      </span>
    </a>
  );
}

// Who reads, and the way to become somebody else.
function Identity({ session }: { session: Session }) {
  if (session.visitor) {
    return (
      <button
        type="button"
        class="button quiet"
        title="Everybody can read this server. Changes need a key"
        onClick={() => signOut()}
      >
        <Icon name="key" /> Sign in
      </button>
    );
  }
  const admin = session.role === "admin";
  if (session.user !== null) {
    return (
      <span
        class="pill role"
        title={
          admin
            ? "Signed in by the proxy. You can add, change and remove repositories"
            : "Signed in by the proxy. You can read everything and change nothing"
        }
      >
        <Icon name={admin ? "key" : "eye"} /> <bdi class="user-name">{session.user}</bdi>
      </span>
    );
  }
  return (
    <>
      <span
        class="pill role"
        title={
          admin ? "This key can add, change and remove repositories" : "This key can read everything and change nothing"
        }
      >
        <Icon name={admin ? "key" : "eye"} /> {admin ? "admin" : "read only"}
      </span>
      <button
        type="button"
        class="button quiet icon-only"
        aria-label="Sign out"
        title="Sign out"
        onClick={() => signOut()}
      >
        <Icon name="exit" />
      </button>
    </>
  );
}

function Page({ hub, place }: { hub: Hub; place: Route }) {
  switch (place.page) {
    case "overview":
      return <Overview hub={hub} />;
    case "repository":
      return <RepositoryPage hub={hub} fullName={place.fullName} />;
    case "compare":
      return <ComparePage hub={hub} />;
    case "poller":
      return <PollerPage hub={hub} />;
    case "alerts":
      return <AlertsPage hub={hub} />;
    case "unknown":
      return (
        <div class="panel empty">
          <h1 tabIndex={-1}>Page not found</h1>
          <a class="button" href="#/">
            All repositories
          </a>
        </div>
      );
  }
}

function NavLink({ href, current, label }: { href: string; current: boolean; label: string }) {
  return (
    <a href={href} aria-current={current ? "page" : undefined}>
      {label}
    </a>
  );
}

const CONNECTION_TEXTS: Record<Connection, { label: string; title: string }> = {
  connecting: { label: "Connecting", title: "Connecting to the live stream" },
  live: { label: "Live", title: "New events appear as soon as they are stored" },
  polling: {
    label: "Every 10 s",
    title: "The live stream is not available. The page asks the server every 10 s and keeps trying the stream",
  },
  offline: { label: "Offline", title: "The server cannot be reached" },
};

function ConnectionState({ state }: { state: Connection }) {
  const { label, title } = CONNECTION_TEXTS[state];
  return (
    <span class={`connection connection-${state}`} title={title} role="status">
      <i aria-hidden="true" /> {label}
    </span>
  );
}

const THEME_ICONS: Record<string, IconName> = { system: "system", light: "sun", dark: "moon" };

function ThemeButton() {
  const label = `Theme: ${theme.value}. Click to change`;
  return (
    <button type="button" class="button quiet icon-only" aria-label={label} title={label} onClick={nextTheme}>
      <Icon name={THEME_ICONS[theme.value]!} />
    </button>
  );
}
