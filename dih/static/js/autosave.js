// Saves a form a second after typing stops. What was typed stays on the device until the server has acknowledged it.
// Answers of the server: 200 {version}; 409 {version, values, who}: both texts are shown, nothing is overwritten;
// anything else: kept, said, and tried again on request. A page that shows the other's text from the start says so in
// `data-theirs`.

import { Kept } from "./kept.js";

const PAUSE = 1000;
const SKIPPED = new Set(["csrf_token", "version"]);

export function autosave(forms) {
  for (const form of forms) new Autosave(form);
}

class Autosave {
  constructor(form) {
    this.form = form;
    this.box = form.querySelector("[data-save-state]");
    this.kept = new Kept(form.dataset.autosave);
    this.saved = this.typed();
    this.running = false;
    form.addEventListener("input", () => this.later());
    form.addEventListener("change", () => this.later());
    form.addEventListener("submit", (event) => this.sent(event), { capture: true });
    window.addEventListener("online", () => { if (this.failed) this.save(); });
    window.addEventListener("beforeunload", (event) => { if ((this.failed || this.unsettled()) && !this.leaving) event.preventDefault(); });
    this.begin();
  }

  begin() {
    const theirs = JSON.parse(this.form.dataset.theirs ?? "null");
    if (theirs) {
      this.saved = { ...this.saved, ...theirs.values };
      for (const box of this.form.querySelectorAll(".versions")) box.remove();
      this.compare({ version: this.version()?.value, ...theirs });
      this.keep();
    } else if (this.form.querySelector(".has-error")) {
      this.keep();
    } else {
      this.restore();
    }
  }

  typed() {
    const values = {};
    for (const [name, value] of new FormData(this.form)) {
      if (SKIPPED.has(name) || value instanceof File) continue;
      values[name] = name in values ? [].concat(values[name], value) : value;
    }
    return values;
  }

  keep(sent = false) {
    // Until the differences are settled no version of the page counts as the one that was changed.
    this.kept.put({ values: this.typed(), version: this.unsettled() ? "" : this.version()?.value, sent });
    this.dirty = true;
  }

  forget() {
    this.kept.clear();
    this.dirty = false;
  }

  later() {
    this.keep();
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.save(), PAUSE);
  }

  sent(event) {
    clearTimeout(this.timer);
    if (this.unsettled()) {
      event.preventDefault();
      this.form.querySelector(".versions button").focus();
      return;
    }
    if (this.running) {
      // The save on its way makes this page's version an old one: send once it has arrived.
      event.preventDefault();
      this.waiting = { by: event.submitter };
      return;
    }
    this.leaving = true;
    if (this.dirty) this.keep(true);
  }

  version() {
    return this.form.elements.namedItem("version");
  }

  unsettled() {
    return this.form.querySelector(".versions") !== null;
  }

  async save() {
    if (this.running) {
      this.later();
      return;
    }
    // Until every difference is settled nothing of ours may go over the other's text.
    if (this.unsettled()) return;
    const sent = this.typed();
    if (JSON.stringify(sent) === JSON.stringify(this.saved)) {
      if (this.failed) this.say("saved");
      this.forget();
      return;
    }
    this.running = true;
    this.say("saving");
    try {
      const body = new FormData(this.form);
      for (const [name, value] of [...body]) if (value instanceof File) body.delete(name);
      const answer = await fetch(this.form.dataset.autosave, { method: "POST", body, headers: { Accept: "application/json" }, redirect: "manual" });
      const said = answer.headers.get("Content-Type")?.includes("json") ? await answer.json() : {};
      if (answer.ok && "version" in said) this.acknowledged(sent, said);
      else if (answer.status === 409 && said.values) this.compare(said);
      else this.say("failed", said.problems);
    } catch {
      this.say("failed");
    } finally {
      this.running = false;
    }
    if (this.waiting) {
      const { by } = this.waiting;
      this.waiting = null;
      this.form.requestSubmit(by);
    }
  }

  acknowledged(sent, said) {
    this.saved = sent;
    if (this.version()) this.version().value = said.version;
    if (JSON.stringify(sent) === JSON.stringify(this.typed())) this.forget();
    this.say("saved");
  }

  say(what, problems = []) {
    this.failed = what === "failed";
    if (!this.box) return;
    this.box.className = `save-state is-${what}`;
    this.box.textContent = [this.box.dataset[what], ...problems].join(" ");
    if (what === "failed") this.box.append(this.button(this.box.dataset.retry, () => this.save()));
  }

  button(words, act) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "btn btn-sm";
    button.textContent = words;
    button.addEventListener("click", act);
    return button;
  }

  // Text that a closed tab or a lost connection left behind comes back, if nobody has changed the page since.
  restore() {
    const kept = this.kept.take();
    if (!kept) return;
    const same = kept.version === this.version()?.value;
    // What was submitted under an older version has arrived.
    if (JSON.stringify(kept.values) === JSON.stringify(this.saved) || (kept.sent && !same)) {
      this.forget();
      return;
    }
    if (same) {
      for (const [name, value] of Object.entries(kept.values)) this.put(name, value);
      this.say("restored");
      this.later();
    } else {
      const theirs = Object.fromEntries(Object.keys(kept.values).map((name) => [name, this.saved[name] ?? ""]));
      for (const [name, value] of Object.entries(kept.values)) this.put(name, value);
      this.compare({ version: this.version()?.value, values: theirs });
    }
  }

  put(name, value) {
    const control = this.form.elements.namedItem(name);
    if (!control) return;
    const wanted = [].concat(value);
    for (const one of control instanceof RadioNodeList ? control : [control]) {
      if (one.type === "checkbox" || one.type === "radio") one.checked = wanted.includes(one.value);
      else one.value = wanted[0];
    }
  }

  // Both texts of every field that differs, side by side; the page's own text stays until one is chosen.
  compare(said) {
    this.say("conflict");
    const mine = this.typed();
    for (const [name, theirs] of Object.entries(said.values)) {
      const control = this.form.elements.namedItem(name);
      const place = (control instanceof RadioNodeList ? control[0] : control)?.closest(".field");
      if (!place || JSON.stringify(mine[name] ?? "") === JSON.stringify(theirs)) continue;
      place.querySelector(".versions")?.remove();
      place.prepend(this.choice(name, theirs, said.who));
    }
    this.newest = said.version;
    if (!this.unsettled()) this.settled();
  }

  settled() {
    if (this.version()) this.version().value = this.newest;
    this.later();
  }

  // One's own text is the field's as it stands when one chooses: who typed on beside the comparison keeps that too.
  choice(name, theirs, who) {
    const mine = () => this.typed()[name] ?? "";
    const box = document.createElement("div");
    box.className = "versions";
    const pair = document.createElement("div");
    pair.className = "versions-pair";
    const done = (value) => {
      this.put(name, value);
      box.remove();
      const control = this.form.elements.namedItem(name);
      (control instanceof RadioNodeList ? control[0] : control).focus();
      if (!this.unsettled()) this.settled();
    };
    for (const [words, value, label] of [
      [this.box.dataset.mine, mine, this.box.dataset.keepMine],
      [who ? `${this.box.dataset.theirs} (${who})` : this.box.dataset.meanwhile, () => theirs, this.box.dataset.takeTheirs],
    ]) {
      const side = document.createElement("div");
      const title = document.createElement("span");
      title.className = "versions-name";
      title.textContent = words;
      const text = document.createElement("div");
      text.className = "versions-text";
      const show = () => { text.textContent = this.readable(name, value()); };
      show();
      if (value === mine) this.form.addEventListener("input", show);
      side.append(title, text, this.button(label, () => done(value())));
      pair.append(side);
    }
    box.append(pair);
    return box;
  }

  readable(name, value) {
    const control = this.form.elements.namedItem(name);
    const labels = [].concat(value).map((one) => {
      if (control instanceof HTMLSelectElement) return [...control.options].find((option) => option.value === one)?.text ?? one;
      const box = [...(control instanceof RadioNodeList ? control : [control])].find((each) => each.labels?.length && each.value === one);
      return box && box.type !== "text" && box.tagName === "INPUT" && /radio|checkbox/.test(box.type) ? box.labels[0].textContent.trim() : one;
    });
    return labels.filter(Boolean).join(", ") || "–";
  }
}
