// Shortens the way; every page works without this file.
(() => {
  const doc = document, root = doc.documentElement;
  const all = (css, from = doc) => [...from.querySelectorAll(css)];

  // One polite live region for the whole page.
  const live = Object.assign(doc.createElement("p"), { className: "vh" });
  live.setAttribute("role", "status");
  doc.body.append(live);
  const say = (words) => { live.textContent = ""; setTimeout(() => (live.textContent = words), 60); };

  // A page that comes back with faults puts the reader at the list of them.
  doc.querySelector("[data-focus]")?.focus();

  // The rooms of the desk lie in one line on a phone: the open one comes into view.
  const room = doc.querySelector(".rooms [aria-current]");
  if (room) room.parentNode.scrollLeft = room.offsetLeft - 16;

  // How many: minus and plus appear with the script, typing stays.
  const step = (box, by) => {
    const field = box.querySelector("input"), { min = 1, max = 99 } = field.dataset;
    const was = parseInt(field.value, 10) || +min;
    const now = Math.min(+max, Math.max(+min, was + by));
    for (const button of all("button", box)) {
      const beyond = now + +button.dataset.by;
      button.setAttribute("aria-disabled", beyond < +min || beyond > +max);
    }
    if (!by || (now === was && field.value === String(now))) return;
    field.value = now;
    say("Jumlah " + now);
    field.dispatchEvent(new Event("change", { bubbles: true }));
  };
  for (const box of all("[data-step]")) {
    for (const button of all("button", box)) button.hidden = false;
    step(box, 0);
  }

  // Forms that answer a choice at once: sorting, filters, the number of a cart line.
  let sending;
  doc.addEventListener("change", (e) => {
    const box = e.target.closest("[data-step]");
    if (box) step(box, 0);
    const form = e.target.closest("[data-send]") && e.target.form;
    if (!form) return;
    clearTimeout(sending);
    sending = setTimeout(() => form.requestSubmit(), box ? 700 : 0);
  });
  for (const button of all("[data-send-button]")) button.hidden = true;

  // Filters fold away on a phone and stand open beside the list on a desk.
  if (matchMedia("(min-width: 60rem)").matches) for (const sheet of all("details[data-wide-open]")) sheet.open = true;

  doc.addEventListener("click", async (e) => {
    const at = (css) => e.target.closest(css);
    let el;
    if ((el = at("[data-step] button"))) return step(el.parentNode, +el.dataset.by);
    if ((el = at("[data-copy]"))) {
      try {
        await navigator.clipboard.writeText(el.dataset.copy);
        say(/^https?:/.test(el.dataset.copy) ? "Tautan tersalin. Tempel di WhatsApp." : "Tersalin.");
        mark(el, "Tersalin");
      } catch { prompt("Salin ini:", el.dataset.copy); }
      return;
    }
    if ((el = at("[data-share]")) && navigator.share) {
      e.preventDefault();
      return navigator.share({ title: el.dataset.title || doc.title, url: el.dataset.share }).catch(() => {});
    }
    if ((el = at("[data-more]"))) { e.preventDefault(); return more(el); }
    if ((el = at("[data-big-type]"))) {
      e.preventDefault();
      const big = root.dataset.size !== "besar";
      if (big) root.dataset.size = "besar"; else delete root.dataset.size;
      doc.cookie = "huruf=" + (big ? "besar" : "biasa") + ";path=/;max-age=31536000;samesite=lax" + (location.protocol === "https:" ? ";secure" : "");
      (el.querySelector("span") || el).textContent = big ? "Huruf biasa" : "Huruf besar";
      return say(big ? "Huruf besar dipakai" : "Huruf biasa dipakai");
    }
    if ((el = at("[data-print]"))) return print();
    if ((el = at("[data-again]"))) { e.preventDefault(); location.reload(); }
  });
  for (const el of all("[data-copy],[data-print]")) el.hidden = false;
  if (navigator.share) for (const el of all("[data-share]")) el.hidden = false;

  // A word on the button itself, the old one back after a while; the width stays.
  const mark = (el, words) => {
    if (el.dataset.words) return;
    el.dataset.words = "1";
    el.style.minWidth = el.offsetWidth + "px";
    const kept = [...el.childNodes];
    el.textContent = words;
    setTimeout(() => { el.replaceChildren(...kept); delete el.dataset.words; }, 2500);
  };

  // The next page is fetched and set under this one; when that fails the link simply goes.
  const more = async (link) => {
    if (link.getAttribute("aria-disabled") === "true") return;
    link.setAttribute("aria-disabled", "true");
    try {
      const answer = await fetch(link.href, { headers: { Accept: "text/html" } });
      if (!answer.ok) throw answer.status;
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const list = doc.getElementById(link.dataset.more), got = page.getElementById(link.dataset.more);
      const first = got.firstElementChild, n = got.children.length;
      list.append(...got.children);
      const pager = page.querySelector(".pager");
      if (pager) link.closest(".pager").replaceWith(pager); else link.closest(".pager").remove();
      history.replaceState(null, "", link.href);
      first?.querySelector("a")?.focus();
      say(n + " lagi ditampilkan");
    } catch { location.href = link.href; }
  };

  // The button that was pressed says so, keeps its width, and takes no second press.
  doc.addEventListener("submit", (e) => {
    const form = e.target, button = e.submitter;
    if (form.method !== "post" || e.defaultPrevented) return;
    if (form.dataset.busy) return e.preventDefault();
    form.dataset.busy = "1";
    setTimeout(() => release(form), 20000);
    if (form.hasAttribute("data-sign-out")) forget("*");
    if (!button || button.closest("[data-step]")) return;
    button.style.minWidth = button.offsetWidth + "px";
    setTimeout(() => {
      button.dataset.kept = button.innerHTML;
      button.textContent = button.dataset.sending || "Mengirim …";
      button.setAttribute("aria-disabled", "true");
      say("Mengirim");
    });
  });
  const release = (form) => {
    delete form.dataset.busy;
    for (const button of all("[data-kept]")) if (button.form === form) {
      button.innerHTML = button.dataset.kept;
      button.removeAttribute("aria-disabled");
      delete button.dataset.kept;
    }
  };
  addEventListener("pageshow", (e) => { if (e.persisted) all("form[data-busy]").forEach(release); });

  // Drafts: what is typed into form[data-draft] waits on this phone, seven days at most.
  // Never a password, a file or a hidden value. Gone after success (data-drafts-done) and sign-out.
  const PRE = "isian:";
  const store = (() => { try { localStorage.setItem("isian?", ""); localStorage.removeItem("isian?"); return localStorage; } catch { return null; } })();
  const forget = (keys) => {
    if (!store) return;
    for (const k of Object.keys(store)) if (k.startsWith(PRE) && (keys === "*" || keys.split(" ").includes(k.slice(PRE.length)))) store.removeItem(k);
  };
  const done = (doc.body.dataset.draftsDone || "").trim();
  if (done) forget(done);
  const kept = (el) => el.name && !el.closest("[data-no-draft]") && !/^(hidden|password|file|submit|button)$/.test(el.type);
  if (store) for (const form of all("form[data-draft]")) {
    const key = PRE + form.dataset.draft;
    let saved = {};
    try { saved = JSON.parse(store.getItem(key)) || {}; } catch { /* an unreadable draft is no draft */ }
    if (saved.at && Date.now() - saved.at > 6048e5) { store.removeItem(key); saved = {}; }
    let back = 0;
    // What the server sends back wins: it is newer or was judged.
    if (saved.values && !form.querySelector("[aria-invalid]")) for (const el of form.elements) {
      const value = saved.values[el.name];
      if (!kept(el) || value === undefined) continue;
      if (el.type === "checkbox" || el.type === "radio") { const on = [].concat(value).includes(el.value); if (el.checked !== on) { el.checked = on; back++; } }
      else if (el.tagName === "SELECT" ? el.selectedIndex < 1 && value : !el.value && value) { el.value = value; back++; el.dispatchEvent(new Event("change")); }
    }
    const line = form.querySelector("[data-draft-note]");
    if (back && line) { line.hidden = false; line.textContent = "Isian yang belum terkirim kami kembalikan."; }
    let soon;
    form.addEventListener("input", () => { clearTimeout(soon); soon = setTimeout(() => {
      const values = {};
      for (const el of form.elements) if (kept(el)) {
        if (el.type === "checkbox" || el.type === "radio") { values[el.name] ??= []; if (el.checked) values[el.name].push(el.value); }
        else values[el.name] = el.value;
      }
      try { store.setItem(key, JSON.stringify({ at: Date.now(), values })); } catch { /* full: the form still works */ }
    }, 400); });
  }

  // A password can be looked at before it is sent.
  for (const box of all("[data-reveal]")) {
    const field = box.querySelector("input");
    const button = Object.assign(doc.createElement("button"), { type: "button", textContent: "Lihat" });
    button.setAttribute("aria-pressed", "false");
    button.setAttribute("aria-label", "Lihat kata sandi");
    button.onclick = () => {
      const shown = field.type === "password";
      field.type = shown ? "text" : "password";
      button.textContent = shown ? "Tutup" : "Lihat";
      button.setAttribute("aria-pressed", shown);
    };
    field.form?.addEventListener("submit", () => (field.type = "password"));
    box.append(button);
  }

  // The chosen picture is seen at once: <input type=file data-preview="id of an empty list">.
  for (const input of all("input[data-preview]")) input.addEventListener("change", () => {
    const list = doc.getElementById(input.dataset.preview);
    list.replaceChildren(...[...input.files].slice(0, 12).map((file) => {
      const img = Object.assign(doc.createElement("img"), { src: URL.createObjectURL(file), alt: file.name, width: 96, height: 96 });
      img.onload = () => URL.revokeObjectURL(img.src);
      const li = doc.createElement("li"); li.append(img); return li;
    }));
    say(input.files.length + " foto dipilih");
  });

  // Before and after.
  for (const range of all("[data-ba]")) {
    const set = () => range.closest(".ba").style.setProperty("--cut", range.value + "%");
    range.addEventListener("input", set); set();
  }

  // The offline page lists what this phone keeps.
  const shelf = doc.querySelector("[data-saved-pages]");
  if (shelf && "caches" in window) (async () => {
    const found = new Map();
    for (const name of await caches.keys()) if (name.startsWith("laman-")) for (const request of await (await caches.open(name)).keys()) {
      const html = await (await caches.match(request))?.text();
      const title = html?.match(/<title>([^<]*?) \| Guyub</)?.[1];
      if (title) found.set(title, request.url);
    }
    shelf.querySelector("ul").replaceChildren(...[...found].slice(-12).reverse().map(([title, href]) => {
      const a = Object.assign(doc.createElement("a"), { href }); a.innerHTML = title;
      const li = doc.createElement("li"); li.append(a); return li;
    }));
    shelf.hidden = !found.size;
  })();

  if ("serviceWorker" in navigator && isSecureContext) addEventListener("load", () => navigator.serviceWorker.register("/sw.js").catch(() => {}));
})();
