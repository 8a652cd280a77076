// Starts Swagger UI on the bridge's own description. No validator badge: it would ask a
// server on the internet. All errors are one object: it is shown to whoever opens it.
window.addEventListener("load", function () {
  window.SwaggerUIBundle({
    url: "openapi.json",
    dom_id: "#swagger-ui",
    deepLinking: true,
    defaultModelsExpandDepth: 0,
    defaultModelExpandDepth: 0,
    defaultModelRendering: "model",
    displayRequestDuration: true,
    tryItOutEnabled: true,
    validatorUrl: null,
    presets: [window.SwaggerUIBundle.presets.apis],
  });
});
