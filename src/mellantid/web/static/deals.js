// Moves cards on the board: dragged with a pointer, or picked with Move and the arrow keys.
// A move is the same form that the deal's own page sends; the answer is the board as it then is.
const MOVED = 6;
const said = document.getElementById("said");
let board = document.getElementById("board");
let picked = null;
let drag = null;
let busy = false;

const columns = () => [...board.querySelectorAll(".column")];
const say = (words, values) => {
  said.textContent = words.replace(/\{(\w+)\}/g, (_, name) => values[name]);
};

function key() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

function fail(words) {
  document.querySelector(".toast")?.remove();
  const told = document.createElement("p");
  told.className = "fault toast";
  told.setAttribute("role", "alert");
  told.textContent = words;
  board.before(told);
}

function renew(page) {
  const fresh = page.getElementById("board");
  if (!fresh) return false;
  const left = board.scrollLeft;
  board.replaceWith(document.importNode(fresh, true));
  board = document.getElementById("board");
  board.scrollLeft = left;
  prepare();
  return true;
}

async function send(card, column) {
  const { deal, address } = card.dataset;
  const { stage } = column.dataset;
  const words = { ...board.dataset };
  const form = new URLSearchParams({ token: words.token, key: key(), action: "move", stage, back: words.back });
  const from = { list: card.parentElement, next: card.nextElementSibling };
  column.querySelector("ol").prepend(card);
  column.querySelector(".empty")?.remove();
  card.classList.add("going");
  busy = true;
  try {
    const answer = await fetch(address, { method: "POST", body: form, headers: { Accept: "text/html" } });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    if (!answer.ok || !renew(page)) throw new Error(page.querySelector(".fault")?.textContent ?? page.querySelector("main p")?.textContent ?? "");
    document.querySelector(".toast")?.remove();
    say(words.moved, { deal, stage });
    const there = [...board.querySelectorAll(".card")].find((each) => each.dataset.deal === deal);
    there?.querySelector(".grip")?.focus();
  } catch (error) {
    card.classList.remove("going");
    from.list.insertBefore(card, from.next);
    fail((!(error instanceof TypeError) && error.message) || words.failed);
  } finally {
    busy = false;
  }
}

function light(column) {
  for (const each of columns()) each.classList.toggle("over", each === column);
}

function let_go(column) {
  const { card, from } = picked;
  picked = null;
  light(null);
  card.classList.remove("picked");
  card.querySelector(".grip").setAttribute("aria-pressed", "false");
  if (column && column !== from) send(card, column);
  else say(board.dataset.left, { deal: card.dataset.deal });
}

function pick(card) {
  const from = card.closest(".column");
  picked = { card, from, to: from };
  card.classList.add("picked");
  card.querySelector(".grip").setAttribute("aria-pressed", "true");
  light(from);
  say(board.dataset.picked, { deal: card.dataset.deal });
}

function step(by) {
  const all = columns();
  const place = Math.min(Math.max(all.indexOf(picked.to) + by, 0), all.length - 1);
  picked.to = all[place];
  light(picked.to);
  picked.to.scrollIntoView({ block: "nearest", inline: "nearest" });
  say(board.dataset.target, { stage: picked.to.dataset.stage });
}

function pressed(event) {
  if (!picked) return;
  const steps = { ArrowRight: 1, ArrowLeft: -1 };
  if (event.key in steps) step(steps[event.key]);
  else if (event.key === "Enter" || event.key === " ") let_go(picked.to);
  else if (event.key === "Escape" || event.key === "Tab") let_go(null);
  else return;
  if (event.key !== "Tab") event.preventDefault();
}

function under(event) {
  const at = document.elementFromPoint(event.clientX, event.clientY);
  return at?.closest(".column") ?? null;
}

function down(event) {
  const card = event.target.closest(".card");
  const grip = event.target.closest(".grip");
  if (!card || busy || picked || event.button !== 0) return;
  if (!grip && (event.pointerType !== "mouse" || event.target.closest("a"))) return;
  drag = { card, x: event.clientX, y: event.clientY, id: event.pointerId, on: false };
}

function along(event) {
  if (!drag || event.pointerId !== drag.id) return;
  const [dx, dy] = [event.clientX - drag.x, event.clientY - drag.y];
  if (!drag.on && Math.hypot(dx, dy) < MOVED) return;
  if (!drag.on) {
    drag.on = true;
    drag.card.classList.add("held");
    getSelection().removeAllRanges();
  }
  drag.card.style.transform = `translate(${dx}px, ${dy}px)`;
  light(under(event));
  event.preventDefault();
}

function up(event, cancelled = false) {
  if (!drag || event.pointerId !== drag.id) return;
  const { card, on } = drag;
  drag = null;
  if (!on) return;
  const column = cancelled ? null : under(event);
  card.style.transform = "";
  card.classList.remove("held");
  light(null);
  // The click that ends a drag on Move is not one that picks the card up.
  addEventListener("click", (click) => { click.stopPropagation(); click.preventDefault(); }, { capture: true, once: true });
  setTimeout(() => dispatchEvent(new MouseEvent("click")), 0);
  if (column && column !== card.closest(".column")) send(card, column);
}

function prepare() {
  document.getElementById("how").hidden = false;
  board.classList.add("can");
  for (const grip of board.querySelectorAll(".grip")) {
    grip.hidden = false;
    grip.setAttribute("aria-pressed", "false");
    grip.addEventListener("click", () => { if (!busy && !picked) pick(grip.closest(".card")); });
    grip.addEventListener("blur", () => { if (picked && picked.card === grip.closest(".card")) let_go(null); });
  }
  board.addEventListener("pointerdown", down);
  board.addEventListener("dragstart", (event) => event.preventDefault());
}

// What others do comes in when nobody has a card in hand.
document.addEventListener("renewed", ({ detail }) => {
  if (!busy && !picked && !drag && !board.contains(document.activeElement)) renew(detail);
});
document.addEventListener("keydown", pressed);
document.addEventListener("pointermove", along);
document.addEventListener("pointerup", up);
document.addEventListener("pointercancel", (event) => up(event, true));
prepare();
