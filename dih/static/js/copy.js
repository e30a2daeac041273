// A button that copies a number or code.

export function offerCopies(buttons) {
  if (!navigator.clipboard) return;
  for (const button of buttons) {
    const words = [...button.childNodes].find((node) => node.nodeType === Node.TEXT_NODE && node.textContent.trim());
    const before = words.textContent;
    button.hidden = false;
    button.setAttribute("aria-live", "polite");
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(button.dataset.copies);
      words.textContent = button.closest(".copyable").querySelector("code").dataset.copied;
      setTimeout(() => { words.textContent = before; }, 2500);
    });
  }
}
