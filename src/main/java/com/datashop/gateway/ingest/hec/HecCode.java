package com.datashop.gateway.ingest.hec;

/// The codes that HEC answers with.
///
/// See https://docs.splunk.com/Documentation/Splunk/latest/Data/TroubleshootHTTPEventCollector.
enum HecCode {
    SUCCESS(0, "Success"),
    TOKEN(4, "Invalid token"),
    NO_DATA(5, "No data"),
    DATA(6, "Invalid data format"),
    FAULT(8, "Internal server error"),
    BUSY(9, "Server is busy"),
    HEALTHY(17, "HEC is healthy"),
    UNHEALTHY(18, "HEC is unhealthy, queues are full"),
    TOO_LARGE(27, "Request entity too large"),
    NOT_FOUND(404, "The requested URL was not found on this server.");

    private final int number;
    private final String text;

    HecCode(int number, String text) {
        this.number = number;
        this.text = text;
    }

    int number() {
        return number;
    }

    String text() {
        return text;
    }

    /// The code of a refusal with this HTTP status.
    static HecCode ofStatus(int status) {
        return switch (status) {
            case 401, 403 -> TOKEN;
            case 404, 405 -> NOT_FOUND;
            case 413 -> TOO_LARGE;
            case 429, 503 -> BUSY;
            default -> status >= 500 ? FAULT : DATA;
        };
    }
}
