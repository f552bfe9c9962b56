/// Grafana Loki's push protocol: streams of lines that share labels, as JSON or as protobuf in snappy.
package com.datashop.gateway.ingest.loki;
