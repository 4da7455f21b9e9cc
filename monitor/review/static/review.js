// Keys for lists: j and k move, Enter opens, / searches. Pages work without this.
"use strict";
(() => {
  const changes = [...document.querySelectorAll(".change")];
  let at = -1;
  const writes = (element) =>
    element.closest("input, textarea, select, [contenteditable]") !== null;
  const go = (step) => {
    at = Math.min(Math.max(at + step, 0), changes.length - 1);
    const change = changes[at];
    if (!change) return;
    change.querySelector("h3 a").focus({ preventScroll: true });
    change.scrollIntoView({ block: "nearest" });
  };
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || writes(event.target)) return;
    if (event.key === "j") go(1);
    else if (event.key === "k") go(-1);
    else if (event.key === "/") document.getElementById("q").focus();
    else return;
    event.preventDefault();
  });
  const keys = document.querySelector(".keys");
  if (keys && changes.length) keys.hidden = false;
})();
