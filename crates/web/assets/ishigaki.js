// Enhancement only: every page works without this file.
// Focus goes to the error summary, and a form that was changed warns before it is left.
document.querySelector(".error-summary")?.focus();
for (const form of document.querySelectorAll("form[data-keep]")) {
  let changed = false;
  form.addEventListener("input", () => { changed = true; });
  form.addEventListener("submit", () => { changed = false; });
  addEventListener("beforeunload", (event) => { if (changed) event.preventDefault(); });
}
// A file that is too large is told before it is sent; the server checks again.
for (const input of document.querySelectorAll("input[data-limit-mb]")) {
  input.addEventListener("change", () => {
    const tooLarge = [...input.files].some((file) => file.size > Number(input.dataset.limitMb) * 1048576);
    document.getElementById("file-error").textContent = tooLarge ? "＊" + input.dataset.tooLarge : "";
    if (tooLarge) input.value = "";
  });
}
// A workbench by keys: j and k go on and back, m and g choose. Keys count only while a choice has the
// focus (WCAG 2.1.4), so that nothing is taken from assistive technology.
for (const bench of document.querySelectorAll("[data-bench]")) {
  const places = [...bench.querySelectorAll("fieldset")];
  bench.addEventListener("keydown", (event) => {
    if (event.target.type !== "radio" || event.ctrlKey || event.metaKey || event.altKey) return;
    const at = places.indexOf(event.target.closest("fieldset"));
    const go = (step) => { const to = places[at + step]; (to?.querySelector("input:checked") ?? to?.querySelector("input"))?.focus(); };
    const choose = (n) => { places[at].querySelectorAll("input")[n].checked = true; bench.dispatchEvent(new Event("input")); };
    if (event.key === "j") go(1);
    else if (event.key === "k") go(-1);
    else if (event.key === "m") { choose(0); go(1); }
    else if (event.key === "g") { choose(1); places[at].closest("section").querySelector("textarea").focus(); }
    else return;
    event.preventDefault();
  });
}
