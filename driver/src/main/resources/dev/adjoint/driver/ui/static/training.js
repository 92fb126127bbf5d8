// Puts the newest content in place, every two seconds while the page is seen.
(function () {
  "use strict";
  const content = document.getElementById("adjoint-training");
  if (!content) {
    return;
  }
  async function refresh() {
    if (document.hidden) {
      return;
    }
    try {
      const response = await fetch(content.dataset.newest, { credentials: "same-origin" });
      if (response.ok) {
        const page = new DOMParser().parseFromString(await response.text(), "text/html");
        content.replaceChildren(...page.body.children);
        content.dataset.refreshed = Number(content.dataset.refreshed || 0) + 1;
      }
    } catch (unreachable) {
      // The application may be over: what was shown last stays.
      clearInterval(timer);
    }
  }
  const timer = setInterval(refresh, 2000);
})();
