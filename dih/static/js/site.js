// Starts what a page marks by data attributes. Everything works without this file; with it, a little better.

const start = (selector, file, first) => {
  const marked = document.querySelectorAll(selector);
  if (marked.length) import(new URL(file, import.meta.url)).then((module) => module[first](marked));
};

start("[data-takes-focus]", "./forms.js", "takeFocus");
start("form[data-guard]", "./forms.js", "guardSubmits");
start("form[data-guard]:not([data-autosave])", "./forms.js", "warnBeforeLeaving");
start("select[data-submits]", "./forms.js", "submitOnChange");
start("form[data-filters]", "./forms.js", "filterOnChange");
start("[data-counts]", "./forms.js", "countCharacters");
start("[data-amount]", "./forms.js", "echoAmounts");
start("[data-password]", "./forms.js", "showPasswords");
start("[data-copies]", "./copy.js", "offerCopies");
start("form[data-autosave]", "./autosave.js", "autosave");
start("form[data-shortcuts]", "./shortcuts.js", "listen");
start("canvas[data-chart]", "./charts.js", "draw");
