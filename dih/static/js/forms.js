// Small comforts of forms: focus on what is wrong, one submit for a double click, amounts read back.

export function takeFocus(boxes) {
  boxes[0].focus();
}

export function guardSubmits(forms) {
  for (const form of forms) {
    form.addEventListener("submit", (event) => {
      if (event.defaultPrevented) return;
      if (form.dataset.sent) {
        event.preventDefault();
        return;
      }
      form.dataset.sent = "yes";
      for (const button of form.querySelectorAll("button[type=submit], button:not([type])")) {
        button.setAttribute("aria-disabled", "true");
      }
    });
  }
  // A page that comes back from the browser's memory may send again.
  window.addEventListener("pageshow", () => {
    for (const form of forms) {
      delete form.dataset.sent;
      form.querySelectorAll("[aria-disabled]").forEach((button) => button.removeAttribute("aria-disabled"));
    }
  });
}

export function warnBeforeLeaving(forms) {
  const touched = new Set();
  for (const form of forms) {
    form.addEventListener("input", (event) => {
      if (event.target.matches("textarea, input[type=text], input:not([type])")) touched.add(form);
    });
    // Sending one form leaves what was typed in another: that still asks.
    form.addEventListener("submit", () => touched.delete(form));
  }
  window.addEventListener("beforeunload", (event) => {
    if (touched.size) event.preventDefault();
  });
}

export function submitOnChange(selects) {
  for (const select of selects) {
    const button = select.form.querySelector("button");
    if (button) button.hidden = true;
    let byKeys = false;
    select.addEventListener("keydown", (event) => { byKeys = event.key.startsWith("Arrow") || event.key.length === 1; });
    select.addEventListener("pointerdown", () => { byKeys = false; });
    select.addEventListener("change", () => {
      // Arrow keys only look through the choices; leaving the list or Enter takes one.
      if (!byKeys) select.form.requestSubmit();
      else if (button) button.hidden = false;
    });
  }
}

export function filterOnChange(forms) {
  for (const form of forms) {
    form.addEventListener("formdata", (event) => {
      for (const [name, value] of [...event.formData.entries()]) if (value === "") event.formData.delete(name);
    });
    form.addEventListener("change", (event) => {
      if (event.target.matches("select, input[type=checkbox], input[type=radio]")) form.requestSubmit();
    });
  }
}

export function countCharacters(notes) {
  for (const note of notes) {
    const area = document.getElementById(note.dataset.counts);
    const count = () => {
      const left = Number(note.dataset.most) - area.value.length;
      note.hidden = left > Number(note.dataset.most) * 0.25;
      note.classList.toggle("is-over", left < 0);
      note.textContent = (left < 0 ? note.dataset.over : note.dataset.words).replace("{n}", Math.abs(left));
    };
    area.addEventListener("input", count);
    count();
  }
}

// The same reading as dih/shared/money.py: cents, or null for what is no amount.
export function readAmount(text) {
  const bare = text.replace(/€|EUR|RON|lei/gi, "").trim();
  if (/^\d+$/.test(bare) || /^\d{1,3}([.,\u0020\u00a0\u202f])\d{3}(\1\d{3})*$/.test(bare)) return Number(bare.replace(/\D/g, "")) * 100;
  const parts = /^(\d+|\d{1,3}(?:([.,\u0020\u00a0\u202f])\d{3}(?:\2\d{3})*)?)([.,])(\d{1,2})$/.exec(bare);
  if (!parts || parts[2] === parts[3]) return null;
  return Number(parts[1].replace(/\D/g, "")) * 100 + Number(parts[4].padEnd(2, "0"));
}

export function echoAmounts(inputs) {
  const money = new Intl.NumberFormat(document.documentElement.lang, { style: "decimal", minimumFractionDigits: 2 });
  for (const input of inputs) {
    const echo = document.createElement("p");
    echo.className = "amount-reading";
    echo.setAttribute("aria-live", "polite");
    (input.closest(".input-group") || input).after(echo);
    const unit = input.parentElement.querySelector(".input-group-text")?.textContent ?? "€";
    input.addEventListener("blur", () => {
      const cents = readAmount(input.value);
      echo.textContent = cents === null ? "" : `= ${money.format(cents / 100)} ${unit}`;
    });
  }
}

export function showPasswords(boxes) {
  for (const box of boxes) {
    const input = box.querySelector("input");
    const button = document.createElement("button");
    button.type = "button";
    button.className = "btn";
    button.setAttribute("aria-label", box.dataset.label);
    button.setAttribute("aria-pressed", "false");
    button.textContent = box.dataset.show;
    button.addEventListener("click", () => {
      const shown = input.type === "password";
      input.type = shown ? "text" : "password";
      button.textContent = shown ? box.dataset.hide : box.dataset.show;
      button.setAttribute("aria-pressed", String(shown));
    });
    input.form.addEventListener("submit", () => { input.type = "password"; });
    box.append(button);
  }
}
