// Addresses on GitHub's web site. A link is built from names that are escaped here; an address that came inside an event
// is used only where it leads to the same site.

export class GitHubSite {
  private constructor(private readonly origin: string) {}

  // The site that a repository's own page is on, so that GitHub Enterprise works.
  static of(html_url: string | undefined): GitHubSite {
    const url = parse_web_address(html_url);
    return new GitHubSite(url ? url.origin : "https://github.com");
  }

  repository(full_name: string): string {
    return `${this.origin}/${full_name.split("/").map(encodeURIComponent).join("/")}`;
  }

  // `inside("o/r", "compare", "a...b")`; slashes in a segment are those of a branch's name.
  inside(full_name: string, ...segments: (string | number)[]): string {
    const tail = segments.map((segment) => String(segment).split("/").map(encodeURIComponent).join("/"));
    return [this.repository(full_name), ...tail].join("/");
  }

  user(login: string): string {
    // Applications act as `name[bot]`; their page is under another address.
    const bot = /^(.+)\[bot\]$/.exec(login);
    return bot ? `${this.origin}/apps/${encodeURIComponent(bot[1]!)}` : `${this.origin}/${encodeURIComponent(login)}`;
  }

  // An address from an event, if it is on this site; else undefined.
  own(address: unknown): string | undefined {
    const url = typeof address === "string" ? parse_web_address(address) : null;
    return url && url.origin === this.origin ? url.href : undefined;
  }
}

function parse_web_address(address: string | undefined): URL | null {
  if (!address) return null;
  try {
    const url = new URL(address);
    return url.protocol === "https:" || url.protocol === "http:" ? url : null;
  } catch {
    return null;
  }
}
