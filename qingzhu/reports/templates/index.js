"use strict";
document.querySelectorAll("table.sortable th button").forEach((button) => button.addEventListener("click", () => {
  const head = button.closest("th"), body = head.closest("table").tBodies[0], place = head.cellIndex;
  const down = head.getAttribute("aria-sort") !== "descending";
  head.parentElement.querySelectorAll("th").forEach((one) => one.removeAttribute("aria-sort"));
  head.setAttribute("aria-sort", down ? "descending" : "ascending");
  const key = (row) => row.cells[place].dataset.key;
  const order = (a, b) => (key(a) !== "" && key(b) !== "" && !isNaN(key(a)) && !isNaN(key(b)) ? key(a) - key(b) : key(a).localeCompare(key(b)));
  [...body.rows].sort((a, b) => (down ? -order(a, b) : order(a, b))).forEach((row) => body.append(row));
}));
