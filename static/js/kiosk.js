// The shared tablet: it locks itself, sends each press until it has arrived, and keeps no page for the next person.
// Every form works without this script too.
(() => {
  const main = () => document.getElementById("main");
  const say = (text) => { const live = document.getElementById("live"); if (live) live.textContent = text; };
  const wait = (seconds) => new Promise((done) => { setTimeout(done, seconds * 1000); });
  const LONGEST_WAIT = 5;
  const SELDOM = 8000; // milliseconds between two signs of life

  let idleLeft = 0, wholeLeft = 0, lastSign = 0, busy = false;

  // A screen that comes back from the browser's memory may be the last person's.
  window.addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });

  const notice = (text) => {
    let box = document.getElementById("hk-waiting");
    if (!text) { box?.remove(); return; }
    if (!box) {
      box = Object.assign(document.createElement("div"), { id: "hk-waiting", className: "hk-waiting" });
      box.setAttribute("role", "alert");
      document.body.append(box);
    }
    box.textContent = text;
  };

  // One attempt after the other until the server has answered; the server takes each press once.
  const steadily = async (ask) => {
    for (let tries = 0; ; tries += 1) {
      try {
        const answer = await ask();
        if (answer.status < 500) { notice(""); return answer; }
      } catch { /* no network */ }
      notice(main().dataset.waiting);
      await wait(Math.min(1 + tries, LONGEST_WAIT));
    }
  };

  const show = async (answer) => {
    const html = await answer.text();
    const page = new DOMParser().parseFromString(html, "text/html");
    const next = page.getElementById("main");
    if (!next || !next.hasAttribute("data-kiosk")) { location.replace(answer.url); return; }
    main().replaceWith(next);
    document.title = page.title;
    history.replaceState(null, "", answer.url);
    window.scrollTo(0, 0);
    begin();
  };

  const follow = async (ask) => {
    if (busy) return;
    busy = true;
    main().setAttribute("aria-busy", "true");
    try { await show(await steadily(ask)); } finally { busy = false; main()?.removeAttribute("aria-busy"); }
  };

  const send = (form, button) => {
    const data = new FormData(form);
    if (button?.name) data.append(button.name, button.value);
    const action = form.getAttribute("action") || location.href;
    follow(() => fetch(action, { method: "POST", body: data, credentials: "same-origin" }));
  };

  // Before the general script hears of it: it would let a form be sent once only, and a lost one never again.
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!form.matches("[data-steady]")) return;
    event.preventDefault();
    event.stopPropagation();
    send(form, event.submitter);
  }, true);

  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[href^='/kiosk/']:not([data-plain])");
    if (link && !event.ctrlKey && !event.metaKey) {
      event.preventDefault();
      follow(() => fetch(link.href, { credentials: "same-origin" }));
      return;
    }
    const name = event.target.closest("[data-say]");
    if (name) {
      const field = name.closest("form").querySelector("[data-badge]");
      field.value = name.dataset.say;
      name.closest("form").querySelector("[data-pad] input")?.focus();
    }
    const key = event.target.closest("[data-key]");
    if (key) press(key);
  });

  const press = (key) => {
    const field = key.closest("[data-pad]").querySelector("input");
    if (key.dataset.key === "clear") field.value = "";
    else if (key.dataset.key === "back") field.value = field.value.slice(0, -1);
    else if (field.value.length < field.maxLength) field.value += key.dataset.key;
  };

  // A badge reader types and presses Enter. In a form with a PIN it leads on to the PIN.
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !event.target.matches("[data-badge]")) return;
    const pin = event.target.form.querySelector("[data-pad] input");
    if (pin && !pin.value) { event.preventDefault(); pin.focus(); }
  });

  const live = () => {
    const data = main().dataset;
    if (!data.idle) return;
    idleLeft = Number(data.idle);
    const now = Date.now();
    if (now - lastSign < SELDOM) return;
    lastSign = now;
    const token = document.querySelector("[data-lock] [name=csrfmiddlewaretoken]")?.value;
    fetch(data.alive, { method: "POST", headers: { "X-CSRFToken": token }, credentials: "same-origin", redirect: "manual" })
      .then((answer) => { if (answer.type === "opaqueredirect") location.replace(data.home); }).catch(() => {});
  };
  for (const kind of ["pointerdown", "keydown", "wheel"]) document.addEventListener(kind, live, { passive: true });

  const tick = () => {
    const data = main()?.dataset;
    if (!data?.idle || busy) return;
    idleLeft -= 1;
    wholeLeft -= 1;
    const left = Math.max(Math.min(idleLeft, wholeLeft), 0);
    const count = document.querySelector("[data-count]");
    if (count) { count.textContent = left; count.classList.toggle("hk-soon", left <= 10); }
    if (left === 10) say(`${left} s`);
    if (left <= 0) { delete data.idle; send(document.querySelector("[data-lock]")); }
  };
  setInterval(tick, 1000);

  const begin = () => {
    const root = main();
    if (!root) return;
    idleLeft = Number(root.dataset.idle || 0);
    wholeLeft = Number(root.dataset.left || 0);
    for (const hidden of root.querySelectorAll("[data-pad] .hk-keys, [data-say]")) hidden.hidden = false;
    root.querySelector("[data-focus]")?.focus({ preventScroll: true });
  };

  // On the first screen a badge may be scanned wherever the focus went.
  document.addEventListener("keydown", (event) => {
    const field = main()?.querySelector(".hk-scan [data-badge]");
    if (field && document.activeElement === document.body && event.key.length === 1) field.focus();
  });

  begin();
})();
