# The service and its command line. Two stages: what installs is not in what runs.
FROM python:3.11-slim-bookworm AS build
WORKDIR /build
RUN python -m venv /opt/identigraph
ENV PATH=/opt/identigraph/bin:$PATH PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
# Dependencies before sources: a change of ours does not fetch them anew.
COPY requirements.lock ./
RUN pip install --require-hashes --requirement requirements.lock
COPY pyproject.toml README.md LICENSE ./
COPY models models
COPY resolution resolution
COPY graph graph
COPY api api
RUN pip install --no-deps --no-build-isolation .

FROM python:3.11-slim-bookworm
RUN useradd --uid 10001 --create-home --shell /usr/sbin/nologin identigraph \
    && install --directory --owner identigraph --group identigraph --mode 700 /workspace
COPY --from=build /opt/identigraph /opt/identigraph
COPY examples /opt/examples
ENV PATH=/opt/identigraph/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    IDENTIGRAPH_WORKSPACE=/workspace \
    IDENTIGRAPH_EXAMPLES=/opt/examples
USER identigraph
WORKDIR /workspace
VOLUME /workspace
EXPOSE 8000
HEALTHCHECK --interval=15s --timeout=5s --start-period=30s --retries=3 \
    CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8000/healthz', timeout=4)"]
ENTRYPOINT ["identigraph"]
CMD ["serve", "--host", "0.0.0.0"]
