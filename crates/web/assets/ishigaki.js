// Enhancement only: every page works without this file.
// Focus goes to the error summary, and a form that was changed warns before it is left.
document.querySelector(".error-summary")?.focus();
for (const form of document.querySelectorAll("form[data-keep]")) {
  let changed = false;
  form.addEventListener("input", () => { changed = true; });
  form.addEventListener("submit", () => { changed = false; });
  addEventListener("beforeunload", (event) => { if (changed) event.preventDefault(); });
}
