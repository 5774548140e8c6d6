// Asks what would be if while a slider moves; of several answers under way only the newest is shown.
const form = document.getElementById("levers");
const cells = form ? [...form.querySelectorAll("[data-answer]")] : [];
const WAIT = 60;
let asked = 0;
let shown = 0;
let timer = 0;

const settings = () => new URLSearchParams([...new FormData(form)].filter(([, value]) => Number(value) !== 1));

function label(slider) {
  const output = form.querySelector(`output[for="${CSS.escape(slider.id)}"]`);
  const factor = Number(slider.value).toLocaleString(document.documentElement.lang, { minimumFractionDigits: 2 });
  if (output) output.textContent = `${form.dataset.times} ${factor}`;
}

async function ask() {
  const mine = ++asked;
  const query = settings();
  const answer = await fetch(`${form.dataset.ask}?${query}`, { headers: { Accept: "application/json" } });
  if (!answer.ok) return;
  const found = await answer.json();
  // Only here is it certain that nothing newer has been shown meanwhile.
  if (mine < shown) return;
  shown = mine;
  for (const cell of cells) cell.textContent = found[cell.dataset.answer];
  history.replaceState(null, "", `${location.pathname}${query.size ? `?${query}` : ""}`);
}

if (form) {
  form.addEventListener("input", (event) => {
    label(event.target);
    clearTimeout(timer);
    timer = setTimeout(() => ask().catch(() => {}), WAIT);
  });
}
