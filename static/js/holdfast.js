// Small behaviours of every page. Each enhances markup that already works without it.
(() => {
  const assets = () => document.body.dataset;
  const loaded = new Map();

  const load = (url) => {
    if (!loaded.has(url)) {
      loaded.set(url, new Promise((resolve, reject) => {
        const script = document.createElement("script");
        script.src = url;
        script.onload = resolve;
        script.onerror = reject;
        document.head.append(script);
      }));
    }
    return loaded.get(url);
  };

  const loadStyle = (url) => {
    if (document.querySelector(`link[href="${url}"]`)) return;
    const link = document.createElement("link");
    link.rel = "stylesheet";
    link.href = url;
    document.head.prepend(link);
  };

  const say = (text) => {
    const live = document.getElementById("live");
    if (live) live.textContent = text;
  };

  // Repeating rows: the template's "__row__" becomes the next index.
  const rowsOf = (box) => box.querySelectorAll("[data-rows-list] > [data-row]").length;
  const addRow = (box) => {
    const count = box.querySelector("[data-rows-count]");
    const html = box.querySelector("template").innerHTML.replaceAll("__row__", count.value);
    box.querySelector("[data-rows-list]").insertAdjacentHTML("beforeend", html);
    count.value = Number(count.value) + 1;
    const row = box.querySelector("[data-rows-list] > [data-row]:last-child");
    enhance(row);
    row.querySelector("input:not([type=hidden]), select, textarea")?.focus();
  };
  const removeRow = (row) => {
    const box = row.closest("[data-rows]");
    row.querySelector("[data-row-drop] input").checked = true;
    row.hidden = true;
    for (const input of row.querySelectorAll("[required]")) input.required = false;
    (box.querySelector("[data-rows-add]") || box).focus();
  };

  const enhanceRows = (root) => {
    for (const box of root.querySelectorAll("[data-rows]")) box.querySelector("[data-rows-add]").hidden = false;
    for (const button of root.querySelectorAll("[data-row-remove]")) button.hidden = false;
    for (const label of root.querySelectorAll("[data-row-drop]")) label.hidden = true;
  };

  const remote = (url) => ({
    valueField: "value", labelField: "text", searchField: ["value", "text"], maxItems: 1, create: false,
    load: (query, done) => {
      fetch(`${url}?q=${encodeURIComponent(query)}`, { headers: { Accept: "application/json" } })
        .then((answer) => answer.json()).then((answer) => done(answer.results)).catch(() => done());
    },
  });

  const enhanceSelects = (root) => {
    const fields = [...root.querySelectorAll("select.form-select[data-search], input[data-lookup]")]
      .filter((field) => !field.tomselect && !field.closest("template"));
    if (!fields.length) return;
    loadStyle(assets().tomCss);
    load(assets().tom).then(() => {
      for (const field of fields) {
        const options = field.dataset.lookup ? remote(field.dataset.lookup) : { maxOptions: 500 };
        new window.TomSelect(field, options);
        field.setAttribute("aria-hidden", "true"); // its label now names the field that took its place
      }
    });
  };

  // A choice shows the fields that belong to it, by name, or as rows.field; without the script all are there. What is
  // not shown is not sent.
  const sendShown = (box) => {
    for (const input of box.querySelectorAll("[name]")) {
      input.disabled = Boolean(input.closest(".hf-field[hidden]"));
      if (input.tomselect) input.tomselect[input.disabled ? "disable" : "enable"]();
    }
  };
  const showFields = (select) => {
    const shows = JSON.parse(select.dataset.shows);
    const wanted = new Set(shows[select.value] || []);
    const boxes = [];
    for (const name of new Set(Object.values(shows).flat())) {
      const [field, part] = name.split(".");
      const found = part ? select.form.querySelectorAll(`[name^="${field}-"][name$="-${part}"]`) : [select.form.querySelector(`#id_${field}`)];
      for (const one of found) { const box = one?.closest(".hf-field"); if (box) { box.hidden = !wanted.has(name); boxes.push(box); } }
    }
    boxes.forEach(sendShown);
  };
  const enhanceChoices = () => document.querySelectorAll("select[data-shows]").forEach(showFields);

  const enhance = (root) => {
    enhanceRows(root);
    enhanceChoices();
    enhanceSelects(root);
    root.querySelector("[data-focus]")?.focus();
  };

  document.addEventListener("click", (event) => {
    const add = event.target.closest("[data-rows-add]");
    if (add) addRow(add.closest("[data-rows]"));
    const remove = event.target.closest("[data-row-remove]");
    if (remove) removeRow(remove.closest("[data-row]"));
    const print = event.target.closest("[data-print]");
    if (print) window.print();
    const copy = event.target.closest("[data-copy]");
    if (copy) navigator.clipboard?.writeText(copy.dataset.copy).then(() => say(copy.dataset.copied || ""));
  });

  // A passkey that could not be used is no fault of the page: say so instead of writing to the console.
  document.addEventListener("allauth.error", (event) => {
    event.preventDefault();
    const told = document.body.dataset.passkey || String(event.detail?.exception || "");
    const card = document.querySelector("main form");
    let note = document.getElementById("passkey-note");
    if (!note) {
      note = Object.assign(document.createElement("p"), { id: "passkey-note", className: "alert alert-warning" });
      card?.before(note);
    }
    note.textContent = told;
    say(told);
  });

  document.addEventListener("change", (event) => {
    if (event.target.matches("[data-autosubmit] select, [data-autosubmit] input")) event.target.form.requestSubmit();
    if (event.target.matches("select[data-shows]")) showFields(event.target);
  });

  // A form is sent once: a double click must not ask the server twice.
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.method !== "post" || event.defaultPrevented) return;
    if (form.dataset.sent) { event.preventDefault(); return; }
    form.dataset.sent = "1";
    form.setAttribute("aria-busy", "true");
  });
  window.addEventListener("pageshow", () => {
    for (const form of document.querySelectorAll("[data-sent]")) { delete form.dataset.sent; form.removeAttribute("aria-busy"); }
  });

  const typing = (target) => target.closest("input, textarea, select, [contenteditable]");
  document.addEventListener("keydown", (event) => {
    const quick = document.querySelector("[data-quick]");
    const palette = event.key === "k" && (event.ctrlKey || event.metaKey);
    const slash = event.key === "/" && !event.ctrlKey && !event.metaKey && !event.altKey && !typing(event.target);
    if (quick && (palette || slash)) { event.preventDefault(); quick.focus(); quick.select(); }
  });

  document.addEventListener("htmx:afterSwap", (event) => enhance(event.target));
  document.addEventListener("htmx:beforeRequest", (event) => event.target.setAttribute?.("aria-busy", "true"));
  document.addEventListener("htmx:afterRequest", (event) => event.target.removeAttribute?.("aria-busy"));
  const start = () => enhance(document);
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start); else start();
  window.holdfast = { load, say };
})();
