package com.datashop.gateway.ingest;

/// The protocols that shippers speak, as the metrics name them.
public enum Protocol { INGEST, OTLP, LOKI, HEC, LOGPLEX, ELASTIC, JOURNAL }
