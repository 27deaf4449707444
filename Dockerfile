# The tag is the compiler of the image, and its digest pins every byte of it: keep the tag in step with
# rust-toolchain.toml, which stays out of the build context so that rustup downloads nothing.
FROM rust:1.95.0-slim-trixie@sha256:e14e87345b4d5964ddcc3491d27ee046a0f23820f340c3c1e24da6880141f7c0 AS chef
RUN cargo install cargo-chef --locked --version 0.1.78
WORKDIR /build

FROM chef AS plan
COPY . .
RUN cargo chef prepare --recipe-path recipe.json

FROM chef AS build
# A static binary with glibc: it runs in an empty image, as one with musl would, without musl's allocator, on whose one
# lock all threads wait. The explicit target keeps the flag away from procedural macros, which are dynamic libraries.
# What a static binary cannot do is load onnxruntime: inside the image `relevance verify` compares two engines.
ENV RUSTFLAGS="-C target-feature=+crt-static"
COPY --from=plan /build/recipe.json recipe.json
RUN cargo chef cook --profile dist --locked --package relevance --target "$(rustc --print host-tuple)" \
    --recipe-path recipe.json
COPY . .
RUN cargo build --profile dist --locked --package relevance --target "$(rustc --print host-tuple)" \
    && cp target/*/dist/relevance /relevance

# The last stage is the service, so that a plain `docker build .` makes it.
FROM scratch
LABEL org.opencontainers.image.title="relevance" \
      org.opencontainers.image.description="Trains a text classifier from a table of sentences, and serves it." \
      org.opencontainers.image.licenses="MIT OR Apache-2.0"
COPY --from=build /relevance /relevance
# Owned by root: the service reads its model and cannot change it.
COPY models/relevance /models/relevance
USER 65532:65532
ENV PORT=8080 RELEVANCE_STORE=/models
EXPOSE 8080
HEALTHCHECK --interval=10s --timeout=3s --start-period=5s --retries=3 CMD ["/relevance", "health"]
ENTRYPOINT ["/relevance"]
CMD ["serve"]
