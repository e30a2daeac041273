// Reviewing by keyboard: Alt+S saves and goes on, Alt+N and Alt+P follow the page's next and previous.

export function listen(forms) {
  const form = forms[0];
  document.addEventListener("keydown", (event) => {
    if (!event.altKey || event.ctrlKey || event.metaKey) return;
    const key = event.code.replace("Key", "").toLowerCase();
    if (key === "s") {
      event.preventDefault();
      form.requestSubmit(form.querySelector("[data-main], button[type=submit]"));
    } else if (key === "n" || key === "p") {
      const way = document.querySelector(key === "n" ? "a[rel=next]" : "a[rel=prev]");
      if (way) {
        event.preventDefault();
        way.click();
      }
    }
  });
}
