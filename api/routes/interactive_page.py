"""The interactive page of the API, served from this machine: nothing is fetched from elsewhere."""

from fastapi import FastAPI, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from starlette.staticfiles import StaticFiles

# The page and its script are our own two dozen lines, so that the content security policy can
# refuse inline scripts; Swagger UI itself comes with the package.
_PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Identigraph API</title>
<link rel="icon" type="image/png" href="{root}/swagger/favicon-32x32.png">
<link rel="stylesheet" href="{root}/swagger/swagger-ui.css">
</head>
<body>
<div id="swagger-ui" data-schema="{root}/openapi.json"></div>
<script src="{root}/swagger/swagger-ui-bundle.js"></script>
<script src="{root}/docs.js"></script>
</body>
</html>
"""

_SCRIPT = """SwaggerUIBundle({
  url: document.getElementById("swagger-ui").dataset.schema,
  dom_id: "#swagger-ui",
  deepLinking: true,
  tryItOutEnabled: true,
  displayRequestDuration: true,
  defaultModelsExpandDepth: 0,
  validatorUrl: null,
  presets: [SwaggerUIBundle.presets.apis],
  layout: "BaseLayout"
});
"""


def add_interactive_page(app: FastAPI) -> None:
    """Serve `/docs`, and send `/` there."""

    @app.get("/", include_in_schema=False)
    def go_to_page(request: Request) -> Response:
        return RedirectResponse(f"{_root(request)}/docs")

    @app.get("/docs", include_in_schema=False)
    def get_page(request: Request) -> HTMLResponse:
        return HTMLResponse(_PAGE.format(root=_root(request)))

    @app.get("/docs.js", include_in_schema=False)
    def get_script() -> Response:
        return Response(_SCRIPT, media_type="text/javascript")

    files = StaticFiles(packages=[("fastapi_swagger", "resources")])
    app.mount("/swagger", files, name="swagger")


def _root(request: Request) -> str:
    root = str(request.scope.get("root_path", "")).rstrip("/")
    return root if root.replace("/", "").replace("-", "").isalnum() else ""
