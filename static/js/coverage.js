/* Links such as 数据表 open the table that they lead to. */
"use strict";

document.addEventListener("click", (event) => {
  const link = event.target.closest("[data-opens]");
  const table = link && document.getElementById(link.dataset.opens);
  if (table) table.open = true;
});
