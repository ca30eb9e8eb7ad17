import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import { ApiError, errorMessage } from "../src/api/client";
import { backoffMillis, EventStream, StreamParser, type StreamState } from "../src/api/event_stream";

describe("the parser", () => {
  it("returns complete messages, wherever the stream is cut", () => {
    const text = 'id: 7\nevent: poll\ndata: {"a":1}\n\n: comment\n\nevent: stats\r\ndata: one\r\ndata: two\r\n\r\n';
    for (let cut = 0; cut <= text.length; cut++) {
      const parser = new StreamParser();
      const messages = [...parser.push(text.slice(0, cut)), ...parser.push(text.slice(cut))];
      expect(messages).toEqual([
        { event: "poll", data: '{"a":1}' },
        { event: "stats", data: "one\ntwo" },
      ]);
      expect(parser.lastEventId).toBe("7");
    }
  });
  it("reads the wait that the server asks for, and ignores invalid ones", () => {
    const parser = new StreamParser();
    parser.push("retry: 2500\nretry: soon\nunknown: x\nid\n");
    expect(parser.retryMillis).toBe(2500);
    expect(parser.lastEventId).toBe("");
  });
});

it("the wait doubles up to 30 s and is partly random", () => {
  expect([1, 2, 3, 6, 20].map((failures) => backoffMillis(failures, () => 1))).toEqual([
    1000, 2000, 4000, 30000, 30000,
  ]);
  expect(backoffMillis(3, () => 0)).toBe(2000);
});

describe("the connection", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  const answer = (text: string) => new Response(new Blob([text]).stream());
  const silent = (signal: AbortSignal) =>
    new Response(
      new ReadableStream({
        start: (controller) => signal.addEventListener("abort", () => controller.error(new Error("aborted"))),
      }),
    );

  function listen(open: (id: string, signal: AbortSignal) => Promise<Response>) {
    const messages: string[] = [];
    const states: StreamState[] = [];
    const stream = new EventStream({
      open,
      onMessage: (message) => messages.push(message.data),
      onState: (state) => states.push(state),
      random: () => 1,
    });
    stream.start();
    return { stream, messages, states };
  }

  it("resumes after the last message, and waits longer after each failure", async () => {
    const asked: { id: string; at: number }[] = [];
    const answers = [
      () => answer("id: 5\ndata: a\n\n"),
      () => {
        throw new Error("down");
      },
      () => {
        throw new Error("down");
      },
      () => answer("id: 6\ndata: b\n\n"),
    ];
    const { stream, messages } = listen(async (id) => {
      asked.push({ id, at: Date.now() });
      return (answers.shift() ?? (() => new Promise<never>(() => {})))() as Response;
    });
    await vi.advanceTimersByTimeAsync(20_000);
    stream.stop();
    expect(messages).toEqual(["a", "b"]);
    expect(asked.map((each) => each.id)).toEqual(["", "5", "5", "5", "6"]);
    const waits = asked.slice(1).map((each, index) => each.at - asked[index]!.at);
    expect(waits).toEqual([1000, 2000, 4000, 1000]);
  });

  it("reconnects when the server sends nothing for 40 s", async () => {
    let opened = 0;
    const { stream, states } = listen(async (_, signal) => {
      opened++;
      return silent(signal);
    });
    await vi.advanceTimersByTimeAsync(39_000);
    expect(opened).toBe(1);
    await vi.advanceTimersByTimeAsync(3_000);
    expect(opened).toBe(2);
    expect(states.slice(0, 4)).toEqual(["connecting", "live", "waiting", "connecting"]);
    stream.stop();
  });

  it("does not reconnect with a refused key, nor after stop()", async () => {
    let opened = 0;
    listen(async () => {
      opened++;
      throw new ApiError("credentials", "no");
    });
    const { stream } = listen(async (_, signal) => {
      opened++;
      return silent(signal);
    });
    await vi.advanceTimersByTimeAsync(1);
    stream.stop();
    await vi.advanceTimersByTimeAsync(200_000);
    expect(opened).toBe(2);
  });
});

describe("error messages", () => {
  it("are the server's own, the invalid field first", () => {
    expect(
      errorMessage(422, {
        message: "Validation Failed",
        errors: [{ field: "full_name", message: "full_name must be owner/name." }],
      }),
    ).toBe("full_name must be owner/name.");
    expect(errorMessage(409, { message: "5 repositories are active." })).toBe("5 repositories are active.");
  });
  it("explain the status if the server says nothing", () => {
    expect(errorMessage(401, null)).toBe("This key is not valid on this server.");
    expect(errorMessage(429, null, 7)).toBe("Too many requests. Try again in 7 s.");
    expect(errorMessage(500, { message: 5 })).toBe("The server answered with status 500.");
    expect(errorMessage(422, { errors: "none" as never })).toBe("The server answered with status 422.");
  });
});
