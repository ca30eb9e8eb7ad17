// The document comes from the same server; nothing else is asked, no validator and no CDN.
const documentation = SwaggerUIBundle({
  url: "/api/openapi.json",
  dom_id: "#documentation",
  deepLinking: true,
  defaultModelsExpandDepth: 0,
  displayRequestDuration: true,
  validatorUrl: null,
  // Who is signed in to the dashboard in this tab sends requests with the same key.
  onComplete: () => {
    const key = sessionStorage.getItem("repopulse.key");
    if (key) documentation.preauthorizeApiKey("apiKey", key);
  },
});
