// The catalogue without a signal. Served at /sw.js. Public GET pages and files only.
const V = "v1", FILES = "berkas-" + V, PAGES = "laman-" + V, PICTURES = "gambar-" + V;
const PATIENCE = 4000, KEEP_PAGES = 40, KEEP_PICTURES = 120, KEEP_FILES = 40;
// Whoever holds the phone next must not see these. A test holds the list to the routes.
const PRIVATE = /^\/(keranjang|kabari|ulasan|bayar|pesanan|akun|masuk|daftar|keluar|lupa-sandi|sandi-baru|periksa-email|verifikasi|undangan|buka-toko|toko-saya|dinas|admin|pengadaan|lokasi|tampilan|simulator|kait|galeri|healthz|readyz)(\/|$)/;

addEventListener("install", (e) => { e.waitUntil(shelve()); skipWaiting(); });
addEventListener("activate", (e) => e.waitUntil((async () => {
  for (const name of await caches.keys()) if (!name.endsWith("-" + V)) await caches.delete(name);
  await clients.claim();
})()));

// The offline page, and the files it names.
async function shelve() {
  const box = await caches.open(FILES);
  await box.add("/luring");
  const page = await (await box.match("/luring")).text();
  const named = [...page.matchAll(/(?:href|src)="(\/static\/[^"#]+)/g)].map((m) => m[1]);
  await box.addAll([...new Set(named)]);
}

async function trim(name, most) {
  const box = await caches.open(name), keys = await box.keys();
  for (const key of keys.slice(0, Math.max(0, keys.length - most))) await box.delete(key);
}

// A saved page says when it was saved, in words, at its head.
async function dated(copy) {
  const at = new Date(copy.headers.get("Date") || Date.now());
  const when = at.toLocaleString("id-ID", { day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" });
  const html = (await copy.text()).replace(/<main /, '<aside class="demo" role="status"><p class="wrap">Sinyal hilang. Tersimpan ' + when + "</p></aside><main ");
  return new Response(html, { status: 200, headers: copy.headers });
}

// A page with somebody's name on it belongs to that person, not to the phone.
async function keep(box, request, copy) {
  if (/no-store/.test(copy.headers.get("Cache-Control") || "")) return;
  const html = await copy.text();
  if (/<body[^>]* data-signed-in/.test(html)) return;
  await box.put(request, new Response(html, { headers: copy.headers }));
  await trim(PAGES, KEEP_PAGES);
}

async function page(request) {
  const box = await caches.open(PAGES);
  const stop = new AbortController(), timer = setTimeout(() => stop.abort(), PATIENCE);
  try {
    const fresh = await fetch(request, { signal: stop.signal });
    if (fresh.ok && !fresh.redirected) keep(box, request, fresh.clone());
    return fresh;
  } catch {
    const copy = await box.match(request);
    return copy ? dated(copy) : (await caches.match("/luring")) || Response.error();
  } finally { clearTimeout(timer); }
}

async function file(request) {
  const saved = await caches.match(request);
  if (saved) return saved;
  const fresh = await fetch(request);
  if (fresh.ok && fresh.type === "basic") {
    const picture = request.destination === "image", name = picture ? PICTURES : FILES;
    const copy = fresh.clone();
    caches.open(name).then((box) => box.put(request, copy)).then(() => trim(name, picture ? KEEP_PICTURES : KEEP_FILES));
  }
  return fresh;
}

addEventListener("fetch", (e) => {
  const request = e.request, url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== location.origin || PRIVATE.test(url.pathname)) return;
  if (request.mode === "navigate") e.respondWith(page(request));
  else if (/^\/(static|media)\//.test(url.pathname)) e.respondWith(file(request));
});
