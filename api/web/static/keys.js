// One key for each intention: what is sent again, because no answer came, does nothing twice. An answer ends the intention.
"use strict";
(() => {
  const intended = new WeakMap();

  document.addEventListener("htmx:configRequest", (event) => {
    const { verb, path, headers, elt, formData } = event.detail;
    if (verb !== "post") return;
    const wanted = JSON.stringify([path, [...formData.entries()]]);
    if (intended.get(elt)?.wanted !== wanted) {
      const random = crypto.getRandomValues(new Uint32Array(4));
      intended.set(elt, { wanted, key: [...random].map((word) => word.toString(16)).join("-") });
    }
    headers["Idempotency-Key"] = intended.get(elt).key;
  });

  document.addEventListener("htmx:afterRequest", (event) => {
    const { elt, xhr } = event.detail;
    if (xhr.status > 0 && !xhr.getResponseHeader("Retry-After")) intended.delete(elt);
  });
})();
