// Whoever signs out or hands over a desk takes along what pages kept on this device, before the next
// one signs in. The server asks the browser to clear it too (Clear-Site-Data); not every browser does.
// Forms that sign out carry data-leave.
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
    let wiped = !window.indexedDB;
    form.addEventListener("submit", async (event) => {
      if (wiped) return;
      event.preventDefault();
      const { submitter } = event; // which button was pressed says who takes over
      await Promise.allSettled([...KEPT.map(dropped), unattended()]);
      wiped = true;
      form.requestSubmit(submitter);
    });
  }
})();
