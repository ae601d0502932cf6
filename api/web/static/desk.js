// What htmx does not do: Alt+letter (aria-keyshortcuts), Escape, filling fields, moving the focus to what is new.
// Requests that could overtake one another are kept in order in order.js, the search in search.js.
"use strict";
(() => {
  const find = (selector, within = document) => within.querySelector(selector);

  function closeRegion(selector) {
    const region = find(selector);
    if (!region) return;
    region.replaceChildren();
    if (selector === "#alert") return;
    if (selector.startsWith("#hand")) return find("#board").focus({ preventScroll: true });
    const back = selector === "#answer" ? find("#destination") : find("#search");
    if (!back) return;
    if (back.id === "search") document.dispatchEvent(new Event("desk:search-over"));
    back.focus();
  }

  function escape() {
    const open = ["#alert", "#hand", "#answer", "#caller"].map((region) => find(`${region} [data-escape]`)).find(Boolean);
    if (open) open.click();
    else closeRegion("#results");
  }

  function shortcut(event) {
    const target = find(`[aria-keyshortcuts="Alt+${event.code.replace("Key", "")}"]`);
    if (!target) return;
    event.preventDefault();
    if (!target.matches("input")) return target.click();
    target.focus();
    target.select(); // what is typed next takes the place of what stood there
  }

  document.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    if (event.key === "Enter" && event.repeat) return event.preventDefault(); // a key held down says yes once
    if (event.altKey) shortcut(event);
    else if (event.key === "Escape") escape();
  });

  document.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (!button) return;
    const { close, fill, swap } = button.dataset;
    if (close) closeRegion(close);
    if (fill) {
      const field = find(fill);
      field.value = button.dataset.with;
      find("#time").focus();
    }
    if (swap) {
      const [from, to] = swap.split(" ").map((selector) => find(selector));
      [from.value, to.value] = [to.value, from.value];
    }
  });

  document.addEventListener("change", (event) => {
    if (event.target.name === "time_kind") find("#time").required = event.target.value !== "will_call";
  });

  document.addEventListener("submit", (event) => {
    if (event.target.id !== "go") return;
    event.preventDefault();
    location.assign(event.target.dataset.go + find("#go-day").value);
  });

  const away = (reason) => () => find("#alert")?.replaceChildren(find(`#away-${reason}`).content.cloneNode(true));
  document.addEventListener("htmx:sendError", away("server"));
  document.addEventListener("htmx:responseError", away("server"));
  document.addEventListener("htmx:timeout", away("silent"));

  let typed = 0; // counts what is typed: whoever types on while an answer is on its way keeps the cursor
  document.addEventListener("input", () => typed++);
  document.addEventListener("htmx:beforeRequest", (event) => (event.detail.requestConfig.typed = typed));

  document.addEventListener("htmx:afterSettle", (event) => {
    const { target, requestConfig } = event.detail;
    const wanted = find("[data-focus]", target);
    if (!wanted || requestConfig.typed !== typed) return;
    if (wanted.dataset.focus === "lost" && document.activeElement !== document.body) return; // still where it was
    wanted.focus();
    if (target.id === "answer") target.scrollIntoView({ block: "start" }); // all of it, not the form
    else (target.id === "hand-answer" ? target : wanted).scrollIntoView({ block: "nearest" }); // what was tried, with its buttons
  });
})();
