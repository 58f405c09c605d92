// Loaded before anything is drawn, so that a chosen colour scheme does not flash. No module: those wait.
"use strict";

(() => {
  const KEY = "durably-theme";
  const NEXT = { auto: "light", light: "dark", dark: "auto" };
  const LABELS = { auto: "Colours: as the system", light: "Colours: light", dark: "Colours: dark" };

  function stored() {
    try {
      return localStorage.getItem(KEY) in NEXT ? localStorage.getItem(KEY) : "auto";
    } catch {
      return "auto"; // storage can be forbidden
    }
  }

  function apply(theme) {
    if (theme === "auto") delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = theme;
  }

  let theme = stored();
  apply(theme);

  document.addEventListener("DOMContentLoaded", () => {
    const button = document.getElementById("theme");
    button.hidden = false;
    button.textContent = LABELS[theme];
    button.addEventListener("click", () => {
      theme = NEXT[theme];
      apply(theme);
      button.textContent = LABELS[theme];
      try {
        localStorage.setItem(KEY, theme);
      } catch {
        // it lasts until the page is left
      }
    });
  });
})();
