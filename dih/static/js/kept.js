// What was typed in a form and is not on the server yet, kept on the device: one text for each tab, so that what one tab
// has saved takes nothing away from another. A store that is full or closed keeps nothing and stops nothing.

export class Kept {
  constructor(name) {
    this.start = `draft:${name}#`;
    this.key = this.start + (quietly(() => (sessionStorage.tab ??= Math.random().toString(36).slice(2))) ?? "");
  }

  put(what) {
    quietly(() => localStorage.setItem(this.key, JSON.stringify(what)));
  }

  clear() {
    quietly(() => localStorage.removeItem(this.key));
  }

  // This tab's own, else what another tab left behind, which is this tab's from now on. Null where nothing is kept.
  take() {
    return quietly(() => {
      const keys = Object.keys(localStorage).filter((key) => key.startsWith(this.start));
      const key = keys.includes(this.key) ? this.key : keys[0];
      const text = key && localStorage.getItem(key);
      if (!text) return null;
      if (key !== this.key) {
        localStorage.setItem(this.key, text);
        localStorage.removeItem(key);
      }
      return JSON.parse(text);
    }) ?? null;
  }
}

function quietly(deed) {
  try {
    return deed();
  } catch {
    return undefined;
  }
}
