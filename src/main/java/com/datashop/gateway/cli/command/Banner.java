package com.datashop.gateway.cli.command;

import com.datashop.gateway.cli.config.Config;
import com.datashop.gateway.cli.config.Version;

/// What the start prints: where the gateway is and what to try.
public final class Banner {
    private Banner() { }

    public static String of(Config config, int port) {
        String at = "http://localhost:" + port;
        var banner = new StringBuilder();
        banner.append("Logs SSE Gateway ").append(Version.text()).append(" on port ").append(port)
                .append(" (").append(config.production() ? "production" : "development").append(")\n\n");
        line(banner, "Viewer", at + "/");
        line(banner, "Health", at + "/health");
        line(banner, "Stream", at + "/api/logs/stream?channels=logs:etl:workspace123:workflow456");
        line(banner, "PublishCommand", "POST " + at + "/api/logs/publish");
        line(banner, "Test", "curl -X POST " + at + "/test/logs");
        line(banner, "Stats", at + "/admin/logs/stats");
        banner.append('\n');
        if (config.builtInTokens()) banner.append("The built-in service tokens are on: anyone who knows the README may publish.\n");
        if (!config.readers().areProven()) banner.append("STREAM_AUTH is none: anyone who reaches this port may read.\n");
        return banner.toString();
    }

    private static void line(StringBuilder banner, String name, String url) {
        banner.append(String.format("  %-8s %s%n", name, url));
    }
}
