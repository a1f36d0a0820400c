// One card at a time. A press shows the next card at once; what was pressed is sent until the server says that it is
// saved, as a list: presses that come together overwrite nothing, and a refresh sends them again.

const LOOKS = { rendered: "As text", plain: "As typed", marked: "Differences" };
const desks = new WeakMap();

export default function ({ data, parentElement, setStateValue }) {
  const place = parentElement.querySelector(".desk");
  if (!desks.has(place)) desks.set(place, new Desk(place));
  const desk = desks.get(place);
  desk.update(data, (waiting) => setStateValue("events", waiting));
  return () => desk.leave();
}

class Desk {
  constructor(place) {
    this.place = place;
    this.look = "rendered";
    this.onKey = (event) => this.press(event);
  }

  update(data, send) {
    this.data = data;
    this.send = send;
    document.removeEventListener("keydown", this.onKey);
    document.addEventListener("keydown", this.onKey);
    const had = this.stored();
    this.waiting = had.filter((event) => !data.taken.includes(event.id));
    this.keep();
    if (this.waiting.length && !this.resent) this.send(this.waiting); // left over from before a refresh
    this.resent = true;
    if (had.length > this.waiting.length && !this.waiting.length) this.tell(`Saved. ${data.words}`);
    this.draw();
  }

  leave() {
    document.removeEventListener("keydown", this.onKey);
  }

  name(what) {
    return `winnow-${what}-${this.data.desk}`;
  }

  stored() {
    return JSON.parse(sessionStorage.getItem(this.name("waiting")) || "[]");
  }

  keep() {
    sessionStorage.setItem(this.name("waiting"), JSON.stringify(this.waiting));
  }

  next() {
    const gone = new Set(this.waiting.map((event) => event.key));
    const undoing = this.waiting.some((event) => goesBack(event));
    return undoing ? null : this.data.cards.find((card) => !gone.has(card.key));
  }

  draw() {
    const card = this.next();
    this.past();
    this.place.querySelector(".words").textContent = this.data.words;
    const bar = this.place.querySelector("progress");
    bar.max = this.data.total;
    bar.value = this.data.done + this.waiting.filter((event) => !goesBack(event)).length;
    const key = card ? card.key : this.waiting.length ? "saving" : null;
    if (key === this.shown && this.drawn) return;
    Object.assign(this, { shown: key, drawn: true, appeared: performance.now(), opened: false, reference: false });
    const held = document.activeElement?.dataset?.name;
    const body = this.place.querySelector(".card");
    body.replaceChildren(...(card ? this.parts(card) : [element("p", { className: "wait", textContent: this.waiting.length ? "Saving…" : this.data.words })]));
    this.place.querySelector(".foot").replaceChildren(...(card ? this.foot(card) : []));
    if (held) this.place.querySelector(`[data-name="${held}"]`)?.focus();
  }

  parts(card) {
    const found = [];
    if (card.kind) found.push(element("h2", { className: "kind", textContent: card.kind }));
    for (const { title, html } of card.around)
      found.push(element("div", { className: "around", tabIndex: 0 }, heading(title), text(html)));
    if (card.question) found.push(element("div", { className: "question" }, text(card.question)));
    const panes = card.panes.map((pane, place) => {
      const made = element("div", { className: "pane", tabIndex: 0, role: "region", ariaLabel: pane.title },
        heading(pane.title), text(pane[this.look], this.look));
      made.dataset.pane = place;
      return made;
    });
    if (this.reference)
      panes.push(element("div", { className: "pane reference", tabIndex: 0, role: "region", ariaLabel: "Reference" },
        heading("Reference answer"), text(card.reference, "rendered")));
    const grid = element("div", { className: "panes" }, ...panes);
    grid.style.setProperty("--panes", panes.length);
    found.push(grid, this.verdicts(card, panes.length));
    if (card.reasons.length) found.push(this.reasons(card));
    return found;
  }

  verdicts(card, panes) {
    const row = element("div", { className: "verdicts" });
    row.style.setProperty("--panes", Math.max(1, panes));
    const under = card.choices.filter((choice) => choice.pane !== null);
    const between = element("div", { className: "between" },
      ...card.choices.filter((choice) => choice.pane === null).map((choice) => this.button(card, choice)));
    const own = under.map((choice) => this.button(card, choice));
    if (own.length === 2) row.append(own[0], between, own[1]);
    else row.append(...own, between);
    row.classList.toggle("many", own.length > 2);
    row.classList.toggle("none", own.length === 0);
    return row;
  }

  button(card, choice) {
    const made = element("button", { type: "button", title: choice.help || "" }, choice.label, keycap(choice.key));
    made.dataset.name = choice.name;
    made.onclick = () => this.choose(card, choice.name);
    return made;
  }

  foot(card) {
    const found = [];
    if (card.note) {
      const note = element("textarea", { rows: 1, maxLength: 2000, placeholder: "Note (N), kept with your verdict", ariaLabel: "Note" });
      note.dataset.name = "note";
      note.value = sessionStorage.getItem(this.name(`note-${card.key}`)) || "";
      note.oninput = () => sessionStorage.setItem(this.name(`note-${card.key}`), note.value);
      found.push(note);
    }
    const looks = element("span", { className: "looks" });
    for (const [name, label] of Object.entries(LOOKS)) looks.append(this.toggle(label, this.look === name, () => this.see(name), name[0] === "r" ? "m" : name === "plain" ? "p" : "d"));
    if (card.reference) looks.append(this.toggle("Reference", this.reference, () => this.refer(), "a"));
    const acts = element("span", { className: "acts" }, ...card.aside.map((choice) => this.button(card, choice)));
    const undo = element("button", { type: "button" }, "Undo", keycap("u"));
    undo.dataset.name = "undo";
    undo.onclick = () => this.undo();
    acts.append(undo);
    found.push(looks, acts);
    return found;
  }

  // What is wrong with the worse answer, and where: kept in the browser until the verdict takes it along.
  reasons(card) {
    const draft = this.draft(card);
    const row = element("div", { className: "reasons", role: "group", ariaLabel: "What is wrong with the worse answer" });
    for (const reason of card.reasons)
      row.append(this.toggle(reason.label, draft.reasons.includes(reason.name), () => this.reason(card, reason.name), reason.key));
    const mark = element("button", { type: "button", title: "Select a passage of an answer first" }, "Mark as wrong", keycap("w"));
    mark.dataset.name = "mark";
    mark.onpointerdown = (event) => event.preventDefault(); // or the press would clear the selection
    mark.onclick = () => this.mark(card);
    row.append(mark);
    draft.marks.forEach((one, place) => {
      const made = element("button", { type: "button", className: "marked", title: "Take this mark away",
        ariaLabel: `Take away: wrong in ${card.panes[one.pane].title}: ${one.text}` }, `${card.panes[one.pane].title}: “${one.text}” ✕`);
      made.onclick = () => this.amend(card, { marks: draft.marks.filter((_, other) => other !== place) });
      row.append(made);
    });
    return row;
  }

  draft(card) {
    const kept = sessionStorage.getItem(this.name(`draft-${card.key}`));
    return { reasons: [], marks: [], ...JSON.parse(kept || "{}") };
  }

  amend(card, changes) {
    sessionStorage.setItem(this.name(`draft-${card.key}`), JSON.stringify({ ...this.draft(card), ...changes }));
    this.place.querySelector(".reasons").replaceWith(this.reasons(card));
  }

  reason(card, name) {
    const had = this.draft(card).reasons;
    const is = !had.includes(name);
    this.amend(card, { reasons: is ? [...had, name] : had.filter((other) => other !== name) });
    this.place.querySelector(`[data-name="look-${card.reasons.find((one) => one.name === name).key}"]`)?.focus();
    this.tell(`${name}: ${is ? "on" : "off"}.`);
  }

  mark(card) {
    const selected = getSelection();
    const [from, to] = [selected.anchorNode, selected.focusNode].map((node) => node?.parentElement?.closest(".pane[data-pane]"));
    const seen = String(selected).trim();
    if (!seen || !from || from !== to || !this.place.contains(from)) return this.tell("Select the wrong passage in one of the answers first.");
    this.amend(card, { marks: [...this.draft(card).marks, { pane: Number(from.dataset.pane), text: seen }] });
    selected.removeAllRanges();
    this.tell("Marked as wrong.");
  }

  // The last verdicts, by what was said: pressing one goes back to it.
  past() {
    const made = (this.data.history || []).map((one) => {
      const button = element("button", { type: "button", title: `Go back to: ${one.about}`,
        ariaLabel: `Go back to: ${one.said}, ${one.about}` }, element("b", { textContent: one.said }), ` ${one.about}`);
      button.onclick = () => this.back(one.number);
      return element("li", {}, button);
    });
    const strip = this.place.querySelector(".history") || element("ol", { className: "history", ariaLabel: "Your last verdicts" });
    strip.replaceChildren(...made);
    strip.hidden = !made.length;
    if (!strip.isConnected) this.place.querySelector(".bar").after(strip);
  }

  back(number) {
    if (this.waiting.length) return this.tell("One moment: your last verdict is being saved.");
    this.queue({ key: "", choice: "back", of: number, seconds: 0 });
    this.tell("Taken back up to here.");
    this.draw();
  }

  toggle(label, on, act, key) {
    const made = element("button", { type: "button", ariaPressed: String(on) }, label, keycap(key));
    made.dataset.name = `look-${key}`;
    made.onclick = act;
    return made;
  }

  see(look) {
    this.look = look;
    this.redraw();
  }

  refer() {
    this.reference = !this.reference;
    this.opened = true;
    this.redraw();
  }

  redraw() {
    const card = this.next();
    if (!card) return;
    const held = document.activeElement?.dataset?.name;
    this.place.querySelector(".card").replaceChildren(...this.parts(card));
    this.place.querySelector(".foot").replaceChildren(...this.foot(card));
    if (held) this.place.querySelector(`[data-name="${held}"]`)?.focus();
  }

  press(event) {
    const at = event.target;
    if (at?.dataset?.name === "note" && (event.key === "Escape" || (event.key === "Enter" && event.ctrlKey))) {
      event.preventDefault();
      return at.blur();
    }
    const writes = at?.isContentEditable || ["INPUT", "TEXTAREA", "SELECT"].includes(at?.tagName);
    if (writes || event.repeat || event.ctrlKey || event.metaKey || event.altKey) return;
    if (document.querySelector('[role="dialog"]') || !this.place.isConnected) return;
    const key = event.code.startsWith("Digit") ? event.code.slice(5) : event.key.toLowerCase();
    const card = this.next();
    if (!card) return key === "u" && this.undo();
    const choice = [...card.choices, ...card.aside].find((one) => one.key === key);
    const acts = { u: () => this.undo(), d: () => this.see("marked"), m: () => this.see("rendered"),
      p: () => this.see("plain"), a: () => card.reference && this.refer(),
      n: () => this.place.querySelector("textarea")?.focus(),
      w: () => card.reasons.length && this.mark(card), h: () => this.place.querySelector(".history li:last-child button")?.focus(), "?": () => this.place.querySelector("details").toggleAttribute("open") };
    const reason = card.reasons.find((one) => one.key === key);
    const act = choice ? () => this.choose(card, choice.name) : reason ? () => this.reason(card, reason.name) : acts[key];
    if (!act) return;
    event.preventDefault();
    act();
  }

  choose(card, choice) {
    const seconds = (performance.now() - this.appeared) / 1000;
    if (seconds < this.data.dwell) return this.tell("Not counted: it came before this card could be read. Press again.");
    const note = this.name(`note-${card.key}`);
    this.queue({ key: card.key, choice, seconds, reference: this.opened, note: sessionStorage.getItem(note) || "", ...this.draft(card) });
    sessionStorage.removeItem(note);
    sessionStorage.removeItem(this.name(`draft-${card.key}`));
    const label = [...card.choices, ...card.aside].find((one) => one.name === choice).label;
    this.tell(`${label}. Next card.`);
    this.draw();
  }

  undo() {
    const last = this.waiting.at(-1); // what isn't known to be saved yet, else what the server has as the last
    if ((last && goesBack(last)) || !(last || this.data.last)) return;
    this.queue({ key: "", choice: "undo", of: last ? last.id : this.data.last, seconds: 0 });
    this.tell("The last one is taken back.");
    this.draw();
  }

  queue(event) {
    this.waiting.push({ id: `${Date.now()}-${Math.random()}`, ...event });
    this.keep();
    this.send([...this.waiting]);
  }

  tell(words) {
    this.place.querySelector(".live").textContent = words;
  }
}

function element(tag, properties, ...children) {
  const made = Object.assign(document.createElement(tag), properties);
  made.append(...children);
  return made;
}

const goesBack = (event) => ["undo", "back"].includes(event.choice);
const heading = (title) => element("h3", { textContent: title });
const keycap = (key) => element("kbd", { textContent: key.toUpperCase(), ariaHidden: "true" });

// The server has made the markup inert: every character of a text is escaped there.
const text = (html, look = "plain") => element("div", { className: `text ${look}`, innerHTML: html });
