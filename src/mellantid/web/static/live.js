// Keeps a page that shows the race up to date: what happens arrives as events, each with its number,
// so that a page that was away goes on from the last one it saw. A hidden page listens to nothing.
const badge = document.querySelector("[data-live]");
const list = document.getElementById("passings");
const MOST = 12;
let last = badge ? badge.dataset.live : "0";
let source = null;

function show(event) {
  last = event.lastEventId || last;
  const item = document.createElement("li");
  item.className = "new";
  for (const [text, kind] of JSON.parse(event.data).line) {
    const part = document.createElement("span");
    part.textContent = text;
    if (kind) part.className = kind;
    item.append(part);
  }
  list.prepend(item);
  while (list.children.length > MOST) list.lastElementChild.remove();
}

function connect() {
  if (!badge || !list || source || document.hidden) return;
  source = new EventSource(`/api/v1/events?after=${last}`);
  source.addEventListener("passing", show);
  source.onopen = () => { badge.textContent = badge.dataset.on; };
  source.onerror = () => { badge.textContent = badge.dataset.off; };
}

function leave() {
  if (source) source.close();
  source = null;
}

document.addEventListener("visibilitychange", () => (document.hidden ? leave() : connect()));
connect();
