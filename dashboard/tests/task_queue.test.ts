import { expect, it, vi } from "vitest";

import { TaskQueue } from "../src/state/task_queue";

// A task that runs until the test ends it.
function task() {
  let end = () => {};
  const ended = new Promise<void>((resolve) => (end = resolve));
  return { run: vi.fn(() => ended), end: () => end() };
}
const settled = () => new Promise((resolve) => setTimeout(resolve));

it("at most as many tasks run as allowed, in the order in which they came", async () => {
  const queue = new TaskQueue(2);
  const tasks = [task(), task(), task(), task()];
  for (const [index, { run }] of tasks.entries()) queue.add(index, run);
  const begun = () => tasks.map(({ run }) => run.mock.calls.length);
  expect(begun()).toEqual([1, 1, 0, 0]);
  tasks[1]!.end();
  await settled();
  expect(begun()).toEqual([1, 1, 1, 0]);
  tasks[0]!.end();
  tasks[2]!.end();
  await settled();
  expect(begun()).toEqual([1, 1, 1, 1]);
});

it("a task that waits or runs is not added again, and may be when it has ended", async () => {
  const queue = new TaskQueue(1);
  const once = task();
  queue.add("a", once.run);
  queue.add("a", once.run);
  expect(once.run).toHaveBeenCalledTimes(1);
  once.end();
  await settled();
  queue.add("a", once.run);
  expect(once.run).toHaveBeenCalledTimes(2);
});

it("a task that is not wanted any more when its turn comes does not run", async () => {
  const queue = new TaskQueue(1);
  const [first, second, third] = [task(), task(), task()];
  queue.add(1, first.run);
  queue.add(2, second.run, () => false);
  queue.add(3, third.run);
  first.end();
  await settled();
  expect(second.run).not.toHaveBeenCalled();
  expect(third.run).toHaveBeenCalled();
});

it("what waits is forgotten", async () => {
  const queue = new TaskQueue(1);
  const [first, second] = [task(), task()];
  queue.add(1, first.run);
  queue.add(2, second.run);
  queue.clear();
  first.end();
  await settled();
  expect(second.run).not.toHaveBeenCalled();
});
