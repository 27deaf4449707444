# The image of the service, or with `--build-arg COMMAND=full` of the whole command.
#
# One chain of stages, without BuildKit's syntax: the Cloud Run button may build with an older engine, which builds
# every stage up to the last.

# The tag is the compiler of the image, and its digest pins every byte of it: keep the tag in step with
# rust-toolchain.toml, which stays out of the build context so that rustup downloads nothing.
FROM rust:1.95.0-slim-trixie@sha256:e14e87345b4d5964ddcc3491d27ee046a0f23820f340c3c1e24da6880141f7c0 AS build
WORKDIR /build
COPY Cargo.toml Cargo.lock ./
COPY bench bench
COPY cli cli
COPY data data
# Not built, but a member of the workspace.
COPY examples/rust examples/rust
COPY export export
COPY fuzz fuzz
COPY models/Cargo.toml models/Cargo.toml
# `relevance predict` of the full command embeds it.
COPY models/relevance/1/model.onnx models/relevance/1/model.onnx
COPY models/src models/src
COPY models/storage models/storage
COPY pipeline pipeline
# Not built either.
COPY python/Cargo.toml python/Cargo.toml
COPY python/src python/src
COPY runtime runtime
COPY serve serve
COPY train train
COPY xtask xtask
# `service` serves, predicts and manages a store; `full` also trains.
ARG COMMAND=service
# `service` is a profile that compiles within 2 GB of memory; `dist` is faster and takes several times as long.
ARG PROFILE=service
# The Cloud Run button's machine has memory for one compiler at a time.
ARG JOBS=1
# A static binary with glibc: it runs in an empty image, as one with musl would, without musl's allocator, on whose one
# lock all threads wait. The explicit target keeps the flag away from procedural macros, which are dynamic libraries.
# What a static binary cannot do is load onnxruntime: inside the image `relevance verify` compares two engines.
ENV CARGO_INCREMENTAL=0 RUSTFLAGS="-C target-feature=+crt-static"
RUN case "$COMMAND" in \
        service) features=--no-default-features ;; \
        full) features=--all-features ;; \
        *) echo "COMMAND is $COMMAND; it must be service or full" >&2; exit 1 ;; \
    esac \
    && cargo build --profile "$PROFILE" --jobs "$JOBS" --locked --package relevance "$features" \
        --target "$(rustc --print host-tuple)" \
    && mv target/*/"$PROFILE"/relevance /relevance
# The folders that the image's user may write to. The store has the version in production, without the files that
# contain texts of the training data.
COPY models/relevance models/relevance
RUN mkdir --parents /writable/tmp /writable/models \
    && chmod 1777 /writable/tmp \
    && /relevance models copy production --store models --to /writable/models --public --promote

FROM scratch
ARG VERSION=unknown
ARG REVISION=unknown
ARG SOURCE=unknown
LABEL org.opencontainers.image.title="relevance" \
      org.opencontainers.image.description="Serves a text classifier from a store of models." \
      org.opencontainers.image.licenses="MIT OR Apache-2.0" \
      org.opencontainers.image.version="$VERSION" \
      org.opencontainers.image.revision="$REVISION" \
      org.opencontainers.image.source="$SOURCE"
COPY --from=build --chown=65532:65532 /writable /
COPY LICENSE-APACHE LICENSE-MIT THIRD-PARTY-NOTICES.md /licenses/
COPY --from=build /relevance /relevance
USER 65532:65532
ENV PORT=8080 RELEVANCE_STORE=/models
EXPOSE 8080
HEALTHCHECK --interval=10s --timeout=3s --start-period=5s --retries=3 CMD ["/relevance", "health"]
ENTRYPOINT ["/relevance"]
CMD ["serve"]
