// Light or dark, as the dashboard: as the system is set, unless the reader chose there. Swagger UI has the colours.
const system = matchMedia("(prefers-color-scheme: dark)");
const choice = () => localStorage.getItem("repopulse.theme");
const follow = () => document.documentElement.classList.toggle("dark-mode", choice() === "dark" || (choice() !== "light" && system.matches));
system.addEventListener("change", follow);
follow();
