// The processor time of each task of the page's main thread, from Chromium's trace. Unlike the time between two frames it does not depend
// on what else the machine does.
export const SHORTEST_MILLIS = 4;  // shorter ones are not kept

export class MainThread {
  tasks = [];  // milliseconds

  constructor(browser, tab) {
    this.browser = browser;
    this.tab = tab;
  }

  begin() {
    return this.browser.startTracing(this.tab, { categories: ["toplevel"] });
  }

  async pause() {
    const { traceEvents } = JSON.parse((await this.browser.stopTracing()).toString());
    const main = new Set(traceEvents.filter(({ name, args }) => name === "thread_name" && args.name === "CrRendererMain").map(({ pid, tid }) => `${pid} ${tid}`));
    for (const { ph, name, pid, tid, tdur } of traceEvents) {
      if (ph === "X" && name.endsWith("RunTask") && main.has(`${pid} ${tid}`) && tdur >= SHORTEST_MILLIS * 1_000) this.tasks.push(tdur / 1_000);
    }
  }
}
