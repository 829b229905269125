// What somebody types into a draft is kept beside it every few seconds, and who else writes is told.
// Without a connection it is kept on this device and sent when the connection is back.
(() => {
  const form = document.querySelector("form[data-authoring]");
  if (!form) return;
  const QUIET = 3000, HEARTBEAT = 20000, AGAIN = 10000;
  const LEFT_OUT = ["csrfmiddlewaretoken", "version", "once", "over"];
  const said = form.dataset;
  const state = form.querySelector("[data-state]");
  const key = `hf-autosave ${said.person} ${location.pathname}`;
  const version = () => Number(form.elements.version.value || 0);
  const clock = (at) => new Date(at).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });
  const filled = (text, values) => text.replace(/%\((\w+)\)s/g, (_all, name) => values[name] ?? "");
  let dirty = false, timer = 0, sending = false, left = false;

  const fields = () => {
    const data = new URLSearchParams();
    for (const [name, value] of new FormData(form)) if (typeof value === "string" && !LEFT_OUT.includes(name)) data.append(name, value);
    return data.toString();
  };

  const local = {
    put: (kept) => { try { localStorage.setItem(key, JSON.stringify(kept)); } catch { /* a full store keeps nothing */ } },
    get: () => { try { return JSON.parse(localStorage.getItem(key)); } catch { return null; } },
    drop: () => { try { localStorage.removeItem(key); } catch { /* nothing is kept there */ } },
  };

  const post = (body) => fetch(said.autosave, {
    method: "POST", body: JSON.stringify(body),
    headers: { "Content-Type": "application/json", Accept: "application/json", "X-CSRFToken": form.elements.csrfmiddlewaretoken.value },
  });

  const tellOthers = (others) => {
    const box = document.querySelector("[data-others]"), words = box.querySelector("[data-others-words]");
    const text = others.map((one) => filled(words.dataset.words, { name: one.name, time: clock(one.since) })).join(" ");
    if (words.textContent.trim() !== text) words.textContent = text;
    box.hidden = !others.length;
  };

  const tell = (text, tone = "") => { if (state.textContent !== text) state.textContent = text; state.dataset.tone = tone; };

  const answered = (told) => {
    tellOthers(told.others);
    if (told.conflict) tell(filled(said.saidConflict, { name: told.conflict.by, time: clock(told.conflict.at) }), "danger");
    else if (told.saved_at) tell(filled(said.saidSaved, { time: clock(told.saved_at) }));
  };

  const keep = async (body) => {
    sending = true;
    try {
      const answer = await post(body);
      if (answer.ok) { answered(await answer.json()); if (body.fields !== undefined) local.drop(); return true; }
      if (body.fields !== undefined) local.put(body);
      tell(answer.status === 409 || answer.status === 403 ? said.saidClosed : said.saidOffline, "danger");
      return answer.status < 500;
    } catch {
      if (body.fields !== undefined) local.put(body);
      tell(said.saidOffline, "danger");
      return false;
    } finally { sending = false; }
  };

  const flush = async () => {
    clearTimeout(timer);
    if (left || !dirty) return;
    if (sending) { timer = setTimeout(flush, 500); return; }
    dirty = false;
    if (!await keep({ version: version(), fields: fields() })) { dirty = true; timer = setTimeout(flush, AGAIN); }
  };

  form.addEventListener("input", () => {
    if (left) return;
    if (!dirty) { dirty = true; tell(said.saidTyping); timer = setTimeout(flush, QUIET); }
  });
  form.addEventListener("submit", () => { left = true; clearTimeout(timer); });
  window.addEventListener("online", flush);
  window.addEventListener("pagehide", () => {
    if (dirty && !left) local.put({ version: version(), fields: fields() });
    fetch(said.leave, { method: "POST", keepalive: true, headers: { "X-CSRFToken": form.elements.csrfmiddlewaretoken.value } }).catch(() => {});
  });
  setInterval(() => { if (!dirty && !sending && !document.hidden) keep({ version: version() }); }, HEARTBEAT);

  document.querySelector("[data-discard]")?.addEventListener("click", async (event) => {
    const answer = await fetch(said.autosave, { method: "DELETE", headers: { "X-CSRFToken": form.elements.csrfmiddlewaretoken.value } });
    if (answer.ok) event.target.closest("[data-kept]").remove();
  });

  const begin = async () => {
    const kept = local.get();
    const recovering = new URLSearchParams(location.search).has("recover");
    if (kept && !recovering && await keep(kept)) document.querySelector("[data-local]").hidden = false;
    else if (!kept) keep({ version: version() });
  };
  if (!document.querySelector(".alert-danger")) begin();
})();
