// Sends each photo once chosen, made smaller; the form works without it.
const area = () => document.querySelector("[data-photos-area]");
const queue = document.getElementById("foto-antre");
const SIDE = 2048, start = location.pathname;

// A phone photo is drawn smaller before it travels.
const smaller = async (file, canvas) => {
  const image = await createImageBitmap(file, { imageOrientation: "from-image" });
  const scale = Math.min(1, SIDE / Math.max(image.width, image.height));
  canvas.width = image.width * scale; canvas.height = image.height * scale;
  canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
  if (scale === 1 && file.size < 2e6) return file;
  return new Promise((done) => canvas.toBlob((blob) => done(blob || file), "image/jpeg", 0.9));
};

// The answer is the whole page; its list takes the place of ours.
const take = (html, url) => {
  const page = new DOMParser().parseFromString(html, "text/html");
  const fresh = page.querySelector("[data-photos-area]");
  if (!fresh) throw new Error("no list");
  area().replaceWith(document.adoptNode(fresh));
  const ours = document.querySelector("form.shoot"), theirs = page.querySelector("form.shoot");
  if (ours) { ours.hidden = !theirs; if (theirs) ours.action = theirs.action; }
  if (!page.querySelector("[name=tanpa_foto]")) document.querySelector("[name=tanpa_foto]")?.remove();
  if (url.endsWith("/foto")) history.replaceState(null, "", url);
  area().querySelector("[data-focus]")?.focus();
};

const send = async (form, file, words) => {
  const [row, line, canvas] = ["li", "span", "canvas"].map((name) => document.createElement(name));
  row.className = "shoot__row"; canvas.className = "photo photo--thumb"; line.setAttribute("role", "status");
  row.append(canvas, line); queue.append(row);
  line.textContent = `Mengirim ${words} … Boleh ditinggal.`;
  const data = new FormData(form);
  data.delete("foto");
  try { data.append("foto", await smaller(file, canvas), file.name); } catch { data.append("foto", file, file.name); }
  try {
    const answer = await fetch(form.action, { method: "POST", body: data });
    take(await answer.text(), answer.url);
    row.remove();
  } catch {
    line.textContent = `${words[0].toUpperCase() + words.slice(1)} belum terkirim karena sinyal. `;
    const again = Object.assign(document.createElement("button"), { type: "button", className: "btn btn--line", textContent: "Coba lagi" });
    again.onclick = () => { row.remove(); send(form, file, words); };
    row.append(again);
  }
};

if (queue) {
  document.documentElement.classList.add("quick-photos");
  document.addEventListener("change", async (event) => {
    const form = event.target.closest("form[data-photos]"), files = [...(event.target.files || [])];
    if (!form || !files.length) return;
    event.target.value = "";
    for (const [n, file] of files.entries()) await send(form, file, files.length > 1 ? `foto ${n + 1} dari ${files.length}` : "foto");
    if (!queue.children.length && location.pathname !== start) location.reload();
  });
}
