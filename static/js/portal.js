/* The few things that need a script; every page works without it. */
"use strict";

/* "/" goes to the search box, unless somebody is typing. */
document.addEventListener("keydown", (event) => {
  const box = document.querySelector("[data-search]");
  const typing = event.target.closest("input, textarea, select, [contenteditable]");
  if (event.key === "/" && box && !typing && !event.ctrlKey && !event.metaKey && !event.altKey) {
    event.preventDefault();
    box.focus();
    box.select();
  }
});

/* A filter that was chosen is applied at once; empty ones stay out of the address. */
document.addEventListener("change", (event) => {
  const form = event.target.closest("form[data-filters]");
  if (form && event.target.matches("select, input[type=date], input[type=checkbox], input[type=radio]")) {
    form.requestSubmit();
  }
});
document.addEventListener("submit", (event) => {
  if (!event.target.matches("form[data-filters]")) return;
  const empty = [...event.target.elements].filter((field) => field.name && field.value === "");
  empty.forEach((field) => { field.disabled = true; });
  setTimeout(() => empty.forEach((field) => { field.disabled = false; }));
});

/* data-print prints, data-copy="#id" copies the text of an element and says so. */
document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-print], [data-copy]");
  if (!button) return;
  if (button.hasAttribute("data-print")) return window.print();
  const source = document.querySelector(button.dataset.copy);
  const told = button.querySelector("[data-told]") || button;
  const before = told.textContent;
  try {
    await navigator.clipboard.writeText(source.textContent.trim());
    told.textContent = "已复制";
  } catch {
    /* without a secure context: show the text, select it, copy it the old way */
    source.hidden = false;
    source.closest("details")?.setAttribute("open", "");
    getSelection().selectAllChildren(source);
    told.textContent = document.execCommand("copy") ? "已复制" : "已选中,请按 Ctrl+C";
  }
  setTimeout(() => { told.textContent = before; }, 2000);
});

/* A form that was sent is not sent twice. */
document.addEventListener("submit", (event) => {
  if (event.target.method !== "post") return;
  if (event.target.dataset.sent) return event.preventDefault();
  event.target.dataset.sent = "1";
  setTimeout(() => { delete event.target.dataset.sent; }, 5000);
});
