import { effect, signal } from "@preact/signals";
import { afterEach, beforeEach, expect, it, vi } from "vitest";

import { Inbox } from "../src/state/inbox";

let asked = 0;
const frames = new Map<number, () => void>();
beforeEach(() => {
  vi.useFakeTimers();
  frames.clear();
  vi.stubGlobal("requestAnimationFrame", (draw: () => void) => {
    frames.set(++asked, draw);
    return asked;
  });
  vi.stubGlobal("cancelAnimationFrame", (frame: number) => frames.delete(frame));
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});
const drawFrame = () => {
  const due = [...frames.values()];
  frames.clear();
  for (const draw of due) draw();
};

it("messages are handed over in their order before the next frame, and what depends on them runs once", () => {
  const seen = signal<number[]>([]);
  let renders = -1; // the first run of the effect
  effect(() => {
    if (seen.value) renders++;
  });
  const inbox = new Inbox<number>((message) => (seen.value = [...seen.value, message]));
  for (let message = 0; message < 50; message++) inbox.add(message);
  expect(seen.value).toEqual([]);
  drawFrame();
  expect(seen.value).toEqual([...Array(50).keys()]);
  expect(renders).toBe(1);
});

it("a backlog is spread over frames", () => {
  const seen: number[] = [];
  const inbox = new Inbox<number>((message) => seen.push(message));
  for (let message = 0; message < 250; message++) inbox.add(message);
  const after = [0, 1, 2, 3].map(() => {
    drawFrame();
    return seen.length;
  });
  expect(after).toEqual([100, 200, 250, 250]);
  expect(seen).toEqual([...Array(250).keys()]);
});

it("a hidden page, which draws no frames, gets them within a second, each once", () => {
  const seen: number[] = [];
  const inbox = new Inbox<number>((message) => seen.push(message));
  inbox.add(1);
  vi.advanceTimersByTime(1_000);
  expect(seen).toEqual([1]);
  drawFrame();
  expect(seen).toEqual([1]);
});

it("what was forgotten does not come", () => {
  const seen: number[] = [];
  const inbox = new Inbox<number>((message) => seen.push(message));
  inbox.add(1);
  inbox.clear();
  drawFrame();
  vi.advanceTimersByTime(5_000);
  expect(seen).toEqual([]);
  inbox.add(2);
  drawFrame();
  expect(seen).toEqual([2]);
});
