// What a browser has and Node.js has not.
globalThis.requestAnimationFrame = (draw) => Number(setTimeout(() => draw(performance.now())));
globalThis.cancelAnimationFrame = (frame) => clearTimeout(frame);
