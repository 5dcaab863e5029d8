// A card on a bad connection. What is typed is kept on this device, locked with a key that cannot
// be read out, and sent once when the network returns. So is what a card and the list showed, for a
// day: without a network the empty frame that worker.js keeps is filled from it, until the key ends.
// Where nobody is signed in any more (lapse.js) it stays, and opens for its owner alone. Signing out
// (leave.js), somebody else opening a page of visits, or some days wipe it. A page whose key lies
// there no longer writes nothing more. Without this script the card is a plain form.
(() => {
  "use strict";
  const box = document.getElementById("device");
  if (!box) return;
  const say = (words) => {
    box.textContent = words;
    box.hidden = !words;
  };
  if (!window.indexedDB || !window.crypto?.subtle) {
    say(box.dataset.off);
    return;
  }
  const OWNER = box.dataset.owner;
  const LONGEST = Number(box.dataset.days) * 86_400_000;
  const A_DAY = 86_400_000;
  const AGAIN = 15_000;
  const LIST = "list";
  const frame = box.dataset.frame ? document.getElementById("kept") : null;
  let form = document.getElementById("card");
  let gone = false;
  let leave; // somebody signed out, or another has this phone now: this page has no more to do
  const left = new Promise((done) => {
    leave = () => {
      gone = true;
      if (form) form.inert = true;
      say("");
      done();
    };
  });
  const count = (words, n) => words.replace("{n}", n);

  // ---- what lies on the device ----

  const opened = new Promise((done, fail) => {
    const asked = indexedDB.open("linli-visits", 2);
    asked.onupgradeneeded = () => {
      const there = asked.result.objectStoreNames;
      if (!there.contains("secret")) asked.result.createObjectStore("secret");
      if (!there.contains("cards")) asked.result.createObjectStore("cards", { keyPath: "id" });
      asked.result.createObjectStore("pages", { keyPath: "door" });
    };
    asked.onsuccess = () => {
      // Somebody signs out in another tab: nothing here may hold the store open.
      asked.result.onversionchange = () => {
        leave();
        asked.result.close();
      };
      done(asked.result);
    };
    asked.onerror = () => fail(asked.error);
  });
  // One transaction, whose answer a page that is gone waits for in vain.
  const transact = async (names, mode, work) => {
    const base = await opened;
    return new Promise((done, fail) => {
      if (gone) return;
      const act = base.transaction(names, mode, { durability: "strict" });
      act.oncomplete = () => gone || done();
      act.onerror = act.onabort = () => fail(act.error);
      work(act);
    });
  };

  // A clock that was put back opens nothing either.
  const lasts = (held) => {
    const rest = (held?.until ?? 0) - Date.now();
    return rest > 0 && rest <= A_DAY;
  };
  // The key, and the mark it is known by. Whoever finds another's wipes all and lays down their own
  // in one transaction: there is no moment between.
  const secret = (async () => {
    const names = ["secret", "cards", "pages"];
    const key =
      frame ||
      (await crypto.subtle.generateKey({ name: "AES-GCM", length: 256 }, false, [
        "encrypt",
        "decrypt",
      ]));
    let held;
    await transact(names, frame ? "readonly" : "readwrite", (act) => {
      const store = act.objectStore("secret");
      store.get("key").onsuccess = ({ target }) => {
        held = target.result;
        if (frame) return;
        if (held?.owner !== OWNER) {
          for (const name of names) act.objectStore(name).clear();
          held = { owner: OWNER, key };
        }
        held = { mark: crypto.randomUUID(), ...held, until: Date.now() + A_DAY };
        store.put(held, "key");
      };
    });
    // Without a network nobody says who holds the phone: the key opens for a day after they did.
    return { mark: held?.mark, key: !frame || lasts(held) ? held.key : undefined };
  })();
  // What lies there is read and written together with a look whether it is still under this key.
  const within = async (name, mode, work) => {
    const { mark } = await secret;
    let asked;
    await transact(["secret", name], mode, (act) => {
      act.objectStore("secret").get("key").onsuccess = ({ target }) => {
        if (target.result?.mark === mark) asked = work(act.objectStore(name));
        else leave();
      };
    });
    return asked.result;
  };
  const all = (name = "cards") => within(name, "readonly", (store) => store.getAll());
  const put = (name, row) => within(name, "readwrite", (store) => store.put(row));
  const drop = (id, name = "cards") => within(name, "readwrite", (store) => store.delete(id));

  const seal = async (entries) => {
    const iv = crypto.getRandomValues(new Uint8Array(12));
    const plain = new TextEncoder().encode(JSON.stringify(entries));
    const { key } = await secret;
    return { iv, data: await crypto.subtle.encrypt({ name: "AES-GCM", iv }, key, plain) };
  };
  // What does not open with the key opens for nobody any more, and holds nothing else up.
  const unseal = async ({ iv, data }) => {
    try {
      const { key } = await secret;
      const plain = await crypto.subtle.decrypt({ name: "AES-GCM", iv }, key, data);
      return JSON.parse(new TextDecoder().decode(plain));
    } catch {
      return undefined;
    }
  };

  // What the page shows of a door, or the list of doors, as it came.
  const keepPage = async (door, part) => {
    if (!part) return;
    const page = await seal(part.outerHTML);
    await put("pages", { door, saved: Date.now(), ...page });
  };
  const wipeOld = async () => {
    for (const row of await all()) if (Date.now() - row.saved > LONGEST) await drop(row.id);
    const begun = new Set((await all()).map((row) => row.door));
    for (const { door, saved } of await all("pages")) {
      if (Date.now() - saved > A_DAY && !begun.has(door)) await drop(door, "pages");
    }
  };

  const coded = (file) =>
    new Promise((done, fail) => {
      const reader = new FileReader();
      reader.onload = () => done({ name: file.name, type: file.type, data: reader.result });
      reader.onerror = () => fail(reader.error);
      reader.readAsDataURL(file);
    });
  const decoded = ({ name, type, data }) => {
    const bytes = Uint8Array.from(atob(data.split(",", 2)[1]), (sign) => sign.charCodeAt(0));
    return new File([bytes], name, { type });
  };
  const entriesOf = async (pressed) => {
    const found = [];
    for (const [name, value] of new FormData(form)) {
      if (name === "csrfmiddlewaretoken") continue;
      if (!(value instanceof File)) found.push([name, value]);
      else if (value.size) found.push([name, await coded(value)]);
    }
    if (pressed) found.push(["do", pressed]);
    return found;
  };

  // ---- the card on this page ----

  let sending = false;
  let last = Promise.resolve();
  // One after the other: an older draft must never lie over a newer one.
  const keep = (state, pressed = "") => {
    last = last.then(async () => {
      const card = await seal(await entriesOf(pressed));
      const id = form.elements.key.value;
      await put("cards", { id, door: form.dataset.door, state, saved: Date.now(), ...card });
    });
    return last;
  };

  const fill = (entries) => {
    const files = [];
    for (const one of form.querySelectorAll("input[type=checkbox], input[type=radio]")) {
      one.checked = entries.some(([name, value]) => name === one.name && value === one.value);
    }
    for (const [name, value] of entries.filter(([name]) => name !== "do")) {
      if (typeof value !== "string") files.push(decoded(value));
      else {
        const fields = [...form.querySelectorAll(`[name="${CSS.escape(name)}"]`)];
        if (!fields.length) fields.push(unseen(name)); // asked then, and not any more
        for (const one of fields) {
          if (!["checkbox", "radio", "file"].includes(one.type)) one.value = value;
          if (value && one.closest("details")) one.closest("details").open = true;
        }
      }
    }
    if (files.length) {
      const chosen = new DataTransfer();
      files.forEach((file) => chosen.items.add(file));
      form.elements.photos.files = chosen.files;
    }
  };

  const unseen = (name) => {
    const made = Object.assign(document.createElement("input"), { type: "hidden", name });
    form.append(made);
    return made;
  };

  const restore = async () => {
    const drafts = (await all()).filter(
      (row) => row.door === form.dataset.door && row.state === "draft",
    );
    const newest = drafts.sort((one, other) => other.saved - one.saved)[0];
    if (!newest || (!frame && newest.id === form.elements.key.value)) return false;
    const entries = await unseal(newest);
    if (entries) fill(entries);
    return Boolean(entries);
  };

  // ---- sending ----

  const post = (entries) => {
    const body = new FormData();
    const token = document.querySelector("input[name=csrfmiddlewaretoken]");
    if (token) body.append("csrfmiddlewaretoken", token.value);
    for (const [name, value] of entries) {
      body.append(name, typeof value === "string" ? value : decoded(value));
    }
    return fetch(box.dataset.send, {
      method: "POST",
      body,
      credentials: "same-origin",
      redirect: "error",
      headers: { Accept: "application/json" },
    });
  };

  const refuse = async (row, answer) => {
    const told = await answer.json().catch(() => ({}));
    await put("cards", { ...row, state: "draft" });
    if (form?.elements.key.value === row.id) form.inert = false;
    say(told.detail || String(answer.status));
    box.classList.add("note-need");
  };

  // Another tab may have sent the card of this one.
  const sent = new BroadcastChannel("linli-visits");
  sent.onmessage = ({ data }) => {
    if (here(data)) location.assign(data.href);
  };
  const here = (row) => form?.elements.key.value === row.id;
  const flush = async () => {
    const queue = (await all()).filter((row) => row.state === "queued");
    let told = "";
    let refused = false; // its reason stays on the page; the other cards go on
    let away = ""; // only when all is sent: leaving the page would break off the next sending
    for (const row of queue) {
      const entries = await unseal(row);
      if (!entries) {
        await drop(row.id);
        continue;
      }
      let answer;
      try {
        answer = await post(entries);
      } catch {
        told = box.dataset.waiting;
        break;
      }
      if (answer.ok) {
        const { href } = await answer.json();
        await drop(row.id);
        sent.postMessage({ id: row.id, href });
        if (here(row)) away = href;
      } else if ([401, 403].includes(answer.status)) {
        told = box.dataset.door;
        break;
      } else if (answer.status >= 500) {
        told = box.dataset.waiting;
        break;
      } else {
        await refuse(row, answer);
        refused = true;
      }
    }
    if (away) location.assign(away);
    const waiting = (await all()).filter((row) => row.state === "queued").length;
    if (waiting) {
      if (!refused) say(count(told || box.dataset.waiting, waiting));
      setTimeout(send, AGAIN);
    } else if (queue.length && !refused) say(box.dataset.sent);
  };
  const send = async () => {
    if (sending || gone || !(await secret).key) return;
    if (sending) return;
    sending = true;
    try {
      // Two tabs take turns; the server knows a card that came before all the same. Whoever is
      // gone gives the turn away.
      const turn = () => Promise.race([flush(), left]);
      await (navigator.locks ? navigator.locks.request("linli-visits", turn) : turn());
    } finally {
      sending = false;
    }
  };

  // ---- begin ----

  const markBegun = async () => {
    for (const row of await all()) {
      const mark = document.querySelector(`[data-begun="${CSS.escape(row.door)}"]`);
      if (mark && row.state === "draft") mark.hidden = false;
    }
  };
  const attend = async () => {
    say((await restore()) ? box.dataset.restored : box.dataset.saved);
    let wait = 0;
    form.addEventListener("input", () => {
      clearTimeout(wait);
      wait = setTimeout(() => keep("draft"), 150);
    });
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      clearTimeout(wait);
      await keep("queued", event.submitter?.value);
      form.inert = true;
      say(box.dataset.sending);
      await send();
    });
    form.dataset.ready = "yes";
  };

  // ---- without a connection: the frame, filled from this device ----

  const show = async () => {
    const door = location.hash.slice(1) || LIST;
    const kept = (await secret).key && (await all("pages")).find((one) => one.door === door);
    const page = kept ? await unseal(kept) : "";
    form = null;
    const made = new DOMParser().parseFromString(page || "", "text/html");
    frame.replaceChildren(...made.body.childNodes);
    if (!page) return say(door === LIST ? box.dataset.empty : box.dataset.away);
    form = document.getElementById("card");
    say("");
    await (form ? attend() : markBegun());
  };
  const openDoor = (event) => {
    if (event.target === form) return;
    event.preventDefault();
    const { household, person } = event.target.elements;
    const door = household ? `h${household.value}` : person ? `p${person.value}` : "";
    if (door && event.submitter?.value === "open") location.hash = door;
    else say(box.dataset.away);
  };

  const begin = async () => {
    await secret;
    await wipeOld();
    if (frame) {
      frame.addEventListener("submit", openDoor);
      addEventListener("hashchange", show);
      await show();
    } else {
      await keepPage(LIST, document.querySelector(".doors-list"));
      await markBegun();
      if (form) {
        await keepPage(form.dataset.door, form);
        await attend();
      }
      const worker = navigator.serviceWorker;
      worker?.register(box.dataset.worker).catch(() => {}); // without one all else still holds
      worker?.ready.then((held) => held.active?.postMessage("keep"));
    }
    addEventListener("online", send);
    await send();
  };
  // Shown again from the browser's memory: the server says for whom, if for anybody.
  addEventListener("pageshow", (event) => {
    if (event.persisted && !frame) location.reload();
  });
  begin();
})();
