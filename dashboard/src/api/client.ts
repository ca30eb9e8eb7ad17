// The REST side of the server: one key, errors in words, and answers that are only sent again when they changed.

export type ErrorReason = "unreachable" | "credentials" | "forbidden" | "not_found" | "conflict" | "invalid" | "throttled" | "unavailable" | "other";

// What went wrong, as a sentence for the reader.
export class ApiError extends Error {
  constructor(
    readonly reason: ErrorReason,
    message: string,
    readonly retry_after_seconds?: number,
  ) {
    super(message);
  }
}

export interface Page<T> {
  items: T[];
  more: boolean;
}

const kReasons: Record<number, ErrorReason> = {
  401: "credentials", 403: "forbidden", 404: "not_found", 409: "conflict", 422: "invalid", 400: "invalid", 429: "throttled", 503: "unavailable",
};

interface Remembered {
  etag: string;
  value: unknown;
}

export class Client {
  private readonly remembered = new Map<string, Remembered>();

  // `on_refused` is told when the server no longer takes the key.
  constructor(
    private readonly key: string,
    private readonly on_refused: () => void = () => {},
  ) {}

  // The answer to a GET that is asked again and again: the same object as last time while the server says 304.
  async watch<T>(path: string): Promise<T> {
    const known = this.remembered.get(path);
    const response = await this.send("GET", path, { headers: known ? { "If-None-Match": known.etag } : {} });
    if (response.status === 304 && known) return known.value as T;
    const value = (await read_json(response)) as T;
    const etag = response.headers.get("ETag");
    if (etag) this.remembered.set(path, { etag, value });
    return value;
  }

  async get<T>(path: string): Promise<T> {
    return (await read_json(await this.send("GET", path))) as T;
  }

  async page<T>(path: string): Promise<Page<T>> {
    const response = await this.send("GET", path);
    const more = /rel="?next"?/.test(response.headers.get("Link") ?? "");
    return { items: (await read_json(response)) as T[], more };
  }

  async post<T>(path: string, body?: unknown): Promise<T> {
    const content = body === undefined ? {} : { body: JSON.stringify(body), headers: { "Content-Type": "application/json" } };
    return (await read_json(await this.send("POST", path, content))) as T;
  }

  async remove(path: string): Promise<void> {
    await this.send("DELETE", path);
  }

  // The bytes as they come; for streams.
  async send(method: string, path: string, options: RequestInit = {}): Promise<Response> {
    let response: Response;
    try {
      response = await fetch(api_address(path), {
        ...options,
        method,
        cache: "no-store",  // validators are kept here, so that a 304 is seen
        credentials: "omit",
        headers: { Accept: "application/json", ...options.headers, "X-API-Key": this.key },
      });
    } catch (error) {
      if (options.signal?.aborted) throw error;
      throw new ApiError("unreachable", "repopulse cannot be reached. Is the server running?");
    }
    if (response.ok || response.status === 304) return response;
    if (response.status === 401) this.on_refused();
    throw await error_of(response);
  }
}

export function api_address(path: string): string {
  return new URL(`api/${path}`, document.baseURI).href;
}

export function repository_path(full_name: string, tail = ""): string {
  return `repos/${full_name.split("/").map(encodeURIComponent).join("/")}${tail}`;
}

async function read_json(response: Response): Promise<unknown> {
  try {
    return await response.json();
  } catch {
    throw new ApiError("other", "The server's answer could not be read.");
  }
}

async function error_of(response: Response): Promise<ApiError> {
  const reason = kReasons[response.status] ?? "other";
  const retry_after = Number(response.headers.get("Retry-After")) || undefined;
  const body = (await response.json().catch(() => null)) as { message?: unknown; errors?: { field?: unknown; message?: unknown }[] } | null;
  return new ApiError(reason, error_words(response.status, body, retry_after), retry_after);
}

export function error_words(
  status: number,
  body: { message?: unknown; errors?: { field?: unknown; message?: unknown }[] } | null,
  retry_after?: number,
): string {
  const details = Array.isArray(body?.errors) ? body.errors.map((error) => error?.message).filter((words) => typeof words === "string") : [];
  const message = typeof body?.message === "string" ? body.message : "";
  switch (status) {
    case 401:
      return "The server does not know this key.";
    case 403:
      return message || "This key may look, but not change anything.";
    case 429:
      return `Too many requests. Try again ${retry_after ? `in ${retry_after} seconds` : "in a moment"}.`;
    case 503:
      return message || "The store is away for the moment. repopulse keeps trying.";
    default:
      return details.join(" ") || message || `The server answered with status ${status}.`;
  }
}
