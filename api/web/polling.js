// Looking again every few seconds, only while somebody looks at the page.

/** Call `look` now, and again after each pause until the signal is aborted; returns a function that looks at once. */
export function poll(look, { signal, pauseMs, when = () => true }) {
  let timer = null;
  let running = false;
  let again = false;

  async function tick() {
    clearTimeout(timer);
    if (running) {
      again = true;
      return;
    }
    running = true;
    try {
      await look();
    } finally {
      running = false;
    }
    if (signal.aborted) return;
    if (again) {
      again = false;
      tick();
    } else {
      timer = setTimeout(() => (document.hidden || !when() ? null : tick()), pauseMs);
    }
  }

  function seen() {
    if (!document.hidden && when()) tick();
  }

  document.addEventListener("visibilitychange", seen, { signal });
  signal.addEventListener("abort", () => clearTimeout(timer));
  tick();
  return tick;
}

/** Wait, unless the signal is aborted before. */
export function elapsed(milliseconds, signal) {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, milliseconds);
    signal.addEventListener("abort", () => { clearTimeout(timer); resolve(); }, { once: true });
  });
}
