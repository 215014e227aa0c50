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
