// Builds links to GitHub's web site. Names are escaped here; an address from an event is used only if it is on the same
// site, because a stranger may have chosen it.

export class GitHubSite {
  private constructor(private readonly origin: string) {}

  // The site of a repository's own page. It differs for GitHub Enterprise.
  static of(htmlUrl: string | undefined): GitHubSite {
    const url = parseWebAddress(htmlUrl);
    return new GitHubSite(url ? url.origin : "https://github.com");
  }

  repository(fullName: string): string {
    return `${this.origin}/${fullName.split("/").map(encodeURIComponent).join("/")}`;
  }

  // `inside("o/r", "compare", "a...b")`; a segment may hold slashes, as names of branches do.
  inside(fullName: string, ...segments: (string | number)[]): string {
    const tail = segments.map((segment) => String(segment).split("/").map(encodeURIComponent).join("/"));
    return [this.repository(fullName), ...tail].join("/");
  }

  user(login: string): string {
    // An application acts as `name[bot]`; its page has another address.
    const bot = /^(.+)\[bot\]$/.exec(login);
    return bot ? `${this.origin}/apps/${encodeURIComponent(bot[1]!)}` : `${this.origin}/${encodeURIComponent(login)}`;
  }

  // The address from an event if it is on this site; else undefined.
  onSite(address: unknown): string | undefined {
    const url = typeof address === "string" ? parseWebAddress(address) : null;
    return url && url.origin === this.origin ? url.href : undefined;
  }
}

function parseWebAddress(address: string | undefined): URL | null {
  if (!address) return null;
  try {
    const url = new URL(address);
    return url.protocol === "https:" || url.protocol === "http:" ? url : null;
  } catch {
    return null;
  }
}
