/// OpenTelemetry's protocol for logs over HTTP, in protobuf and in JSON.
///
/// See https://opentelemetry.io/docs/specs/otlp/ and `opentelemetry/proto/logs/v1/logs.proto`.
package com.datashop.gateway.ingest.otlp;
