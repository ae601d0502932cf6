// Counts down how long an offer is still held: seen every second, said aloud only once when it is nearly over, and at its end.
"use strict";
(() => {
  const SOON_S = 30;

  // That it is over, and the button that asks anew, take the place of what was held: its keys do nothing before.
  function end(held) {
    const within = held.contains(document.activeElement);
    held.replaceChildren(held.querySelector("template").content.cloneNode(true));
    held.classList.add("over");
    htmx.process(held);
    if (within) held.focus({ preventScroll: true }); // its button is gone
  }

  function tick(held, endsAt) {
    if (!held.isConnected) return;
    const left = Math.max(0, Math.ceil((endsAt - performance.now()) / 1000));
    if (left === 0) return end(held);
    held.querySelector("[data-left]").textContent = `${Math.floor(left / 60)}:${String(left % 60).padStart(2, "0")}`;
    const said = held.querySelector("[data-said]");
    if (left <= SOON_S && !said.textContent) said.textContent = held.dataset.soon;
    setTimeout(tick, 500, held, endsAt);
  }

  document.addEventListener("htmx:afterSettle", (event) => {
    const held = event.detail.target.querySelector?.("[data-held]");
    if (held && !held.dataset.counting) {
      held.dataset.counting = "yes";
      tick(held, performance.now() + Number(held.dataset.held) * 1000);
    }
  });
})();
