// The step editor: rows are added, doubled, removed and moved by button or by dragging, and take a photo.
// Without this script every row has a box "Leave out", and one blank row waits at the end.
(() => {
  const rows = (box) => [...box.querySelectorAll("[data-steps-list] > [data-step]")];
  const changed = (box) => box.dispatchEvent(new Event("input", { bubbles: true }));
  const field = (row, name) => [...row.querySelectorAll("input, textarea, select")].find((one) => one.name.endsWith(`-${name}`));

  const renumber = (box) => {
    const all = rows(box);
    all.forEach((row, at) => {
      row.querySelector("[data-step-no]").textContent = at + 1;
      for (const one of row.querySelectorAll("[name]")) one.name = one.name.replace(/^([a-z_]+)-(\d+|__row__)-/, `$1-${at}-`);
      row.querySelector("[data-step-up]").disabled = at === 0;
      row.querySelector("[data-step-down]").disabled = at === all.length - 1;
    });
    box.querySelector("[data-steps-count]").value = all.length;
  };

  const showPhoto = (row) => {
    const digest = field(row, "photo").value;
    const picture = row.querySelector("[data-step-picture]");
    picture.hidden = !digest;
    if (digest) picture.src = `/pictures/${digest}/`; else picture.removeAttribute("src");
    row.querySelector("[data-step-unphoto]").hidden = !digest;
  };

  const ready = (box, row) => {
    row.querySelector("[data-step-tools]").hidden = false;
    row.querySelector("[data-step-grip]").hidden = false;
    row.querySelector("[data-step-drop]")?.remove();
    row.querySelector("[data-step-photo]").hidden = !box.dataset.pictures;
    showPhoto(row);
  };

  let made = 0;
  const unique = (html) => html.replaceAll("__row__", `new${++made}`).replaceAll(/name="([a-z_]+)-new\d+-/g, 'name="$1-__row__-');
  const add = (box, before = null) => {
    const holder = document.createElement("ol");
    holder.innerHTML = unique(box.querySelector("template").innerHTML);
    const row = holder.firstElementChild;
    box.querySelector("[data-steps-list]").insertBefore(row, before);
    ready(box, row);
    return row;
  };

  const double = (box, row) => {
    const copy = add(box, row.nextElementSibling);
    for (const one of row.querySelectorAll("[name]")) {
      const name = one.name.replace(/^[a-z_]+-\d+-/, "");
      if (name === "key" || name === "drop") continue;
      const other = field(copy, name);
      if (one.type === "checkbox") other.checked = one.checked; else other.value = one.value;
    }
    showPhoto(copy);
    return copy;
  };

  const move = (box, row, step) => {
    const all = rows(box), at = all.indexOf(row), to = at + step;
    if (to < 0 || to >= all.length) return;
    if (step < 0) all[to].before(row); else all[to].after(row);
    renumber(box);
    changed(box);
    const button = row.querySelector(step < 0 ? "[data-step-up]" : "[data-step-down]");
    (button.disabled ? row.querySelector(step < 0 ? "[data-step-down]" : "[data-step-up]") : button).focus();
    window.holdfast.say(`${box.dataset.saidMoved} ${to + 1}`);
  };

  const remove = (box, row) => {
    const next = row.nextElementSibling || row.previousElementSibling;
    row.remove();
    renumber(box);
    changed(box);
    window.holdfast.say(box.dataset.saidRemoved);
    (next ? field(next, "what") : box.querySelector("[data-step-add]")).focus();
  };

  const takePhoto = async (box, row, file) => {
    const body = new FormData();
    body.append("file", file);
    const token = box.closest("form").querySelector("[name=csrfmiddlewaretoken]").value;
    row.setAttribute("aria-busy", "true");
    try {
      const answer = await fetch(box.dataset.pictures, { method: "POST", body, headers: { "X-CSRFToken": token, Accept: "application/json" } });
      const told = await answer.json().catch(() => ({}));
      if (!answer.ok) throw new Error(told.errors?.[0]?.message || told.detail || answer.statusText);
      field(row, "photo").value = told.sha256;
      showPhoto(row);
      changed(box);
    } catch (error) {
      window.holdfast.say(`${box.dataset.saidPhoto} ${error.message}`);
      let note = row.querySelector("[data-step-fault]");
      if (!note) {
        note = Object.assign(document.createElement("p"), { className: "invalid-feedback d-block" });
        note.dataset.stepFault = "1";
        row.querySelector("[data-step-photo]").append(note);
      }
      note.textContent = error.message;
    } finally { row.removeAttribute("aria-busy"); }
  };

  const ACTS = {
    stepUp: (box, row) => move(box, row, -1),
    stepDown: (box, row) => move(box, row, 1),
    stepRemove: remove,
    stepDouble: (box, row) => { const copy = double(box, row); renumber(box); changed(box); field(copy, "what").focus(); },
    stepUnphoto: (box, row) => { field(row, "photo").value = ""; showPhoto(row); changed(box); },
  };

  const start = () => {
    for (const box of document.querySelectorAll("[data-steps]")) {
      const all = rows(box);
      const last = all.at(-1);
      if (all.length > 1 && last && !field(last, "what").value && !field(last, "key").value) last.remove();
      for (const row of rows(box)) ready(box, row);
      renumber(box);
      const button = box.querySelector("[data-step-add]");
      button.hidden = false;
      button.addEventListener("click", () => { const row = add(box); renumber(box); changed(box); field(row, "what").focus(); });
      box.addEventListener("click", (event) => {
        const pressed = event.target.closest("button");
        const row = event.target.closest("[data-step]");
        const act = pressed && row && Object.keys(ACTS).find((name) => name in pressed.dataset);
        if (act) ACTS[act](box, row);
      });
      box.addEventListener("change", (event) => {
        if ("stepFile" in event.target.dataset && event.target.files[0]) takePhoto(box, event.target.closest("[data-step]"), event.target.files[0]);
      });
      window.holdfast.load(document.body.dataset.sortable).then(() => {
        window.Sortable.create(box.querySelector("[data-steps-list]"), {
          handle: "[data-step-grip]", animation: 120, onEnd: () => { renumber(box); changed(box); },
        });
      });
    }
  };
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start); else start();
})();
