// What htmx does not do: Alt+letter (aria-keyshortcuts), arrows in the list of riders, Escape, filling fields, moving the focus to what is new.
"use strict";
(() => {
  const find = (selector, within = document) => within.querySelector(selector);
  const results = () => [...document.querySelectorAll("#results button")];

  function closeRegion(selector) {
    const region = find(selector);
    if (!region) return;
    region.replaceChildren();
    if (selector === "#alert") return;
    const back = selector === "#answer" ? find("#destination") : find("#search");
    if (!back) return;
    if (back.id === "search") {
      back.value = "";
      find("#results").replaceChildren();
    }
    back.focus();
  }

  function stepThroughResults(event) {
    const buttons = results();
    const at = buttons.indexOf(document.activeElement);
    const inSearch = document.activeElement.id === "search";
    if (!buttons.length || (at < 0 && !inSearch)) return;
    event.preventDefault();
    const next = event.key === "ArrowDown" ? at + 1 : at - 1;
    if (next < 0) find("#search").focus();
    else (buttons[next] || buttons[buttons.length - 1]).focus();
  }

  function escape() {
    const open = ["#alert", "#answer", "#caller"].map((region) => find(`${region} [data-escape]`)).find(Boolean);
    if (open) open.click();
    else closeRegion("#results");
  }

  function shortcut(event) {
    const target = find(`[aria-keyshortcuts="Alt+${event.code.replace("Key", "")}"]`);
    if (!target) return;
    event.preventDefault();
    if (target.matches("input")) target.focus();
    else target.click();
  }

  document.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    if (event.altKey) return shortcut(event);
    if (event.key === "ArrowDown" || event.key === "ArrowUp") stepThroughResults(event);
    else if (event.key === "Escape") escape();
    else if (event.key === "Enter" && document.activeElement.id === "search" && results().length) {
      event.preventDefault();
      results()[0].click();
    }
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

  document.addEventListener("submit", (event) => {
    if (event.target.id !== "go") return;
    event.preventDefault();
    location.assign(event.target.dataset.go + find("#go-day").value);
  });

  document.addEventListener("htmx:beforeRequest", (event) => {
    find("#alert").replaceChildren();
    if (event.target.id === "wish") find("#answer").replaceChildren();
  });

  const away = (reason) => () => find("#alert")?.replaceChildren(find(`#away-${reason}`).content.cloneNode(true));
  document.addEventListener("htmx:sendError", away("server"));
  document.addEventListener("htmx:responseError", away("server"));
  document.addEventListener("htmx:timeout", away("silent"));

  let chosen = -1; // place in the list that had the focus when a newer list came
  document.addEventListener("htmx:beforeSwap", (event) => {
    chosen = event.detail.target.id === "results" ? results().indexOf(document.activeElement) : -1;
  });

  document.addEventListener("htmx:afterSettle", (event) => {
    const wanted = find("[data-focus]", event.detail.target) || results()[chosen];
    if (!wanted) return;
    wanted.focus();
    if (event.detail.target.id === "answer") event.detail.target.scrollIntoView({ block: "start" }); // all of it, not the form
    else wanted.scrollIntoView({ block: "nearest" });
  });
})();
