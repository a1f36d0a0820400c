// A map of rows on which a shape is drawn round some of them: by mouse, pen or finger, or by the keys of a cross.

const COLOURS = ["#0072B2", "#E69F00", "#8A9099"]; // kept, to decide, removed: told apart in any colour vision
const MARKS = ["●", "▲", "✕"];
const EDGE = 8; // pixels round the map
const BEYOND = 0.02; // share of an axis by which a shape may reach beyond the outermost points
const NEAR = 8; // pixels from a point at which the mouse is on it
const STEPS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };
const STEP = 20, LONG_STEP = 100; // of the scale, by a key
const maps = new WeakMap();

export default function ({ data, parentElement, setStateValue }) {
  const place = parentElement.querySelector(".plane");
  if (!maps.has(place)) maps.set(place, new Plane(place));
  maps.get(place).update(data, (outline) => setStateValue("outline", outline));
}

class Plane {
  constructor(place) {
    Object.assign(this, { place, tool: "lasso", path: null, cross: null, corner: null });
    this.canvas = place.querySelector("canvas");
    this.canvas.onpointerdown = (event) => this.begin(event);
    this.canvas.onpointermove = (event) => this.follow(event);
    this.canvas.onpointerup = () => this.end();
    this.canvas.onkeydown = (event) => this.press(event);
    this.canvas.onblur = () => this.leave();
    new ResizeObserver(() => this.draw()).observe(this.canvas);
  }

  update(data, send) {
    Object.assign(this, { data, send });
    this.tools();
    this.place.querySelector(".legend").replaceChildren(...data.statuses.map((status, code) => {
      const mark = element("span", { textContent: `${MARKS[code]} `, ariaHidden: "true" });
      mark.style.color = COLOURS[code];
      return element("li", {}, mark, status);
    }));
    this.tell(data.words);
    this.draw();
  }

  tools() {
    const made = Object.entries({ lasso: "Lasso", box: "Box" }).map(([tool, label]) => {
      const button = element("button", { type: "button", textContent: label, ariaPressed: String(this.tool === tool) });
      button.onclick = () => { this.tool = tool; this.tools(); };
      return button;
    });
    if (this.data.outline.length) {
      const clear = element("button", { type: "button", textContent: "Clear the shape" });
      clear.onclick = () => { this.canvas.focus(); this.send([]); };
      made.push(clear);
    }
    this.place.querySelector(".tools").replaceChildren(...made);
  }

  tell(words) {
    this.place.querySelector(".told").textContent = words;
  }

  // By mouse, pen or finger

  begin(event) {
    this.canvas.setPointerCapture(event.pointerId);
    this.from = this.at(event);
    this.path = [this.from];
    this.corner = null;
  }

  follow(event) {
    const here = this.at(event);
    if (!this.path) return this.hint(here);
    if (this.tool === "box") this.path = box(this.from, here);
    else this.path.push(here);
    this.draw();
  }

  end() {
    const path = this.path;
    this.path = null;
    if (path?.length > 2) this.send(path);
    else this.draw();
  }

  hint(here) {
    const [x, y] = this.pixel(here);
    const near = this.data.points.find((point) => { const [a, b] = this.pixel(point); return Math.hypot(a - x, b - y) < NEAR; });
    this.tell(near ? `${this.data.statuses[near[2]]}: ${near[3]}` : this.data.words);
  }

  // By keys

  press(event) {
    const { scale } = this.data, middle = [scale / 2, scale / 2];
    if (event.key === "Escape") return this.corner ? this.leave() : this.data.outline.length && this.send([]);
    if (event.key === "Enter" || event.key === " ") {
      event.preventDefault();
      this.cross ??= middle;
      if (this.corner) {
        const shape = box(this.corner, this.cross);
        this.corner = null;
        return this.send(shape);
      }
      this.corner = this.cross;
      this.tell("Corner set. Arrows stretch the box, Enter lists its rows.");
    } else if (event.key in STEPS) {
      event.preventDefault();
      const by = event.shiftKey ? LONG_STEP : STEP;
      this.cross = (this.cross ?? middle).map((value, axis) => Math.max(0, Math.min(scale, value + by * STEPS[event.key][axis])));
      const there = this.corner ? this.data.points.filter((point) => inBox(point, this.corner, this.cross)).length : null;
      this.tell(there === null ? `Cross at ${this.cross.join(", ")}.` : `${there} drawn rows between the corners.`);
    } else return;
    this.draw();
  }

  leave() {
    this.corner = this.cross = null;
    this.tell(this.data.words);
    this.draw();
  }

  // Drawing

  at(event) {
    const { width, height, left, top } = this.canvas.getBoundingClientRect(), { scale } = this.data;
    const share = (value, size) => Math.round(scale * Math.max(-BEYOND, Math.min(1 + BEYOND, (value - EDGE) / (size - 2 * EDGE))));
    return [share(event.clientX - left, width), scale - share(event.clientY - top, height)];
  }

  pixel([x, y]) {
    const { clientWidth, clientHeight } = this.canvas, { scale } = this.data;
    return [EDGE + (x / scale) * (clientWidth - 2 * EDGE), EDGE + (1 - y / scale) * (clientHeight - 2 * EDGE)];
  }

  draw() {
    if (!this.data) return;
    const { canvas } = this, ratio = devicePixelRatio || 1, pen = canvas.getContext("2d");
    Object.assign(canvas, { width: canvas.clientWidth * ratio, height: canvas.clientHeight * ratio });
    pen.scale(ratio, ratio);
    pen.globalAlpha = 0.7;
    for (const point of this.data.points) this.dot(pen, point);
    pen.globalAlpha = 1;
    pen.strokeStyle = pen.fillStyle = getComputedStyle(canvas).color;
    const shape = this.path ?? (this.corner ? box(this.corner, this.cross) : this.data.outline);
    if (shape.length) this.shape(pen, shape);
    if (this.cross) this.hair(pen);
  }

  dot(pen, point) {
    const [x, y] = this.pixel(point), code = point[2];
    pen.fillStyle = pen.strokeStyle = COLOURS[code];
    pen.beginPath();
    if (code === 0) pen.arc(x, y, 2.5, 0, 7);
    else if (code === 1) { pen.moveTo(x, y - 4); pen.lineTo(x + 4, y + 3); pen.lineTo(x - 4, y + 3); }
    else { pen.moveTo(x - 3, y - 3); pen.lineTo(x + 3, y + 3); pen.moveTo(x + 3, y - 3); pen.lineTo(x - 3, y + 3); }
    if (code === 2) pen.stroke();
    else pen.fill();
  }

  shape(pen, corners) {
    pen.beginPath();
    corners.forEach((corner, at) => pen[at ? "lineTo" : "moveTo"](...this.pixel(corner)));
    pen.closePath();
    pen.globalAlpha = 0.12;
    pen.fill();
    pen.globalAlpha = 1;
    pen.lineWidth = 2;
    pen.stroke();
  }

  hair(pen) {
    const [x, y] = this.pixel(this.cross);
    pen.lineWidth = 1;
    pen.beginPath();
    pen.moveTo(x - 12, y);
    pen.lineTo(x + 12, y);
    pen.moveTo(x, y - 12);
    pen.lineTo(x, y + 12);
    pen.stroke();
  }
}

// Half a step wider, so that the points on its sides lie in it.
const box = ([a, b], [c, d]) => {
  const [left, right, low, high] = [Math.min(a, c) - 0.5, Math.max(a, c) + 0.5, Math.min(b, d) - 0.5, Math.max(b, d) + 0.5];
  return [[left, low], [right, low], [right, high], [left, high]];
};
const inBox = ([x, y], [a, b], [c, d]) => x >= Math.min(a, c) && x <= Math.max(a, c) && y >= Math.min(b, d) && y <= Math.max(b, d);

function element(tag, properties, ...children) {
  const made = Object.assign(document.createElement(tag), properties);
  made.append(...children);
  return made;
}
