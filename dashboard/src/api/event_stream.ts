// Reads the server's event stream (`text/event-stream`, WHATWG HTML, section 9.2) with fetch(), because EventSource cannot
// send the key in a header.
import { ApiError } from "./client";

export interface StreamMessage {
  event: string;
  data: string;
}

// Takes the stream in pieces of any size and returns the messages that are complete.
export class StreamParser {
  lastEventId = "";
  retryMillis: number | null = null;
  private rest = "";
  private event = "";
  private data: string[] = [];

  push(text: string): StreamMessage[] {
    const messages: StreamMessage[] = [];
    const lines = (this.rest + text).split(/\r\n|\n|\r(?!$)/);
    this.rest = lines.pop()!;
    for (const line of lines) {
      if (line !== "") this.field(line);
      else if (this.data.length > 0) messages.push(this.take());
    }
    return messages;
  }

  private field(line: string): void {
    const colon = line.indexOf(":");
    if (colon === 0) return; // a comment keeps the connection alive
    const name = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? "" : line.slice(colon + 1).replace(/^ /, "");
    if (name === "event") this.event = value;
    else if (name === "data") this.data.push(value);
    else if (name === "id" && !value.includes("\0")) this.lastEventId = value;
    else if (name === "retry" && /^\d+$/.test(value)) this.retryMillis = Number(value);
  }

  private take(): StreamMessage {
    const message = { event: this.event || "message", data: this.data.join("\n") };
    this.event = "";
    this.data = [];
    return message;
  }
}

export type StreamState = "connecting" | "live" | "waiting";

export interface StreamOptions {
  // Opens the stream after the message with this id; an empty id means from now on.
  open: (lastEventId: string, signal: AbortSignal) => Promise<Response>;
  onMessage: (message: StreamMessage) => void;
  onState: (state: StreamState) => void;
  random?: () => number;
}

const SILENCE_MILLIS = 40_000; // the server sends something at least every 15 s
const FIRST_WAIT_MILLIS = 1_000;
const LONGEST_WAIT_MILLIS = 30_000;

// Stays connected until it is stopped. Resumes after the last message that it received; waits longer after each failure.
export class EventStream {
  private readonly stopped = new AbortController();
  private lastEventId = "";
  private failures = 0;

  constructor(private readonly options: StreamOptions) {}

  start(): void {
    void this.run();
  }

  stop(): void {
    this.stopped.abort();
  }

  private async run(): Promise<void> {
    while (!this.stopped.signal.aborted) {
      this.options.onState("connecting");
      let wait: number | null = null;
      try {
        wait = await this.readOnce();
      } catch (error) {
        if (error instanceof ApiError && error.reason === "credentials") return;
      }
      if (this.stopped.signal.aborted) return;
      this.options.onState("waiting");
      this.failures++;
      await pause(wait ?? backoffMillis(this.failures, this.options.random ?? Math.random), this.stopped.signal);
    }
  }

  // Reads until the server ends the stream. Returns the wait in ms that the server asked for, or null.
  private async readOnce(): Promise<number | null> {
    const connection = new AbortController();
    const abort = () => connection.abort();
    this.stopped.signal.addEventListener("abort", abort);
    let watchdog = setTimeout(abort, SILENCE_MILLIS);
    const parser = new StreamParser();
    try {
      const response = await this.options.open(this.lastEventId, connection.signal);
      const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
      this.options.onState("live");
      for (let chunk = await reader.read(); !chunk.done; chunk = await reader.read()) {
        this.failures = 0;
        clearTimeout(watchdog);
        watchdog = setTimeout(abort, SILENCE_MILLIS);
        for (const message of parser.push(chunk.value)) this.options.onMessage(message);
        this.lastEventId = parser.lastEventId || this.lastEventId;
      }
      return parser.retryMillis;
    } finally {
      clearTimeout(watchdog);
      this.stopped.signal.removeEventListener("abort", abort);
      connection.abort();
    }
  }
}

// Doubles from 1 s to 30 s. A random part of up to half keeps many pages from reconnecting at the same moment.
export function backoffMillis(failures: number, random: () => number): number {
  const ceiling = Math.min(LONGEST_WAIT_MILLIS, FIRST_WAIT_MILLIS * 2 ** (failures - 1));
  return ceiling * (0.5 + random() / 2);
}

function pause(millis: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, millis);
    const stop = () => {
      clearTimeout(timer);
      resolve();
    };
    signal.addEventListener("abort", stop, { once: true });
  });
}
