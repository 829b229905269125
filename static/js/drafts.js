// What somebody typed is not lost when the session ended meanwhile: it is kept in this tab, never sent anywhere,
// and offered again on the same page after logging in. Passwords, digests and files are not kept.
(() => {
  const KEY = "hf-draft";
  const LEFT_OUT = new Set(["csrfmiddlewaretoken", "version", "digest", "password"]);
  const IN_BETWEEN = "/accounts/";

  const read = () => { try { return JSON.parse(sessionStorage.getItem(KEY)); } catch { return null; } };
  const forget = () => sessionStorage.removeItem(KEY);

  const kept = (form) => {
    const fields = {};
    for (const field of form.elements) {
      const secret = ["password", "file", "hidden", "submit", "button"].includes(field.type);
      if (!field.name || secret || LEFT_OUT.has(field.name)) continue;
      if ((field.type === "checkbox" || field.type === "radio") && !field.checked) continue;
      (fields[field.name] ||= []).push(field.value);
    }
    return fields;
  };

  const ours = (form) => form && form.method === "post" && form.closest("main") && !location.pathname.startsWith(IN_BETWEEN);

  const keep = (form, sent) => {
    const fields = kept(form);
    if (!Object.values(fields).some((values) => values.some((value) => value.trim()))) return;
    const draft = { path: location.pathname, action: form.getAttribute("action") || "", fields, sent };
    try { sessionStorage.setItem(KEY, JSON.stringify(draft)); } catch { /* a full store keeps nothing */ }
  };

  let timer = 0;
  document.addEventListener("input", (event) => {
    const form = event.target.form;
    if (!ours(form)) return;
    clearTimeout(timer);
    timer = setTimeout(() => keep(form, false), 400);
  });
  document.addEventListener("submit", (event) => {
    clearTimeout(timer);
    if (ours(event.target)) keep(event.target, true);
  }, true);

  const put = (form, fields) => {
    for (const field of form.elements) {
      const values = fields[field.name];
      if (!values) continue;
      if (field.type === "checkbox" || field.type === "radio") field.checked = values.includes(field.value);
      else if (field.tomselect) field.tomselect.setValue(values);
      else if (field.multiple) for (const option of field.options) option.selected = values.includes(option.value);
      else field.value = values.shift() ?? field.value;
    }
  };

  const draft = read();
  if (!draft || location.pathname.startsWith(IN_BETWEEN)) return;
  if (draft.path !== location.pathname) { if (draft.sent) forget(); return; }
  const cameBack = document.referrer.includes(IN_BETWEEN);
  const form = [...document.querySelectorAll("main form[method=post]")].find((one) => (one.getAttribute("action") || "") === draft.action);
  if (!form || !cameBack) { if (draft.sent && !document.querySelector(".is-invalid, .alert-danger")) forget(); return; }
  put(form, draft.fields);
  for (const choice of form.querySelectorAll("select[data-shows]")) choice.dispatchEvent(new Event("change", { bubbles: true }));
  const live = document.getElementById("live");
  const note = document.body.dataset.draft;
  if (note) {
    const told = document.createElement("p");
    told.className = "alert alert-info";
    told.textContent = note;
    form.before(told);
    if (live) live.textContent = note;
  }
})();
