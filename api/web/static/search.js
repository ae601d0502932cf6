// The search box and its list. The list stands still while somebody is in it, and Enter means what is typed, not an older list.
"use strict";
(() => {
  const find = (selector) => document.querySelector(selector);
  const buttons = () => [...document.querySelectorAll("#results button")];
  const here = (id) => document.activeElement.id === id;
  const text = () => find("#search").value.trim();

  let searching = false; // typed since a caller was opened or the search was closed
  let asked = ""; // the text last asked for
  let listed = ""; // the text the list is for
  let stale = false; // an answer was not shown because somebody was in the list
  let key = ""; // pressed before the list came: it counts when it is there

  function over() {
    searching = stale = false;
    asked = listed = key = "";
    htmx.trigger("#search", "htmx:abort");
  }

  function ask() {
    searching = true;
    htmx.trigger("#search", "search");
  }

  function press(name) {
    const first = buttons()[0];
    if (!first) return;
    if (name === "Enter" && (key === "" || buttons().length === 1)) first.click();
    else first.focus();
  }

  function step(event) {
    const all = buttons();
    const at = all.indexOf(document.activeElement);
    if (at < 0) return;
    event.preventDefault();
    const next = event.key === "ArrowDown" ? at + 1 : at - 1;
    if (next < 0) find("#search").focus();
    else (all[next] || all[all.length - 1]).focus();
  }

  document.addEventListener("keydown", (event) => {
    if (event.isComposing || event.altKey || event.repeat && event.key === "Enter") return;
    if (!here("search")) {
      if (event.key === "ArrowDown" || event.key === "ArrowUp") step(event);
    } else if (event.key === "ArrowDown" || event.key === "Enter") {
      event.preventDefault();
      if (text() === listed) return press(event.key);
      key = event.key;
      ask();
    }
  });

  document.addEventListener("input", (event) => {
    if (event.target.id !== "search") return;
    searching = true;
    key = "";
  });

  document.addEventListener("focusin", (event) => {
    if (event.target.id === "search" && stale) ask();
  });

  document.addEventListener("desk:search-over", () => {
    find("#search").value = "";
    find("#results").replaceChildren();
    over();
  });

  document.addEventListener("htmx:confirm", (event) => {
    if (event.detail.elt.id !== "search") return;
    if (!searching || text() === asked) event.preventDefault(); // over, or listed or on its way already
    else asked = text();
  });

  document.addEventListener("htmx:beforeRequest", (event) => {
    if (event.detail.target.id === "caller") over();
  });

  document.addEventListener("htmx:beforeSwap", (event) => {
    if (event.detail.requestConfig.elt.id !== "search" || !find("#results").contains(document.activeElement)) return;
    event.detail.shouldSwap = false;
    asked = listed;
    stale = true;
  });

  document.addEventListener("htmx:oobBeforeSwap", (event) => {
    if (event.detail.target.id === "results" && searching) event.detail.shouldSwap = false; // a newer search than the caller
  });

  document.addEventListener("htmx:afterSettle", (event) => {
    if (event.detail.target.id !== "results") return;
    stale = false;
    listed = event.detail.requestConfig.parameters.q.trim();
    if (key && here("search") && listed === text()) press(key);
    key = "";
  });

  for (const failed of ["htmx:sendError", "htmx:timeout", "htmx:responseError"]) {
    document.addEventListener(failed, (event) => {
      if (event.detail.requestConfig.elt.id === "search") asked = listed;
    });
  }
})();
