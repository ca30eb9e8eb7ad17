// Calls the REST API of the server with one key, or without. Every failure becomes an ApiError with a message for the reader.
import { formatDuration } from "../domain/format";

export type ErrorReason =
  | "unreachable"
  | "credentials"
  | "forbidden"
  | "not_found"
  | "conflict"
  | "invalid"
  | "throttled"
  | "unavailable"
  | "other";

// What is wrong with one item of a list that was sent.
export interface ItemError {
  index: number;
  message: string;
}

// `message` says what went wrong, as a sentence for the reader.
export class ApiError extends Error {
  constructor(
    readonly reason: ErrorReason,
    message: string,
    readonly retryAfterSeconds?: number,
    readonly items: ItemError[] = [],
  ) {
    super(message);
  }
}

export interface Page<T> {
  items: T[];
  more: boolean;
}

const REASONS: Record<number, ErrorReason> = {
  401: "credentials",
  403: "forbidden",
  404: "not_found",
  409: "conflict",
  422: "invalid",
  400: "invalid",
  429: "throttled",
  503: "unavailable",
};

interface CachedAnswer {
  etag: string;
  value: unknown;
}

export class Client {
  private readonly cached = new Map<string, CachedAnswer>();

  // `onRefused` is called when the server does not accept the key. `key` is null for visitors.
  constructor(
    private readonly key: string | null,
    private readonly onRefused: () => void = () => {},
  ) {}

  // A GET that is repeated: returns the same object as last time if the server answers 304 (not modified).
  async getCached<T>(path: string): Promise<T> {
    const known = this.cached.get(path);
    const response = await this.send("GET", path, { headers: known ? { "If-None-Match": known.etag } : {} });
    if (response.status === 304 && known) return known.value as T;
    const value = (await readJson(response)) as T;
    const etag = response.headers.get("ETag");
    if (etag) this.cached.set(path, { etag, value });
    return value;
  }

  async get<T>(path: string): Promise<T> {
    return (await readJson(await this.send("GET", path))) as T;
  }

  async page<T>(path: string): Promise<Page<T>> {
    const response = await this.send("GET", path);
    const more = /rel="?next"?/.test(response.headers.get("Link") ?? "");
    return { items: (await readJson(response)) as T[], more };
  }

  async post<T>(path: string, body?: unknown): Promise<T> {
    const content =
      body === undefined ? {} : { body: JSON.stringify(body), headers: { "Content-Type": "application/json" } };
    return (await readJson(await this.send("POST", path, content))) as T;
  }

  async remove(path: string): Promise<void> {
    await this.send("DELETE", path);
  }

  // Returns the response without reading it; for streams.
  async send(method: string, path: string, options: RequestInit = {}): Promise<Response> {
    let response: Response;
    try {
      response = await fetch(apiAddress(path), {
        ...options,
        method,
        cache: "no-store", // this class keeps the ETags itself and must see a 304
        credentials: "omit",
        headers: {
          Accept: "application/json",
          ...options.headers,
          ...(this.key === null ? {} : { "X-API-Key": this.key }),
        },
      });
    } catch (error) {
      if (options.signal?.aborted) throw error;
      throw new ApiError("unreachable", "The server cannot be reached. Is it running?");
    }
    if (response.ok || response.status === 304) return response;
    if (response.status === 401) this.onRefused();
    throw await errorOf(response);
  }
}

export function apiAddress(path: string): string {
  return new URL(`api/${path}`, document.baseURI).href;
}

export function repositoryPath(fullName: string, tail = ""): string {
  return `repos/${fullName.split("/").map(encodeURIComponent).join("/")}${tail}`;
}

async function readJson(response: Response): Promise<unknown> {
  try {
    return await response.json();
  } catch {
    throw new ApiError("other", "The server sent an answer that is not valid JSON.");
  }
}

async function errorOf(response: Response): Promise<ApiError> {
  const reason = REASONS[response.status] ?? "other";
  const retryAfter = Number(response.headers.get("Retry-After")) || undefined;
  const body = (await response.json().catch(() => null)) as ErrorBody | null;
  return new ApiError(reason, errorMessage(response.status, body, retryAfter), retryAfter, itemErrors(body));
}

interface ErrorBody {
  message?: unknown;
  errors?: { index?: unknown; field?: unknown; message?: unknown }[];
}

export function itemErrors(body: ErrorBody | null): ItemError[] {
  if (!Array.isArray(body?.errors)) return [];
  return body.errors.flatMap((error) =>
    Number.isInteger(error?.index) && typeof error.message === "string"
      ? [{ index: error.index as number, message: error.message }]
      : [],
  );
}

export function errorMessage(status: number, body: ErrorBody | null, retryAfter?: number): string {
  const details = Array.isArray(body?.errors)
    ? body.errors.map((error) => error?.message).filter((text) => typeof text === "string")
    : [];
  const message = typeof body?.message === "string" ? body.message : "";
  switch (status) {
    case 401:
      return "This key is not valid on this server.";
    case 403:
      return message || "This key can read everything and change nothing.";
    case 429:
      return `Too many requests. Try again ${retryAfter ? `in ${formatDuration(retryAfter)}` : "in a moment"}.`;
    case 503:
      return message || "The store does not answer at the moment. repopulse keeps trying.";
    default:
      return details.join(" ") || message || `The server answered with status ${status}.`;
  }
}
