// The door is shown, so nobody is signed in any more. What pages kept on this device stays, locked:
// the next who signs in may be another. It opens again when its owner has signed in (card.js), and
// is wiped when somebody else opens a page that keeps something.
(() => {
  "use strict";
  if (!window.indexedDB) return;
  const asked = indexedDB.open("linli-visits");
  asked.onupgradeneeded = () => asked.transaction.abort(); // nothing is kept: nothing is made
  asked.onerror = (event) => event.preventDefault();
  asked.onsuccess = () => {
    const base = asked.result;
    const act = base.transaction("secret", "readwrite");
    const secret = act.objectStore("secret");
    secret.get("key").onsuccess = ({ target }) => {
      if (target.result) secret.put({ ...target.result, until: 0 }, "key");
    };
    act.oncomplete = act.onabort = () => base.close();
  };
})();
