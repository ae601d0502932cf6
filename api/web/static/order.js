// No request swallows or overtakes another. Newest first is hx-sync in the templates (one lane per region); here is what it cannot say.
"use strict";
(() => {
  const find = (selector) => document.querySelector(selector);
  const renewsItself = (elt) => ["board", "alerts", "missed"].includes(elt.id);

  // A promise that is being written (data-final) is seen out: until it is answered, no button and no link does anything.
  let writing = false;
  document.addEventListener("htmx:beforeRequest", (event) => {
    if (!event.detail.elt.matches("[data-final]")) return;
    writing = true;
    event.detail.xhr.addEventListener("loadend", () => (writing = false));
  });
  document.addEventListener(
    "click",
    (event) => {
      if (!writing || !event.target.closest("a, button")) return;
      event.preventDefault();
      event.stopImmediatePropagation();
    },
    true,
  );

  // What an older answer would fill goes first: the next caller ends the question asked for the last one.
  document.addEventListener("htmx:beforeRequest", (event) => {
    const { elt, target } = event.detail;
    if (!renewsItself(elt)) find("#alert").replaceChildren(); // nobody has done anything: what went wrong still stands
    if (elt.id === "wish") find("#answer").replaceChildren();
    if (target.id === "caller" && find("#answer")) htmx.trigger("#answer", "htmx:abort");
  });
})();
