// The driver's page. Every tap is a report with its own id, kept in this browser until the server has answered.
"use strict";

const body = document.body;
const queueKey = body.dataset.queue;
let sending = false;

function queue() {
  try { return JSON.parse(localStorage.getItem(queueKey)) || []; } catch { return []; }
}

function keep(events) {
  localStorage.setItem(queueKey, JSON.stringify(events));
  const link = document.getElementById("link");
  link.textContent = events.length ? link.dataset.waiting.replace("#", events.length) : link.dataset.sent;
  link.classList.toggle("waiting", events.length > 0);
}

function newId() {
  const bytes = crypto.getRandomValues(new Uint8Array(12));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

function reportOf(button) {
  const report = { event_id: newId(), kind: button.dataset.kind, shift_id: button.dataset.shift, tapped_at: new Date().toISOString() };
  if (button.dataset.reservation) {
    report.reservation_id = Number(button.dataset.reservation);
    report.task = button.dataset.task;
  }
  if (button.dataset.undoes) report.undoes = button.dataset.undoes;
  return report;
}

// A tapped button is done; the others of its visit stay, but arriving leaves boarding to be tapped.
function showKept(button) {
  const visit = button.closest(".visit");
  const text = document.createElement("p");
  text.className = "state";
  text.textContent = document.getElementById("kept").content.textContent.trim() + " " + button.textContent.trim();
  const buttons = button.dataset.kind === "arrived" ? [button] : visit.querySelectorAll("button");
  buttons.forEach((one) => one.remove());
  visit.append(text);
}

function say(receipts) {
  const lines = receipts.flatMap((one) => one.problems.map((problem) => problem.cause + problem.action));
  document.getElementById("said").replaceChildren(...lines.map((line) => {
    const text = document.createElement("p");
    text.textContent = line;
    return text;
  }));
}

async function send() {
  const sent = queue().slice(0, 200);
  if (sending || !sent.length) return;
  sending = true;
  try {
    const answer = await fetch(body.dataset.events, {
      method: "POST",
      headers: { "content-type": "application/json", accept: "application/json" },
      body: JSON.stringify({ events: sent, sent_at: new Date().toISOString() }),
    });
    if (answer.status >= 400 && answer.status < 500) say([{ problems: [await answer.json()] }]);
    if (!answer.ok) throw new Error(String(answer.status));
    const receipts = await answer.json();
    const answered = new Set(receipts.map((one) => one.event_id));
    keep(queue().filter((one) => !answered.has(one.event_id)));
    say(receipts);
    if (!queue().length) await refresh();
  } catch {
    keep(queue()); // no connection: the reports stay, and are sent again with the same ids
  } finally {
    sending = false;
  }
  if (queue().length && navigator.onLine) setTimeout(send, 10000);
}

async function refresh() {
  const stops = await fetch(body.dataset.stops);
  if (stops.ok && !queue().length) document.getElementById("stops").innerHTML = await stops.text();
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("button[data-kind]");
  if (!button) return;
  keep([...queue(), reportOf(button)]);
  showKept(button);
  send();
});
window.addEventListener("online", send);
document.addEventListener("visibilitychange", () => { if (!document.hidden) send(); });
setInterval(() => { if (queue().length) send(); else if (!document.hidden) refresh().catch(() => {}); }, 30000);
keep(queue());
send();
