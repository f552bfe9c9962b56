package com.datashop.gateway.log.shared.rabbitmq;

import java.io.IOException;
import java.util.Map;
import java.util.regex.Pattern;

/// Checks the version of RabbitMQ.
final class Release {
    private static final Pattern VERSION = Pattern.compile("([0-9]{1,4})\\.([0-9]{1,4}).*");
    private static final int LEAST_MAJOR = 3;
    private static final int LEAST_MINOR = 9;

    private Release() { }

    /// Checks that it has streams.
    ///
    /// @param properties the properties that the server sends
    static void check(Map<String, Object> properties) throws IOException {
        if (!"RabbitMQ".equals(properties.get("product"))) throw new IOException(Connection.STRANGER);
        var version = VERSION.matcher(String.valueOf(properties.get("version")));
        if (!version.matches()) throw new IOException("this RabbitMQ does not say its version: 3.9 is needed");
        int major = Integer.parseInt(version.group(1));
        if (major > LEAST_MAJOR || major == LEAST_MAJOR && Integer.parseInt(version.group(2)) >= LEAST_MINOR) return;
        throw new IOException("this RabbitMQ is " + major + "." + version.group(2) + ": 3.9 is needed");
    }
}
