// A histogram with a cut that is moved on the histogram's own axis; the handle is a slider, for mouse and keyboard.

export default function ({ data, parentElement, setStateValue }) {
  const place = parentElement.querySelector(".cut");
  const { bars, low, high, step, now, unit } = data;
  const most = Math.log1p(Math.max(1, ...bars.map((bar) => bar.count)));
  place.querySelector(".bars").replaceChildren(...bars.map((bar) => {
    const made = element("div", { className: "bar", title: `${bar.from.toFixed(2)} to ${bar.to.toFixed(2)}: ${bar.count} ${unit}` });
    made.style.height = `${bar.count ? 4 + 96 * Math.log1p(bar.count) / most : 0}%`;
    made.dataset.from = bar.from;
    return made;
  }));
  const at = (value) => `${(100 * (value - low)) / (high - low)}%`;
  const ticks = [0, 1, 2, 3, 4].map((n) => low + (n * (high - low)) / 4);
  place.querySelector(".ticks").replaceChildren(...ticks.map((value) => {
    const made = element("span", { textContent: value.toFixed(2) });
    made.style.left = at(value);
    return made;
  }));
  const stands = place.querySelector(".now");
  stands.style.left = at(now);
  stands.title = `it stands at ${now.toFixed(2)}`;
  const handle = place.querySelector("input");
  Object.assign(handle, { min: low, max: high, step, ariaLabel: data.label });
  const draw = () => {
    const cut = Number(handle.value);
    place.querySelector(".line").style.left = at(cut);
    place.querySelector(".value").textContent = cut.toFixed(2);
    for (const bar of place.querySelectorAll(".bar")) bar.classList.toggle("below", Number(bar.dataset.from) < cut - 1e-9);
  };
  if (document.activeElement !== handle || place.dataset.stands !== String(now)) handle.value = data.cut;
  place.dataset.stands = String(now);
  handle.oninput = draw;
  handle.onchange = () => setStateValue("cut", Number(handle.value));
  draw();
}

function element(tag, properties) {
  return Object.assign(document.createElement(tag), properties);
}
