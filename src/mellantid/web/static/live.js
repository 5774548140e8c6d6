// Keeps a page that shows the race up to date: what happens arrives as events, each with its number,
// so that a page that was away goes on from the last one it saw. A hidden page listens to nothing.
// Some seconds after something has happened the page itself is fetched anew and its parts replaced.
const badge = document.querySelector("[data-live]");
const list = document.getElementById("passings");
const MOST = 5;
const NEW_FOR = 4000;
const CALM = 4000;
const SELDOM = 15000;
let last = badge ? badge.dataset.live : "0";
let source = null;
let due = null;
let fetched = Date.now();

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
  setTimeout(() => item.classList.remove("new"), NEW_FOR);
  soon();
}

// Many pages that hear of the same thing do not ask all at once.
function soon() {
  if (due) return;
  const wait = Math.max(CALM, fetched + SELDOM - Date.now());
  due = setTimeout(refresh, wait * (1 + Math.random() / 2));
}

async function refresh() {
  due = null;
  if (document.hidden) return;
  fetched = Date.now();
  try {
    const answer = await fetch(location.href);
    if (!answer.ok || answer.redirected) return;
    put(new DOMParser().parseFromString(await answer.text(), "text/html"));
  } catch {
    // The stream says when there is contact again.
  }
}

function parts(of) {
  return [...of.querySelectorAll("#content > header, main > :not([data-stays])")];
}

function put(fresh) {
  const old = parts(document);
  const next = parts(fresh);
  // The page may be some seconds behind while the next is being made.
  const known = fresh.querySelector("[data-live]");
  if (known && Number(known.dataset.live) < Number(last)) soon();
  document.title = fresh.title;
  const icon = document.querySelector("link[rel=icon]");
  const wanted = fresh.querySelector("link[rel=icon]").getAttribute("href");
  if (icon.getAttribute("href") !== wanted) icon.setAttribute("href", wanted);
  if (old.length !== next.length) return location.reload();
  old.forEach((part, place) => {
    // What somebody is reading with the keyboard stays under their hands.
    if (part.isEqualNode(next[place]) || part.contains(document.activeElement)) return;
    const open = [...part.querySelectorAll("details")].map((each) => each.open);
    next[place].querySelectorAll("details").forEach((each, n) => { each.open = open[n] || false; });
    mark(part, next[place]);
    part.replaceWith(next[place]);
  });
}

// Cells that say something else than before.
function mark(before, after) {
  const cells = before.querySelectorAll("table.splits td");
  after.querySelectorAll("table.splits td").forEach((cell, place) => {
    if (!cells[place] || cells[place].textContent === cell.textContent) return;
    cell.classList.add("changed");
    setTimeout(() => cell.classList.remove("changed"), NEW_FOR);
  });
}

function connect() {
  if (!badge || !list || source || document.hidden) return;
  source = new EventSource(`/api/v1/events?after=${last}`);
  source.addEventListener("passing", show);
  source.addEventListener("reload", show);
  source.onopen = () => { badge.textContent = badge.dataset.on; };
  source.onerror = () => { badge.textContent = badge.dataset.off; };
}

function leave() {
  if (source) source.close();
  source = null;
}

document.addEventListener("visibilitychange", () => (document.hidden ? leave() : connect()));
connect();
