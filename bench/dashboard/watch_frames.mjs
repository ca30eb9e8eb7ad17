// Runs in the page: how long frames take, and how soon an input is answered by a paint.
export function watchFrames() {
  const gaps = [];
  const answers = { filter: [], sort: [], alone: [] };
  const pressed = { filter: 0, sort: 0, alone: 0 };
  let long = 0;
  let on = false;
  let last = null;
  const eachFrame = (at) => {
    if (on && last !== null) gaps.push(at - last);
    last = on ? at : null;
    requestAnimationFrame(eachFrame);
  };
  requestAnimationFrame(eachFrame);
  new PerformanceObserver((list) => {
    if (on) long += list.getEntries().length;
  }).observe({ type: "long-animation-frame" });
  new PerformanceObserver((list) => {
    // Of the events of one key, the browser tells those that took 16 ms or more, in steps of 8 ms.
    for (const { duration, interactionId, name } of list.getEntries()) {
      if (on && interactionId !== 0 && name === "keydown") answers[bench.task]?.push(duration);
    }
  }).observe({ type: "event", durationThreshold: 16 });
  addEventListener("keydown", () => void (on && pressed[bench.task]++), { capture: true });
  const bench = {
    task: "",
    begin: () => {
      on = true;
      last = null;
    },
    pause: () => {
      on = false;
    },
    results: () => ({ gaps, answers, pressed, long }),
  };
  window.__bench = bench;
}
