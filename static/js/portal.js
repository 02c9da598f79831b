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

/* On a narrow screen the tab of this page is in sight, however far right it stands. */
for (const tabs of document.querySelectorAll(".tabs")) {
  const current = tabs.querySelector("[aria-current]");
  if (current) tabs.scrollLeft = current.offsetLeft - tabs.offsetLeft - (tabs.clientWidth - current.offsetWidth) / 2;
}

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
    told.textContent = document.execCommand("copy") ? "已复制" : "已选中，请按 Ctrl+C";
  }
  setTimeout(() => { told.textContent = before; }, 2000);
});

/* What is still under way is looked at again after so many seconds, unless somebody is looking elsewhere. */
const underway = document.querySelector("[data-again]");
if (underway) {
  setInterval(() => { if (!document.hidden) location.reload(); }, 1000 * underway.dataset.again);
}

/* A form that was sent is not sent twice. */
document.addEventListener("submit", (event) => {
  if (event.target.method !== "post") return;
  if (event.target.dataset.sent) return event.preventDefault();
  event.target.dataset.sent = "1";
  setTimeout(() => { delete event.target.dataset.sent; }, 5000);
});

/* Nothing that somebody typed stays in the tab after signing out. */
document.addEventListener("submit", (event) => {
  if (new URL(event.target.getAttribute("action") || "", location.href).pathname.endsWith("/sign-out/")) sessionStorage.clear();
});
