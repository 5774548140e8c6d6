// Keeps a page up to date: what happens arrives as events, each with its number, so that a page that
// was away goes on from the last one it saw. A hidden page listens to nothing. Some seconds after
// something that concerns it the page itself is fetched anew and its parts replaced.
const badge = document.querySelector("[data-live]");
const list = document.getElementById("passings");
const strip = document.getElementById("passing");
const MOST = 5;
const NEW_FOR = 4000;
const SHOWN_FOR = 12000;
const CALM = 4000;
const SELDOM = 15000;
const AGAIN = 5000;
const { concerns = "all", named = "", owner = "" } = badge ? badge.dataset : {};
const CONCERNS = {
  all: () => true,
  seen: (told) => "deal" in told,
  deal: (told) => told.deal === named,
  stage: (told) => told.stage === named || told.to === named,
  created: (told) => told.kind === "created",
};
let last = badge ? badge.dataset.live : "0";
let source = null;
let due = null;
let fading = null;
let fetched = 0;

function written(line, into) {
  for (const [text, kind] of line) {
    const part = document.createElement("span");
    part.textContent = text;
    if (kind) part.className = kind;
    into.append(part);
  }
}

function show(event) {
  last = event.lastEventId || last;
  const told = JSON.parse(event.data);
  if (event.type === "passing" && !CONCERNS[concerns](told)) return;
  // A seller's page lists the seller's own; what others do concerns its team.
  if (list && (!owner || event.type !== "passing" || told.owner === owner)) prepend(told.line);
  if (strip) flash(told.line);
  soon();
}

function prepend(line) {
  const item = document.createElement("li");
  item.className = "new";
  written(line, item);
  list.prepend(item);
  while (list.children.length > MOST) list.lastElementChild.remove();
  setTimeout(() => item.classList.remove("new"), NEW_FOR);
}

function flash(line) {
  strip.replaceChildren();
  written(line, strip);
  clearTimeout(fading);
  fading = setTimeout(() => strip.replaceChildren(), SHOWN_FOR);
}

// Many pages that hear of the same thing do not ask all at once.
function soon() {
  if (due) return;
  const wait = Math.max(CALM, fetched + SELDOM - Date.now());
  due = setTimeout(refresh, wait * (1 + 2 * Math.random()));
}

async function refresh() {
  due = null;
  if (document.hidden) return;
  fetched = Date.now();
  try {
    const answer = await fetch(location.href, { headers: { "X-Glance": "1" } });
    if (!answer.ok || answer.redirected) return;
    put(new DOMParser().parseFromString(await answer.text(), "text/html"));
  } catch {
    // The stream says when there is contact again.
  }
}

function parts(of) {
  return [...of.querySelectorAll("#content header, main > :not([data-stays], .toast)")];
}

// Whether somebody has typed or chosen something that is not sent yet.
function typed() {
  const fields = [...document.querySelectorAll("main input, main textarea, main option")];
  return fields.some((field) => {
    if (field.tagName === "OPTION") return field.selected && !field.defaultSelected && field.index > 0;
    if (field.type === "checkbox" || field.type === "radio") return field.checked !== field.defaultChecked;
    return field.value !== field.defaultValue;
  });
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
  document.dispatchEvent(new CustomEvent("renewed", { detail: fresh }));
  if (old.length !== next.length) {
    if (!typed()) location.reload();
    return;
  }
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
  if (!badge || source || document.hidden) return;
  source = new EventSource(`/api/v1/events?after=${last}`);
  source.addEventListener("passing", show);
  source.addEventListener("reload", show);
  source.addEventListener("begun", () => say(badge.dataset.on));
  source.onerror = lost;
}

function lost() {
  say(badge.dataset.off);
  // A browser tries again by itself, unless somebody else has answered in the server's place.
  if (source.readyState !== EventSource.CLOSED) return;
  leave();
  setTimeout(connect, AGAIN);
}

function say(words) {
  if (words) badge.textContent = words;
}

function leave() {
  if (source) source.close();
  source = null;
}

document.addEventListener("visibilitychange", () => (document.hidden ? leave() : connect()));
connect();
