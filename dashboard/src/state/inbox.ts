// Collects the messages of the stream, and hands them over before a frame is drawn: however many come, the page is rendered once.
import { batch } from "@preact/signals";

const MOST_AT_ONCE = 100; // a backlog is spread over frames, so that the page answers meanwhile
const HIDDEN_MILLIS = 1_000; // a page that is hidden draws no frames

export class Inbox<T> {
  private messages: T[] = [];
  private frame: number | undefined;
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly take: (message: T) => void) {}

  add(message: T): void {
    this.messages.push(message);
    this.schedule();
  }

  // Forgets the messages that wait.
  clear(): void {
    this.messages = [];
    this.unschedule();
  }

  private schedule(): void {
    if (this.timer !== undefined) return;
    this.timer = setTimeout(() => this.flush(), HIDDEN_MILLIS);
    this.frame = requestAnimationFrame(() => this.flush());
  }

  private unschedule(): void {
    clearTimeout(this.timer);
    if (this.frame !== undefined) cancelAnimationFrame(this.frame);
    this.timer = this.frame = undefined;
  }

  private flush(): void {
    this.unschedule();
    const now = this.messages.splice(0, MOST_AT_ONCE);
    batch(() => {
      for (const message of now) this.take(message);
    });
    if (this.messages.length > 0) this.schedule();
  }
}
