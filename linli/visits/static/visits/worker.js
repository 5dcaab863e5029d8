// Keeps the empty frame of the cards and its style on this device, so that a page can be opened
// without a connection. Nothing about anybody is in it: what was typed and seen lies locked in the
// store of card.js, and only that page can open it. Only pages under visits/ are touched.
"use strict";
const NAME = "linli-visits-1";
const SHELL = new URL("offline/", self.location).pathname;
const PARTS = /(?:href|src)="([^"#]+\.(?:css|js|svg))/g;
const ANY = { ignoreVary: true };

const keep = async () => {
  const answer = await fetch(SHELL, { cache: "reload" });
  if (!answer.ok || answer.redirected) throw new Error(`${SHELL}: ${answer.status}`);
  const parts = [...(await answer.clone().text()).matchAll(PARTS)].map((found) => found[1]);
  const cache = await caches.open(NAME);
  await cache.addAll([...new Set(parts)]);
  await cache.put(SHELL, answer);
};

// Which door a card was asked for; its number is no name.
const doorOf = async (asked) => {
  const sent = await asked.formData().catch(() => new FormData());
  if (sent.get("do") !== "open") return "";
  const [house, person] = [sent.get("household"), sent.get("person")];
  return house ? `#h${house}` : person ? `#p${person}` : "";
};

const away = async (asked) => {
  const frame = await caches.match(SHELL, ANY);
  if (!frame) return Response.error();
  const door = asked ? await doorOf(asked) : "";
  return door ? Response.redirect(SHELL + door) : frame;
};

self.addEventListener("install", (event) => {
  event.waitUntil(keep().then(() => self.skipWaiting()));
});
self.addEventListener("activate", (event) => {
  const tidy = async () => {
    const old = (await caches.keys()).filter((one) => one.startsWith("linli-") && one !== NAME);
    await Promise.all(old.map((one) => caches.delete(one)));
    await self.clients.claim();
  };
  event.waitUntil(tidy());
});
self.addEventListener("message", (event) => {
  if (event.data === "keep") event.waitUntil(keep().catch(() => {}));
});
self.addEventListener("fetch", (event) => {
  const { request } = event;
  if (new URL(request.url).origin !== self.location.origin) return;
  if (request.mode === "navigate") {
    const copy = request.method === "POST" ? request.clone() : null;
    event.respondWith(fetch(request).catch(() => away(copy)));
  } else if (request.method === "GET") {
    const held = async () => (await caches.match(request, ANY)) ?? Response.error();
    event.respondWith(fetch(request).catch(held));
  }
});
