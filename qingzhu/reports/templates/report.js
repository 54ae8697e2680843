"use strict";
const all = (open) => document.querySelectorAll("main details").forEach((one) => { one.open = open; });
document.querySelectorAll("button[data-open]").forEach((button) => button.addEventListener("click", () => all(button.dataset.open === "yes")));
const reveal = () => {
  let id = location.hash.slice(1);
  let here = document.getElementById(id);
  if (!here) {
    try { id = decodeURIComponent(id); } catch (error) { return; }
    here = document.getElementById(id) || document.getElementById(id.replace(/\s/g, encodeURIComponent));
  }
  document.querySelectorAll(".here").forEach((one) => one.classList.remove("here"));
  for (let one = here; one; one = one.parentElement) { if (one.tagName === "DETAILS") { one.open = true; } }
  if (here && here.tagName === "DETAILS") { here.classList.add("here"); }
  if (here) { here.scrollIntoView(); }
};
addEventListener("hashchange", reveal);
if (location.hash) { reveal(); }
