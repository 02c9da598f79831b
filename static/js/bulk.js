/* Ticking rows of a list. Without a script the boxes and the button work all the same. */
"use strict";

document.querySelectorAll("form[data-bulk]").forEach((form) => {
  const told = form.querySelector("[data-ticked]");
  const before = told.textContent;
  const every = form.querySelector("[data-tick-all]");
  const all = form.querySelector("[data-all]");
  const button = form.querySelector("button[type=submit]");
  const boxes = [...form.querySelectorAll("input[name=row]")];

  const tell = () => {
    const ticked = boxes.filter((box) => box.checked).length;
    const whole = all && all.checked;
    told.textContent = whole ? "已选符合条件的全部" : ticked ? `已选 ${ticked}` : before;
    button.disabled = !ticked && !whole;
    if (every) {
      every.checked = ticked > 0 && ticked === boxes.length;
      every.indeterminate = ticked > 0 && ticked < boxes.length;
    }
  };
  form.addEventListener("change", (event) => {
    if (event.target === every) boxes.forEach((box) => { box.checked = every.checked; });
    tell();
  });
  /* a browser brings ticks back when one goes back to the page */
  addEventListener("pageshow", tell);
  tell();
});
