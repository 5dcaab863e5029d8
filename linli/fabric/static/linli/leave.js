// Whoever signs out takes along what pages kept on this device. The server asks the browser to clear
// it too (Clear-Site-Data); not every browser does. Sign-out forms carry data-leave.
(() => {
  "use strict";
  const KEPT = ["linli-visits"];
  const WAIT = 3_000; // a store that another tab does not let go must not hold anybody here
  const dropped = (name) =>
    new Promise((done) => {
      const asked = indexedDB.deleteDatabase(name);
      asked.onsuccess = asked.onerror = done;
      setTimeout(done, WAIT);
    });
  const unattended = async () => {
    const held = (await navigator.serviceWorker?.getRegistrations()) ?? [];
    await Promise.all(held.map((one) => one.unregister()));
  };
  for (const form of document.querySelectorAll("form[data-leave]")) {
    form.addEventListener("submit", async (event) => {
      if (!window.indexedDB) return;
      event.preventDefault();
      await Promise.allSettled([...KEPT.map(dropped), unattended()]);
      form.submit();
    });
  }
})();
