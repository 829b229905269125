// Remarks on a place in the text: select words, press the button. Without this a form asks for the words.
(() => {
  const text = document.querySelector("[data-remarkable]");
  const form = document.querySelector("[data-remark-form]");
  const float = document.querySelector("[data-remark-float]");
  const hint = document.querySelector("[data-remark-hint]");
  const take = document.querySelector("[data-remark-take]");
  const CONTEXT = 90;

  const field = (name) => form.elements[name];
  const put = (name, value) => { const one = field(name); if (one?.tomselect) one.tomselect.setValue(value); else if (one) one.value = value; };

  const chosen = () => {
    const selection = document.getSelection();
    if (!text || !selection.rangeCount || selection.isCollapsed) return null;
    const range = selection.getRangeAt(0);
    return text.contains(range.commonAncestorContainer) && range.toString().trim() ? range : null;
  };

  const around = (range) => {
    const before = document.createRange();
    before.setStart(text, 0);
    before.setEnd(range.startContainer, range.startOffset);
    const after = document.createRange();
    after.setStart(range.endContainer, range.endOffset);
    after.setEnd(text, text.childNodes.length);
    return { before: before.toString().slice(-CONTEXT), exact: range.toString().slice(0, 1000), after: after.toString().slice(0, CONTEXT) };
  };

  const begin = (range) => {
    const found = around(range);
    for (const [name, value] of Object.entries(found)) put(name, value);
    put("place", "quote");
    put("target", "");
    if (float) float.hidden = true;
    form.scrollIntoView({ block: "center" });
    field("text").focus();
  };

  if (text && form) {
    hint.hidden = false;
    document.addEventListener("selectionchange", () => {
      const range = chosen();
      take.disabled = !range;
      if (!float) return;
      float.hidden = !range;
      if (!range) return;
      const box = range.getBoundingClientRect();
      float.style.top = `${window.scrollY + box.bottom + 6}px`;
      float.style.left = `${window.scrollX + Math.max(8, Math.min(box.left, window.innerWidth - 190))}px`;
    });
    for (const button of [take, float]) {
      button?.addEventListener("mousedown", (event) => event.preventDefault()); // the selection stays
      button?.addEventListener("click", () => { const range = chosen(); if (range) begin(range); });
    }
  }

  if (form) {
    document.addEventListener("click", (event) => {
      const step = event.target.closest("[data-remark-step]");
      if (!step) return;
      event.preventDefault();
      put("place", "step");
      put("target", step.dataset.remarkStep);
      for (const name of ["exact", "before", "after"]) put(name, "");
      form.scrollIntoView({ block: "center" });
      field("text").focus();
    });
  }

  // From a marked place to its remark, by mouse and by keyboard.
  const show = (mark) => {
    const note = document.getElementById(`note-${mark.dataset.remarks.split(" ")[0]}`);
    if (!note) return;
    note.scrollIntoView({ block: "center" });
    note.focus();
  };
  for (const mark of document.querySelectorAll("mark.hf-remarked[id]")) {
    mark.tabIndex = 0;
    mark.setAttribute("role", "button");
  }
  document.addEventListener("click", (event) => {
    const mark = event.target.closest("mark.hf-remarked");
    if (mark && document.getSelection().isCollapsed) show(mark);
  });
  document.addEventListener("keydown", (event) => {
    const mark = event.target.closest?.("mark.hf-remarked");
    if (mark && (event.key === "Enter" || event.key === " ")) { event.preventDefault(); show(mark); }
  });
})();
