// Runs tasks in the order in which they came, at most a few at the same time.

interface Task {
  key: unknown;
  run: () => Promise<void>; // never rejects
  wanted: () => boolean; // asked when its turn comes
}

export class TaskQueue {
  private readonly waiting: Task[] = [];
  private readonly running = new Set<unknown>();

  constructor(private readonly atOnce: number) {}

  // Does nothing while a task with the same key waits or runs.
  add(key: unknown, run: () => Promise<void>, wanted: () => boolean = () => true): void {
    if (this.running.has(key) || this.waiting.some((task) => task.key === key)) return;
    this.waiting.push({ key, run, wanted });
    this.start();
  }

  // Forgets the tasks that wait.
  clear(): void {
    this.waiting.length = 0;
  }

  private start(): void {
    while (this.running.size < this.atOnce) {
      const task = this.waiting.shift();
      if (!task) return;
      if (!task.wanted()) continue;
      this.running.add(task.key);
      void task.run().finally(() => {
        this.running.delete(task.key);
        this.start();
      });
    }
  }
}
