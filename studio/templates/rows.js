// Facets and a list of rows. However many rows there are, only some 160 lines are here; scrolling asks for others.

const LINE = 50; // pixels, as in rows.css
const EDGE = 40; // lines beyond the screen that should be here already
const TALLEST = 30_000_000; // pixels that browsers scroll reliably
const FEW = 8; // values of a facet shown before "more"
const lists = new WeakMap();

export default function ({ data, parentElement, setStateValue }) {
  const place = parentElement.querySelector(".rows-list");
  if (!lists.has(place)) lists.set(place, new List(place));
  lists.get(place).update(data, setStateValue);
}

class List {
  constructor(place) {
    this.place = place;
    this.body = place.querySelector(".body");
    this.open = new Set(["status", "reason"]);
    this.long = new Set();
    this.drawn = {};
    this.body.addEventListener("scroll", () => this.scrolled());
    this.body.addEventListener("keydown", (event) => this.press(event));
    place.querySelector(".head").replaceChildren(
      ...["", "", "Question and answer", "Why and from where"].map((title) => element("span", { textContent: title })));
  }

  update(data, send) {
    const isOther = data.round !== this.data?.round;
    Object.assign(this, { data, send });
    if (isOther) {
      Object.assign(this, { ticked: new Set(), unfolded: new Set(), current: 0, asked: data.start, last: null });
      this.body.scrollTop = 0;
    }
    if (this.isNew("facets", [data.facets, data.chosen])) this.facets();
    if (this.isNew("lines", [data.rows, data.start, data.total]) || isOther) this.lines();
    else this.mark();
  }

  // What is drawn again while the mouse is down on it loses the click: nothing is that says the same.
  isNew(part, said) {
    const before = this.drawn[part];
    this.drawn[part] = JSON.stringify(said);
    return this.drawn[part] !== before;
  }

  tell() {
    const ticked = this.ticked === "all" ? "all" : [...this.ticked];
    this.send("here", { round: this.data.round, start: this.asked, ticked, unfolded: [...this.unfolded] });
  }

  // Facets

  facets() {
    const { facets, chosen } = this.data;
    const held = document.activeElement?.dataset?.value;
    const made = facets.map((facet) => {
      const picked = chosen[facet.name] ?? [];
      const box = element("details", { open: this.open.has(facet.name) || picked.length > 0 },
        element("summary", { textContent: facet.title }));
      box.ontoggle = () => this.open[box.open ? "add" : "delete"](facet.name);
      const few = this.long.has(facet.name) ? facet.values : facet.values.filter(([value], at) => at < FEW || picked.includes(value));
      const most = Math.max(1, ...facet.values.map(([, count]) => count));
      for (const [value, count] of few) box.append(this.value(facet.name, value, count, picked, count / most));
      if (few.length < facet.values.length) {
        const more = element("button", { type: "button", className: "more", textContent: `${facet.values.length - few.length} more` });
        more.onclick = () => { this.long.add(facet.name); this.facets(); };
        box.append(more);
      }
      return box;
    });
    if (Object.values(chosen).some((values) => values.length)) {
      const clear = element("button", { type: "button", className: "more", textContent: "Show all rows" });
      clear.onclick = () => this.send("chosen", {});
      made.unshift(clear);
    }
    this.place.querySelector(".facets").replaceChildren(...made);
    if (held) this.place.querySelector(`.facets [data-value="${CSS.escape(held)}"]`)?.focus();
  }

  value(facet, value, count, picked, share) {
    const box = element("input", { type: "checkbox", checked: picked.includes(value) });
    box.dataset.value = `${facet}-${value}`;
    box.onchange = () => {
      const values = box.checked ? [...picked, value] : picked.filter((one) => one !== value);
      this.send("chosen", { ...this.data.chosen, [facet]: values });
    };
    const made = element("label", { title: value }, box, element("span", { className: "name", textContent: value }),
      element("span", { className: "count", textContent: count.toLocaleString("en") }));
    made.style.setProperty("--share", share);
    return made;
  }

  // Lines

  pitch() {
    return Math.min(LINE, TALLEST / Math.max(1, this.data.total)); // how far apart lines' beginnings are on the scale
  }

  lines() {
    const { rows, start, total } = this.data;
    const all = this.place.querySelector(".all");
    all.style.height = `${total * this.pitch()}px`;
    this.body.setAttribute("aria-rowcount", total);
    all.replaceChildren(...rows.map((row, at) => this.line(row, start + at)));
    if (!total) all.append(element("p", { className: "none", textContent: "No row fits. Choose less, or search for other words." }));
    this.mark();
  }

  line(row, at) {
    const tick = element("input", { type: "checkbox", tabIndex: -1, checked: this.isTicked(row.place), ariaLabel: `Tick ${row.from}` });
    tick.onclick = (event) => { event.stopPropagation(); this.tick(at, event.shiftKey); };
    const fold = element("span", { className: "fold" });
    if (row.more > 0) {
      const button = element("button", { type: "button", tabIndex: -1, textContent: `${this.unfolded.has(row.group) ? "▾" : "▸"} +${row.more}`, title: "Show the rows folded into this one" });
      button.onclick = (event) => { event.stopPropagation(); this.fold(row.group); };
      fold.append(button);
    }
    const made = element("div", { className: `line ${row.inside ? "inside" : ""}`, id: `row-${at}` },
      cell(tick), cell(element("span", { className: `status ${row.status.replace(" ", "-")}`, textContent: row.status })),
      cell(fold, strong(row.question || "(empty)"), under(row.answer || "(empty)")), cell(row.why || "\u00a0", under(row.from)));
    made.setAttribute("role", "row");
    made.setAttribute("aria-rowindex", at + 1);
    made.style.top = `${at * this.pitch()}px`;
    made.dataset.at = at;
    made.onclick = () => { this.current = at; this.read(at); };
    return made;
  }

  row(at) {
    return this.data.rows[at - this.data.start];
  }

  isTicked(place) {
    return this.ticked === "all" || this.ticked.has(place);
  }

  tick(at, isRange = false) {
    if (this.ticked === "all") this.ticked = new Set(this.data.rows.map((row) => row.place));
    const from = isRange && this.last !== null ? this.last : at;
    const wanted = !this.isTicked(this.row(at)?.place);
    for (let line = Math.min(from, at); line <= Math.max(from, at); line++)
      if (this.row(line)) this.ticked[wanted ? "add" : "delete"](this.row(line).place);
    this.last = at;
    this.lines();
    this.tell();
  }

  all() {
    this.ticked = this.ticked === "all" ? new Set() : "all";
    this.lines();
    this.tell();
  }

  fold(group) {
    this.unfolded[this.unfolded.has(group) ? "delete" : "add"](group);
    this.tell();
  }

  read(at) {
    const row = this.row(at);
    if (!row) return;
    this.send("read", { list: this.data.list, place: row.place });
    this.data.read = row.place;
    this.mark();
  }

  mark() {
    for (const line of this.place.querySelectorAll(".line")) {
      const row = this.row(Number(line.dataset.at));
      line.classList.toggle("read", row.place === this.data.read);
      line.classList.toggle("current", Number(line.dataset.at) === this.current);
      line.setAttribute("aria-selected", String(this.isTicked(row.place)));
    }
    this.body.setAttribute("aria-activedescendant", `row-${this.current}`);
    const many = this.ticked === "all" ? this.data.total : this.ticked.size;
    const told = element("button", { type: "button", className: "more", textContent: this.ticked === "all" ? "Tick none" : `Tick all ${this.data.total.toLocaleString("en")}` });
    told.onclick = () => this.all();
    const words = this.place.querySelector(".told");
    words.replaceChildren(`${this.data.words}${many ? ` · ${many.toLocaleString("en")} ticked ` : " "}`, ...(this.data.total ? [told] : []));
  }

  scrolled() {
    const first = Math.floor(this.body.scrollTop / this.pitch());
    const last = first + Math.ceil(this.body.clientHeight / LINE);
    const { start, rows, total } = this.data;
    const lacks = first - EDGE / 2 < start && start > 0 || last + EDGE / 2 > start + rows.length && start + rows.length < total;
    if (!lacks) return;
    clearTimeout(this.waits);
    this.waits = setTimeout(() => {
      this.asked = Math.max(0, first - EDGE);
      this.tell();
    }, 40);
  }

  press(event) {
    if (event.target !== this.body || event.altKey || event.metaKey) return;
    if (event.key === "a" && event.ctrlKey) { event.preventDefault(); return this.all(); }
    const screen = Math.floor(this.body.clientHeight / LINE) - 1;
    const steps = { ArrowDown: 1, ArrowUp: -1, PageDown: screen, PageUp: -screen, Home: -this.data.total, End: this.data.total };
    if (event.key in steps) this.move(steps[event.key]);
    else if (event.key === "Enter") this.read(this.current);
    else if (event.key === " ") this.tick(this.current, event.shiftKey);
    else return;
    event.preventDefault();
  }

  move(step) {
    this.current = Math.max(0, Math.min(this.data.total - 1, this.current + step));
    const top = this.current * this.pitch(), { scrollTop, clientHeight } = this.body;
    if (top < scrollTop) this.body.scrollTop = top;
    if (top + LINE > scrollTop + clientHeight) this.body.scrollTop = top + LINE - clientHeight;
    this.mark();
  }
}

function element(tag, properties, ...children) {
  const made = Object.assign(document.createElement(tag), properties);
  made.append(...children);
  return made;
}

const strong = (text) => element("span", { className: "question", textContent: text });
const under = (text) => element("span", { className: "under", textContent: text });

function cell(...children) {
  const made = element("span", { className: "cell" }, ...children);
  made.setAttribute("role", "gridcell");
  return made;
}
